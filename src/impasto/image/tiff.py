"""TIFF: reading samples wider than 8 bits, which Pillow narrows, and writing any."""

from __future__ import annotations

import io
import struct
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np
from PIL import Image
from PIL.TiffImagePlugin import TiffImageFile

from impasto.errors import ImageFormatError
from impasto.image.channels import Channels, scale_float, split_samples
from impasto.image.exif_block import (
    EXIF_DIRECTORY,
    GPS_DIRECTORY,
    LONG,
    SHORT,
    TEXT,
    ByteOrder,
    Directory,
    ExifBlock,
    ExifField,
    pack_directory,
    parse_exif,
)
from impasto.image.metadata import DESCRIPTIVE_TAGS
from impasto.image.picture import ImageMetadata, PixelArray

if TYPE_CHECKING:
    import tifffile

_UNSIGNED, _FLOAT = 1, 3
_WHITE_IS_ZERO, _RGB, _CMYK = 0, 2, 5
_PREMULTIPLIED, _UNMULTIPLIED = 1, 2
_DECODABLE = {1, 8, 32_773, 32_946, 34_925}
"""Compressions tifffile decodes by itself: none, Deflate (two codes), PackBits, LZMA."""

_WIDTH, _TILE_WIDTH, _EXTRA_SAMPLES, _TARGET_PRINTER, _DIFFERENCES = 256, 322, 338, 337, 2
_AS_GREY = {258: 16, 262: 1, 274: 1, 277: 1, 317: 1, 339: _UNSIGNED}
"""What makes any image a grey one: bits, photometric interpretation, orientation, samples
per pixel, predictor, sample format."""

_PLACEHOLDERS = {EXIF_DIRECTORY: EXIF_DIRECTORY - 1, GPS_DIRECTORY: GPS_DIRECTORY - 1}
"""Unassigned tags that hold the places of two directories tifffile does not write."""


def open_tiff(content: bytes) -> tifffile.TiffPage:
    """The first image of a TIFF file, not decoded yet.

    Raises:
        ImageFormatError: if that is only a preview, as in camera raw files.
    """
    import tifffile

    page = tifffile.TiffFile(io.BytesIO(content)).pages.first
    if page.subfiletype & 1:
        raise ImageFormatError(
            "expected an image, got a TIFF that begins with a preview, as camera raw files do; "
            "develop it to an 8- or 16-bit image first."
        )
    return page


def is_deep_tiff(page: tifffile.TiffPage) -> bool:
    """Whether the samples need :func:`decode_deep_tiff`; otherwise Pillow reads them well.

    16-bit CMYK counts as shallow: Pillow reads it, at 8 bits.

    Raises:
        ImageFormatError: if the samples are of a kind that is not read at all.
    """
    if page.bitspersample <= 8 or (page.bitspersample == 16 and page.photometric == _CMYK):
        return False
    kind = (page.sampleformat, page.bitspersample)
    known = {(_UNSIGNED, 16), (_UNSIGNED, 32), (_FLOAT, 16), (_FLOAT, 32), (_FLOAT, 64)}
    if page.photometric > _RGB or kind not in known or page.imagedepth != 1:
        raise ImageFormatError(
            "expected a grey, RGB or CMYK TIFF with 8 or 16 bits, 32 bits unsigned or floating "
            f"point, got {page.bitspersample} bits of sample format {page.sampleformat} and "
            f"photometric interpretation {page.photometric}; export it with 8 or 16 bits."
        )
    return True


def load_with_pillow(content: bytes | bytearray, *, width: int, height: int) -> Image.Image:
    """Decode the first image of a TIFF file with Pillow, which also turns it upright.

    Args:
        content: The whole file.
        width: The width the file declares, in pixels.
        height: The height it declares.
    """
    image = TiffImageFile(io.BytesIO(content))
    # With memory of its own, Pillow skips its process-wide limit on pixels.
    image.im = Image.new(image.mode, (width, height)).im
    image.load()
    return image


def decode_deep_tiff(page: tifffile.TiffPage, content: bytes) -> Channels:
    """Decode samples of more than 8 bits at full precision.

    Integers become 16-bit by rounding, floating point by multiplying with 65535.

    Args:
        page: The image.
        content: The whole file.

    Raises:
        ImageFormatError: if there are floating point samples outside [0, 1], or the
            compression needs the package imagecodecs.
    """
    if page.compression in _DECODABLE or find_spec("imagecodecs") is not None:
        planes = np.asarray(page.asarray()).reshape(page.shaped)[:, 0]
        samples = planes.transpose(1, 2, 0, 3).reshape(page.imagelength, page.imagewidth, -1)
    else:
        samples = _decode_as_grey(page, content)
    colors = 3 if page.photometric == _RGB else 1
    extra = page.extrasamples[0] if page.extrasamples else _UNMULTIPLIED
    has_alpha = extra in (_PREMULTIPLIED, _UNMULTIPLIED)
    wide = _to_16_bit(samples[..., : colors + has_alpha])
    if page.photometric == _WHITE_IS_ZERO:
        wide[..., :1] = 65_535 - wide[..., :1]
    return split_samples(wide, premultiplied=extra == _PREMULTIPLIED)


