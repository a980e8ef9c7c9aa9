"""Frames of a film from wherever they lie: a video file, or a folder of pictures."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from impasto.errors import VideoFormatError, VideoNotFoundError
from impasto.image.codec import open_header, open_image
from impasto.image.picture import change_bit_depth
from impasto.image.picture_resize import resize_samples
from impasto.video.reader import VideoReader

if TYPE_CHECKING:
    from impasto.video.frame import Pixels

Size = tuple[int, int]

PICTURE_SUFFIXES = (".png", ".jpg", ".jpeg", ".webp", ".tif", ".tiff", ".bmp")


class FrameSource(Protocol):
    """Where frames come from."""

    @property
    def size(self) -> Size:
        """(H, W) of the frames."""
        ...

    @property
    def frame_rate(self) -> Fraction | None:
        """Frames a second; ``None`` where nothing is known."""
        ...

    @property
    def count(self) -> int | None:
        """How many there are, or about how many; ``None`` where nothing is known."""
        ...

    def read(self, size: Size) -> Iterator[Pixels]:
        """The frames in order, (H, W, 3) uint8 of a size."""
        ...


@dataclass(frozen=True, kw_only=True)
class PictureFolder:
    """A folder whose pictures are the frames, in the order of their names."""

    paths: tuple[Path, ...]
    size: Size
    frame_rate: Fraction | None = None

    @property
    def count(self) -> int | None:
        """The number of pictures."""
        return len(self.paths)

    def read(self, size: Size) -> Iterator[Pixels]:
        """The pictures in order, at a size.

        Raises:
            VideoFormatError: if a picture has another size than the first.
            ImageFormatError: if one is damaged.
        """
        for path in self.paths:
            picture = open_image(path)
            if picture.size != self.size:
                raise VideoFormatError(
                    f"{path}: expected {self.size[1]}x{self.size[0]} px as the first frame, "
                    f"got {picture.size[1]}x{picture.size[0]}."
                )
            yield change_bit_depth(resize_samples(picture.pixels, size), 8)


@dataclass(frozen=True, kw_only=True)
class VideoFile:
    """A video file."""

    reader: VideoReader

    @property
    def size(self) -> Size:
        """(H, W) of the frames, upright."""
        return self.reader.info.size

    @property
    def frame_rate(self) -> Fraction | None:
        """On average."""
        return self.reader.info.frame_rate

    @property
    def count(self) -> int | None:
        """As far as the file says."""
        return self.reader.info.frames

    def read(self, size: Size) -> Iterator[Pixels]:
        """The frames in order, at a size; what cannot be decoded is left out."""
        with VideoReader(self.reader.path, size=size, info=self.reader.info) as reader:
            for frame in reader.frames():
                yield frame.pixels


def open_frames(path: str | os.PathLike[str]) -> FrameSource:
    """Open a video file or a folder of pictures.

    Raises:
        VideoNotFoundError: if there is nothing, or no picture in the folder.
        VideoFormatError: if FFmpeg cannot read the file.
        ImageFormatError: if the first picture is damaged.
        MissingPackageError: if PyAV is needed and not installed.
    """
    path = Path(path)
    if not path.is_dir():
        return VideoFile(reader=VideoReader(path))
    found = sorted(each for each in path.iterdir() if each.suffix.lower() in PICTURE_SUFFIXES)
    if not found:
        raise VideoNotFoundError(f"{path}: there is no picture in this folder; check its name.")
    return PictureFolder(paths=tuple(found), size=open_header(found[0]).size)
