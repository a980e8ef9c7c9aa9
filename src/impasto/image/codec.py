"""Opening and saving image files."""

from __future__ import annotations

import io
import os
from collections.abc import Mapping
from pathlib import Path

from impasto.errors import (
    ImageFormatError,
    ImageSizeError,
    MemoryLimitError,
    OptionError,
    OutputError,
)
from impasto.image.contract import MIN_SIDE_PX
from impasto.image.destination import check_destination, replace_file
from impasto.image.file_format import OutputFormat, output_format
from impasto.image.picture import Picture
from impasto.image.reading import ImageHeader, SizeLimits, read_header, read_picture
from impasto.image.source import ImageFile, read_source, source_name
from impasto.image.writing import Encoding, write_picture

DEFAULT_MAX_PIXELS = 200_000_000
"""The most pixels :func:`open_image` decodes unless told otherwise."""


def open_image(
    source: ImageFile,
    *,
    max_pixels: int = DEFAULT_MAX_PIXELS,
    min_side: int = MIN_SIDE_PX,
) -> Picture:
    """Read an image file: JPEG, PNG, WebP, TIFF, GIF, BMP, AVIF or HEIC.

    The picture comes upright (EXIF orientation applied) and in sRGB (colour profiles,
    CMYK, LAB and grey converted). The first frame or page is read. 16 bits are kept from
    PNG, TIFF and HEIC, though not of CMYK; 32-bit TIFF becomes 16-bit, floating point in
    [0, 1] too. HEIC needs ``impasto[heif]``.

    Args:
        source: A path, the content of a file, or a file open for reading bytes.
        max_pixels: Larger images are refused before they are decoded.
        min_side: The shortest side accepted, in pixels.

    Raises:
        ImageNotFoundError: if there is no such file.
        ImageFormatError: if it is not an image that can be read, empty, or damaged.
        ImageSizeError: if it is larger or smaller than the limits.
        MemoryLimitError: if its pixels do not fit in memory.
        OptionError: if ``source`` is not a file, or a limit is not positive.
    """
    if max_pixels < 1 or min_side < 1:
        raise OptionError(
            "max_pixels, min_side: expected 1 px or more, "
            f"got {max_pixels} and {min_side}; there is no value for no limit."
        )
    source_format, content = read_source(source)
    limits = SizeLimits(max_pixels=max_pixels, min_side=min_side)
    try:
        return read_picture(source_format, content, limits=limits)
    except (ImageFormatError, ImageSizeError, MemoryLimitError) as error:
        raise type(error)(f"{source_name(source)}: {error}") from error


def open_header(source: ImageFile) -> ImageHeader:
    """Read size and metadata of an image file, without decoding its pixels.

    Args:
        source: As :func:`open_image` takes it.

    Raises:
        ImageNotFoundError: if there is no such file.
        ImageFormatError: if it is not an image that can be read, empty, or damaged.
        OptionError: if ``source`` is not a file.
    """
    source_format, content = read_source(source)
    try:
        return read_header(source_format, content)
    except (ImageFormatError, ImageSizeError, MemoryLimitError) as error:
        raise type(error)(f"{source_name(source)}: {error}") from error