def write_tiff(
    file: BinaryIO,
    samples: PixelArray,
    *,
    metadata: ImageMetadata,
    exif: bytes | None,
    icc_profile: bytes | None,
) -> None:
    """Write a TIFF file with Deflate compression.

    Args:
        file: Empty and open for reading and writing.
        samples: (H, W, 3) or (H, W, 4) uint8 or uint16: RGB or RGBA, not premultiplied.
        metadata: Its XMP and resolution are written.
        exif: EXIF block; the directories that make sense beside other pixels are written.
        icc_profile: The profile of ``samples``.
    """
    block = ExifBlock() if exif is None else parse_exif(exif)
    directories = {tag: block.directory(tag) for tag in _PLACEHOLDERS if block.directory(tag)}
    extra: list[tuple[int, int, int, Any, bool]] = [
        (tag, TEXT, len(value.data), value.data, True)
        for tag in DESCRIPTIVE_TAGS
        if isinstance(value := block.root.get(tag), ExifField) and value.kind == TEXT
    ]
    extra += [(_PLACEHOLDERS[tag], 4, 1, 0, True) for tag in directories]
    if metadata.xmp:
        extra.append((700, 1, len(metadata.xmp), metadata.xmp, True))
    import tifffile

    tifffile.imwrite(
        file,
        samples,
        byteorder=block.order,
        photometric="rgb",
        compression="zlib",
        predictor=True,
        extrasamples=["unassalpha"] if samples.shape[2] == 4 else None,
        resolution=metadata.dpi,
        resolutionunit="INCH" if metadata.dpi else None,
        iccprofile=icc_profile,
        metadata=None,
        software=False,
        extratags=extra,
    )
    _append_directories(file, directories, block.order)


def _decode_as_grey(page: tifffile.TiffPage, content: bytes) -> PixelArray:
    """(H, W, C) uint16 under a compression only Pillow can undo, such as LZW.

    Pillow keeps 16 bits of grey images alone, so the samples of a pixel are declared grey
    pixels side by side, and the differences the predictor stores are summed up here.
    """
    is_simple = page.planarconfig == 1 and not page.parent.is_bigtiff
    if page.bitspersample != 16 or page.sampleformat != _UNSIGNED or not is_simple:
        raise ImageFormatError(
            f"expected uncompressed or Deflate (ZIP) TIFF for {page.bitspersample}-bit samples, "
            f"got compression {page.compression}; run: pip install imagecodecs"
        )
    count, width, height = page.samplesperpixel, page.imagewidth, page.imagelength
    tile_width = page.tilewidth if page.is_tiled else width
    order: ByteOrder = "<" if content[:2] == b"II" else ">"
    fields = [(tag, tag, SHORT, struct.pack(f"{order}H", value)) for tag, value in _AS_GREY.items()]
    fields += [
        (tag, tag, LONG, struct.pack(f"{order}I", value * count))
        for tag, value in ((_WIDTH, width), (_TILE_WIDTH, tile_width))
    ]
    fields.append((_EXTRA_SAMPLES, _TARGET_PRINTER, TEXT, b"\0"))
    declared = bytearray(content)
    for old, tag, kind, value in fields:
        if old in page.tags:
            start = page.tags[old].offset
            entry = struct.pack(f"{order}HHI", tag, kind, 1) + value.ljust(4, b"\0")
            declared[start : start + 12] = entry
    grey = load_with_pillow(declared, width=width * count, height=height)
    samples = np.array(grey).astype(np.uint16).reshape(height, width, count)
    if page.predictor == _DIFFERENCES:
        for left in range(0, width, tile_width):
            tile = samples[:, left : left + tile_width]
            np.cumsum(tile, axis=1, dtype=np.uint16, out=tile)
    return samples


def _to_16_bit(samples: PixelArray) -> PixelArray:
    if samples.dtype.kind == "f":
        return scale_float(samples)
    if samples.dtype.itemsize == 4:
        return ((samples.astype(np.uint64) + 32_768) // 65_537).astype(np.uint16)
    return samples.astype(np.uint16)


def _append_directories(
    file: BinaryIO, directories: dict[int, Directory], order: ByteOrder
) -> None:
    """Put EXIF directories at the end of the file and point the image's fields there."""
    file.seek(0)
    import tifffile

    fields = tifffile.TiffFile(file).pages.first.tags
    for tag, directory in directories.items():
        end = file.seek(0, io.SEEK_END)
        start = end + end % 2
        file.write(b"\0" * (end % 2) + pack_directory(directory, order, start))
        file.seek(fields[_PLACEHOLDERS[tag]].offset)
        file.write(struct.pack(f"{order}HHII", tag, 4, 1, start))
