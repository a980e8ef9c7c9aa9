"""Writing image files: from a picture to the bytes of a format."""

from __future__ import annotations

import io
import logging
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, BinaryIO

import numpy as np
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from impasto.errors import ImpastoError, OptionError, OutputError
from impasto.image.color_profile import from_srgb, srgb_profile
from impasto.image.deep_png import encode_deep_png
from impasto.image.file_format import OutputFormat
from impasto.image.metadata import exif_with_text
from impasto.image.picture import ImageMetadata, Picture, PixelArray, change_bit_depth
from impasto.image.tiff import write_tiff

logger = logging.getLogger(__name__)

_FINE_QUALITY = 90
"""From this JPEG quality on, colours are stored at full resolution."""

_SEGMENT_BYTES = 65_533
_XMP_HEADER_BYTES = 29


@dataclass(frozen=True, kw_only=True)
class Encoding:
    """How a picture is to be written.

    Attributes:
        output: The format.
        quality: 1 to 100, for JPEG and WebP.
        bit_depth: 8 or 16, as far as the format can.
        keep_metadata: Whether EXIF, XMP, resolution and text of the picture are written.
        keep_profile: Whether the pixels go back to the picture's own colour profile.
        image_text: Text entries to add.

    Raises:
        OptionError: if a value is outside its range.
    """

    output: OutputFormat
    quality: int
    bit_depth: int
    keep_metadata: bool
    keep_profile: bool
    image_text: Mapping[str, str]

    def __post_init__(self) -> None:
        if not 1 <= self.quality <= 100:
            raise OptionError(f"quality: expected 1 to 100, got {self.quality}.")
        for name, value in self.image_text.items():
            if not _is_text_entry(name, value):
                raise OptionError(
                    "image_text: expected names of 1 to 79 Latin-1 characters and text "
                    f"without NUL, got {name!r}: {value!r:.60}."
                )


def write_picture(picture: Picture, file: BinaryIO, encoding: Encoding) -> None:
    """Encode a picture into an open file.

    Args:
        picture: What to write.
        file: Empty and open for reading and writing.
        encoding: How.

    Raises:
        OutputError: if the format cannot hold the picture, or the file not be written.
    """
    picture = _with_depth(picture, encoding.bit_depth)
    if picture.alpha is not None and not encoding.output.holds_alpha:
        logger.warning("%s cannot be transparent; laid on white.", encoding.output.name)
        picture = _lay_on_white(picture)
    pixels, profile = _colors(picture, encoding.keep_profile)
    samples = pixels if picture.alpha is None else np.dstack([pixels, picture.alpha])
    metadata = picture.metadata if encoding.keep_metadata else ImageMetadata()
    text = {k: v for k, v in metadata.text.items() if _is_text_entry(k, v)}
    metadata = replace(metadata, text=text | dict(encoding.image_text))
    try:
        _ENCODERS[encoding.output.name](samples, file, metadata, profile, encoding)
    except (ImpastoError, OSError):
        raise
    # Encoders meet metadata they cannot write with exceptions of every kind.
    except Exception as error:
        raise OutputError(
            f"expected to write {encoding.output.name}, but: {error}; "
            "try another format or keep_metadata=False."
        ) from error


def _write_png(
    samples: PixelArray,
    file: BinaryIO,
    metadata: ImageMetadata,
    profile: bytes | None,
    encoding: Encoding,
) -> None:
    entries = PngInfo()
    for name, value in metadata.text.items():
        entries.add_text(name, value)
    if metadata.xmp:
        entries.add_itxt("XML:com.adobe.xmp", metadata.xmp.decode("utf-8", "replace"))
    options = _present(pnginfo=entries, exif=metadata.exif, icc_profile=profile, dpi=metadata.dpi)
    if samples.dtype == np.uint8:
        # On paintings as small as a search for repetitions makes it, in a third of the time.
        Image.fromarray(samples).save(file, "PNG", compress_type=zlib.Z_RLE, **options)
        return
    template = io.BytesIO()
    Image.new("RGB", (1, 1)).save(template, "PNG", **options)
    file.write(encode_deep_png(samples, template.getvalue()))