def save_image(
    picture: Picture,
    path: str | os.PathLike[str],
    *,
    quality: int = 95,
    bit_depth: int | None = None,
    keep_metadata: bool = True,
    keep_profile: bool = False,
    image_text: Mapping[str, str] | None = None,
    overwrite: bool = True,
) -> Path:
    """Write a picture as PNG, JPEG, WebP or TIFF, by the suffix of the file's name.

    The file appears under its name only when it is complete. JPEG cannot be transparent:
    the picture is laid on white, with a logged warning.

    Args:
        picture: What to write.
        path: Where; the folder must exist.
        quality: 1 to 100, for JPEG and WebP.
        bit_depth: 8 or 16; ``None`` for the picture's own as far as the format can: PNG
            and TIFF hold 16 bits, JPEG and WebP are rounded to 8.
        keep_metadata: Write EXIF, XMP, resolution and text entries. WebP has no place
            for the resolution.
        keep_profile: Convert back to the colour profile the picture was read with. Else
            it stays sRGB, with an sRGB profile if the original had one.
        image_text: Text entries to add, such as the settings of a result: as text chunks
            in PNG, as JSON in the EXIF user comment elsewhere. :func:`open_image` gives
            them back in ``metadata.text``.
        overwrite: Whether a file that is there may be replaced.

    Returns:
        The path written.

    Raises:
        OutputError: if nothing can be written there; what was there is untouched.
        OptionError: if an option is outside its range or asks for what the format cannot.
    """
    path = Path(path)
    output = output_format(path)
    _check_size(path, picture, output)
    encoding = Encoding(
        output=output,
        quality=quality,
        bit_depth=_chosen_depth(bit_depth, picture, output),
        keep_metadata=keep_metadata,
        keep_profile=keep_profile,
        image_text=dict(image_text or {}),
    )
    with replace_file(path, overwrite=overwrite) as file:
        write_picture(picture, file, encoding)
    return path


def encode_image(
    picture: Picture,
    name: str,
    *,
    quality: int = 95,
    keep_profile: bool = False,
    image_text: Mapping[str, str] | None = None,
) -> bytes:
    """The content that :func:`save_image` would write, for where there is no file.

    Args:
        picture: What to encode.
        name: Ends in the suffix of the format.
        quality: 1 to 100, for JPEG and WebP.
        keep_profile: Convert back to the colour profile the picture was read with.
        image_text: Text entries to add.

    Raises:
        OutputError: if no format has that suffix, or it cannot hold the picture.
        OptionError: if the quality is outside its range.
    """
    path = Path(name)
    output = output_format(path)
    _check_size(path, picture, output)
    encoding = Encoding(
        output=output,
        quality=quality,
        bit_depth=_chosen_depth(None, picture, output),
        keep_metadata=True,
        keep_profile=keep_profile,
        image_text=dict(image_text or {}),
    )
    content = io.BytesIO()
    write_picture(picture, content, encoding)
    return content.getvalue()


def check_output(path: str | os.PathLike[str], *, overwrite: bool = True) -> Path:
    """Make sure, before long work starts, that its result can be saved.

    Args:
        path: Where :func:`save_image` will be asked to write.
        overwrite: Whether a file that is there may be replaced.

    Returns:
        The path.

    Raises:
        OutputError: if the suffix is of no format that can be written, or nothing can be
            written there.
    """
    path = Path(path)
    output_format(path)
    check_destination(path, overwrite=overwrite)
    return path


def _check_size(path: Path, picture: Picture, output: OutputFormat) -> None:
    height, width = picture.size
    if max(picture.size) > output.longest_side:
        raise OutputError(
            f"{path}: expected sides of at most {output.longest_side} px for {output.name}, "
            f"got {width} x {height} px; save as PNG or TIFF instead."
        )


def _chosen_depth(bit_depth: int | None, picture: Picture, output: OutputFormat) -> int:
    if bit_depth not in (None, 8, 16):
        raise OptionError(f"bit_depth: expected 8, 16 or None, got {bit_depth!r}.")
    if bit_depth == 16 and not output.holds_16_bit:
        raise OptionError(
            f"bit_depth: expected 8 for {output.name}, got 16; save as PNG or TIFF instead."
        )
    return (bit_depth or picture.bit_depth) if output.holds_16_bit else 8


def readable_formats() -> dict[str, bool]:
    """The formats Impasto reads, and whether this installation can."""
    from importlib.util import find_spec

    from PIL import features

    always = ("JPEG", "PNG", "WebP", "TIFF", "GIF", "BMP")
    return {
        **dict.fromkeys(always, True),
        "AVIF": bool(features.check("avif")),
        "HEIC": find_spec("pillow_heif") is not None,
    }
