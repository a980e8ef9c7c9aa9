"""Films written frame by frame, with the times that the frames are given."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from impasto.errors import OptionError, ShapeError
from impasto.image.destination import check_destination
from impasto.video.av_library import import_av, writing
from impasto.video.encoder import PictureFormat, add_encoder
from impasto.video.encoding import EncodingOptions, container_for
from impasto.video.video_info import SDR, Color

if TYPE_CHECKING:
    from impasto.video.frame import Pixels

MILLISECOND = Fraction(1, 1000)


class VideoWriter:
    """Encodes frames into a file that appears, whole, when the writer is closed.

    Until then it lies beside its place under a temporary name.

    Args:
        path: Where the film will be; its ending names the container.
        size: (H, W) of the frames; see :class:`~impasto.video.encoder.PictureFormat` for what
            becomes of odd ones.
        frame_rate: About how many frames a second there will be.
        time_base: Seconds of a tick of the frames' times; the container may round to its own.
        encoding: Codec, quality and speed.
        color: What the samples of the film that is painted stand for.
        pixel_shape: Width of a pixel over its height.
        container: FFmpeg's name of the format, where it is not that of the ending.
        container_options: Options of FFmpeg for the container.

    Raises:
        OutputError: if there can be no film.
        OptionError: if the encoder does not know an option.
        MissingPackageError: if PyAV is not installed.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        size: tuple[int, int],
        *,
        frame_rate: Fraction,
        time_base: Fraction = MILLISECOND,
        encoding: EncodingOptions | None = None,
        color: Color = SDR,
        pixel_shape: Fraction = Fraction(1),
        container: str | None = None,
        container_options: Mapping[str, str] | None = None,
    ) -> None:
        self.path, encoding = Path(path), encoding or EncodingOptions()
        container = container or container_for(self.path)
        self.form = PictureFormat(
            size=size,
            frame_rate=frame_rate,
            time_base=time_base,
            codec=encoding.codec_for(container),
            encoding=encoding,
            source_color=color,
            pixel_shape=pixel_shape,
        )
        self.frames = 0
        self._target = check_destination(self.path)
        self._temporary = self._target.with_name(f".impasto-{secrets.token_hex(8)}.tmp")
        self._last: int | None = None
        with writing(self.path):
            self._output: Any = import_av().open(
                str(self._temporary),
                "w",
                format=container,
                options=dict(container_options or {}),
            )
            try:
                self._stream = add_encoder(self._output, self.form, self.path)
            except BaseException:
                self.abort()
                raise

    def write(self, pixels: Pixels, pts: int) -> None:
        """Encode a frame.

        Args:
            pixels: (H, W, 3) uint8, sRGB, of the writer's size.
            pts: Ticks of the writer's time base at which it is shown, more than the last.

        Raises:
            ShapeError: if the pixels have another shape.
            OptionError: if the time does not rise.
            OutputError: if the disk is full or the encoder fails.
        """
        expected = (*self.form.size, 3)
        if pixels.shape != expected or pixels.dtype != "uint8":
            raise ShapeError(
                f"pixels: expected {expected} uint8, got {pixels.shape} {pixels.dtype}."
            )
        if self._last is not None and pts <= self._last:
            raise OptionError(f"pts: expected more than {self._last}, got {pts}.")
        self._last = pts
        with writing(self.path):
            self._output.mux(self._stream.encode(self.form.frame(pixels, pts)))
        self.frames += 1

    def close(self) -> None:
        """Encode what is left and put the film in its place; do nothing the second time.

        Raises:
            OutputError: if the film cannot be finished; what was there before is unchanged.
        """
        if self._output is None:
            return
        try:
            with writing(self.path):
                self._output.mux(self._stream.encode(None))
                self._output.close()
                self._output = None
                self._temporary.replace(self._target)
        finally:
            self.abort()

    def abort(self) -> None:
        """Drop the film; do nothing once it is closed."""
        output, self._output = self._output, None
        if output is not None:
            # It is dropped: that it is not whole is no news.
            with contextlib.suppress(Exception):
                output.close()
        self._temporary.unlink(missing_ok=True)

    def __enter__(self) -> VideoWriter:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if error is None:
            self.close()
        else:
            self.abort()