def _write_jpeg(
    samples: PixelArray,
    file: BinaryIO,
    metadata: ImageMetadata,
    profile: bytes | None,
    encoding: Encoding,
) -> None:
    text = dict(metadata.text)
    comment = text.pop("Comment", "").encode()
    exif = exif_with_text(metadata.exif, text)
    if text and exif is not None and len(exif) > _SEGMENT_BYTES:
        logger.warning("The text entries are longer than JPEG can hold and are left out.")
        exif = metadata.exif
    options = _present(
        exif=_fitting("EXIF data", exif, _SEGMENT_BYTES),
        xmp=_fitting("XMP data", metadata.xmp, _SEGMENT_BYTES - _XMP_HEADER_BYTES),
        comment=_fitting("comment", comment or None, _SEGMENT_BYTES),
        icc_profile=profile,
        dpi=metadata.dpi,
    )
    subsampling = "4:4:4" if encoding.quality >= _FINE_QUALITY else "4:2:0"
    Image.fromarray(samples).save(
        file, "JPEG", quality=encoding.quality, subsampling=subsampling, **options
    )


def _write_webp(
    samples: PixelArray,
    file: BinaryIO,
    metadata: ImageMetadata,
    profile: bytes | None,
    encoding: Encoding,
) -> None:
    exif = exif_with_text(metadata.exif, metadata.text)
    options = _present(exif=exif, xmp=metadata.xmp, icc_profile=profile)
    Image.fromarray(samples).save(file, "WEBP", quality=encoding.quality, exact=True, **options)


def _write_tiff(
    samples: PixelArray,
    file: BinaryIO,
    metadata: ImageMetadata,
    profile: bytes | None,
    encoding: Encoding,
) -> None:
    exif = exif_with_text(metadata.exif, metadata.text)
    write_tiff(file, samples, metadata=metadata, exif=exif, icc_profile=profile)


_ENCODERS = {"PNG": _write_png, "JPEG": _write_jpeg, "WEBP": _write_webp, "TIFF": _write_tiff}


def _with_depth(picture: Picture, bit_depth: int) -> Picture:
    alpha = picture.alpha
    return replace(
        picture,
        pixels=change_bit_depth(picture.pixels, bit_depth),
        alpha=None if alpha is None else change_bit_depth(alpha, bit_depth),
    )


def _lay_on_white(picture: Picture) -> Picture:
    if picture.alpha is None:
        return picture
    highest = np.iinfo(picture.pixels.dtype).max
    opacity = picture.alpha.astype(np.uint64)[..., None]
    mixed = picture.pixels * opacity + highest * (highest - opacity)
    pixels = ((mixed + highest // 2) // highest).astype(picture.pixels.dtype)
    return replace(picture, pixels=pixels, alpha=None)


def _colors(picture: Picture, keep_profile: bool) -> tuple[PixelArray, bytes | None]:
    """The pixels as they are written, and the profile to embed with them."""
    original = picture.metadata.icc_profile
    if original is None:
        return picture.pixels, None
    if keep_profile:
        return from_srgb(picture.pixels, original)
    return picture.pixels, srgb_profile()


def _fitting(what: str, block: bytes | None, longest: int) -> bytes | None:
    if block is not None and len(block) > longest:
        logger.warning("The %s is longer than JPEG can hold and is left out.", what)
        return None
    return block


def _is_text_entry(name: object, value: object) -> bool:
    if not (isinstance(name, str) and isinstance(value, str)):
        return False
    encoded = name.encode("latin-1", "replace")
    return (
        1 <= len(name) <= 79
        and encoded.decode("latin-1") == name
        and name.isprintable()
        and "\0" not in value
    )


def _present(**options: Any) -> dict[str, Any]:
    return {name: value for name, value in options.items() if value is not None}
