"""Reading image files: from bytes to an upright sRGB picture."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass, replace

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
    try:
        return _upright_picture(_decode(source_format, content, limits))
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
        text = {
            str(name): str(value)
            for name, value in image.text.items()
            if not name.startswith(("XML:com.adobe.xmp", "Raw profile type"))
        }
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
