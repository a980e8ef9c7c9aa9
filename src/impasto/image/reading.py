"""Reading image files: from bytes to an upright sRGB picture."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from PIL import Image
from PIL.AvifImagePlugin import AvifImageFile
from PIL.BmpImagePlugin import BmpImageFile
from PIL.GifImagePlugin import GifImageFile
from PIL.ImageFile import ImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.WebPImagePlugin import WebPImageFile

from impasto.errors import ImageFormatError, ImageSizeError, ImpastoError, MemoryLimitError
from impasto.image.channels import Channels, split_image, split_samples
from impasto.image.color_profile import to_srgb
from impasto.image.deep_png import decode_deep_png, is_deep_png
from impasto.image.exif_block import ExifBlock
from impasto.image.heif import decode_heif, open_heif
from impasto.image.metadata import (
    build_metadata,
    read_exif,
    read_orientation,
    read_tiff_directory,
)
from impasto.image.orientation import UPRIGHT, turn_upright
from impasto.image.picture import ImageMetadata, Picture
from impasto.image.tiff import decode_deep_tiff, is_deep_tiff, load_with_pillow, open_tiff

# The plugins are called directly: Image.open would apply Pillow's process-wide pixel limit.
_PLUGINS: dict[str, Callable[[io.BytesIO], ImageFile]] = {
    "JPEG": JpegImageFile,
    "PNG": PngImageFile,
    "WEBP": WebPImageFile,
    "GIF": GifImageFile,
    "BMP": BmpImageFile,
    "AVIF": AvifImageFile,
}

_NO_TEXT = ("XML:com.adobe.xmp", "Raw profile type")


@dataclass(frozen=True, kw_only=True)
class SizeLimits:
    """Which sizes are decoded at all.

    Attributes:
        max_pixels: The most pixels an image may have.
        min_side: The shortest side it may have, in pixels.
    """

    max_pixels: int
    min_side: int

    def check(self, width: int, height: int) -> None:
        """Judge the size a file declares, before its pixels are decoded.

        Raises:
            ImageSizeError: if it is outside the limits.
        """
        if width * height > self.max_pixels:
            raise ImageSizeError(
                f"expected at most {self.max_pixels:,} pixels, got {width} x {height} px "
                f"({width * height:,}); scale it down, or raise the limit with "
                f"max_pixels={width * height} if you trust the file and have the memory."
            )
        if min(width, height) < self.min_side:
            raise ImageSizeError(
                f"expected sides of {self.min_side} px or more, got {width} x {height} px; "
                "use a larger image."
            )


@dataclass(frozen=True, kw_only=True)
class ImageHeader:
    """What a file says about its picture, apart from the pixels.

    Attributes:
        size: (H, W) of the upright picture.
        metadata: As :class:`~impasto.image.picture.Picture` has it; of a PNG, the text
            entries that stand before the pixels.
    """

    size: tuple[int, int]
    metadata: ImageMetadata


@dataclass(frozen=True, kw_only=True, eq=False)
class _Decoded:
    channels: Channels
    metadata: ImageMetadata
    orientation: int = UPRIGHT


def read_picture(source_format: str, content: bytes, *, limits: SizeLimits) -> Picture:
    """Decode an image file.

    Args:
        source_format: As :func:`~impasto.image.file_format.recognise_format` names it.
        content: The whole file.
        limits: Which sizes are accepted.

    Raises:
        ImageSizeError: if the size is outside ``limits``.
        ImageFormatError: if the content is damaged, truncated, or of a kind not read here.
        MemoryLimitError: if the pixels do not fit in memory.
    """
    with _damage_explained(source_format):
        return _upright_picture(_decode(source_format, content, limits))


def read_header(source_format: str, content: bytes) -> ImageHeader:
    """Read what an image file says about its picture; the pixels are not decoded.

    Args:
        source_format: As :func:`~impasto.image.file_format.recognise_format` names it.
        content: The whole file.

    Raises:
        ImageFormatError: if the content is damaged, or of a kind not read here.
    """
    with _damage_explained(source_format):
        if source_format == "TIFF":
            page = open_tiff(content)
            info, exif = read_tiff_directory(content)
            return _header(source_format, (page.imagewidth, page.imagelength), info, exif)
        if source_format == "HEIC":
            image = open_heif(content)
            metadata = build_metadata("HEIC", image.info, read_exif(image.info))
            return ImageHeader(size=image.size[::-1], metadata=metadata)
        file = _PLUGINS[source_format](io.BytesIO(content))
        return _header(source_format, file.size, file.info, read_exif(file.info))


@contextmanager
def _damage_explained(source_format: str) -> Iterator[None]:
    try:
        yield
    except ImpastoError:
        raise
    except MemoryError as error:
        raise MemoryLimitError(
            "the pixels do not fit in memory; scale the image down first."
        ) from error
    except Image.DecompressionBombError as error:
        raise ImageSizeError(f"{error} Scale the image down first.") from error
    # Decoders meet damaged data with exceptions of every kind, RuntimeError to KeyError.
    except Exception as error:
        raise ImageFormatError(
            f"expected an intact image, but the {source_format} data is damaged or truncated "
            f"({error or type(error).__name__}); fetch or export the file again."
        ) from error


def _header(
    source_format: str, size: tuple[int, int], info: Mapping[Any, Any], exif: ExifBlock
) -> ImageHeader:
    turned = 5 <= read_orientation(exif, info) <= 8
    entries = _text(info) if source_format == "PNG" else {}
    return ImageHeader(
        size=size if turned else size[::-1],
        metadata=build_metadata(source_format, info, exif, entries),
    )


def _text(entries: Mapping[Any, Any]) -> dict[str, str]:
    """The text entries of a PNG that say something about the picture."""
    return {
        str(name): str(value)
        for name, value in entries.items()
        if isinstance(value, str) and not str(name).startswith(_NO_TEXT)
    }


def _decode(source_format: str, content: bytes, limits: SizeLimits) -> _Decoded:
    if source_format == "HEIC":
        return _decode_heic(content, limits)
    if source_format == "TIFF":
        return _decode_tiff(content, limits)
    return _decode_with_pillow(source_format, content, limits)


def _upright_picture(decoded: _Decoded) -> Picture:
    pixels, profile = to_srgb(decoded.channels.color, decoded.metadata.icc_profile)
    alpha = decoded.channels.alpha
    if alpha is not None:
        alpha = np.ascontiguousarray(turn_upright(alpha, decoded.orientation))
    return Picture(
        pixels=np.ascontiguousarray(turn_upright(pixels, decoded.orientation)),
        alpha=alpha,
        metadata=replace(decoded.metadata, icc_profile=profile),
    )


def _decode_with_pillow(source_format: str, content: bytes, limits: SizeLimits) -> _Decoded:
    image = _PLUGINS[source_format](io.BytesIO(content))
    limits.check(*image.size)
    image.load()
    exif, text = read_exif(image.info), {}
    if isinstance(image, PngImageFile):
        text = _text(image.text)
    deep = source_format == "PNG" and is_deep_png(content)
    return _Decoded(
        channels=split_samples(decode_deep_png(content)) if deep else split_image(image),
        metadata=build_metadata(source_format, image.info, exif, text),
        orientation=read_orientation(exif, image.info),
    )


def _decode_heic(content: bytes, limits: SizeLimits) -> _Decoded:
    image = open_heif(content)
    limits.check(*image.size)
    return _Decoded(
        channels=decode_heif(image),
        metadata=build_metadata("HEIC", image.info, read_exif(image.info)),
    )


def _decode_tiff(content: bytes, limits: SizeLimits) -> _Decoded:
    page = open_tiff(content)
    limits.check(page.imagewidth, page.imagelength)
    info, exif = read_tiff_directory(content)
    orientation = read_orientation(exif, info)
    if is_deep_tiff(page):
        channels = decode_deep_tiff(page, content)
    else:
        image = load_with_pillow(content, width=page.imagewidth, height=page.imagelength)
        channels, orientation = split_image(image), UPRIGHT
    return _Decoded(
        channels=channels,
        metadata=build_metadata("TIFF", info, exif),
        orientation=orientation,
    )
