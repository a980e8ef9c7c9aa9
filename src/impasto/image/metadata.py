"""What files say about their pictures: EXIF, XMP, resolution and text."""

from __future__ import annotations

import json
import logging
import math
import re
import struct
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from impasto.image.exif_block import (
    BYTES,
    EXIF_DIRECTORY,
    GPS_DIRECTORY,
    RATIONAL,
    SHORT,
    TEXT,
    UNDEFINED,
    ExifBlock,
    ExifField,
    pack_exif,
    parse_exif,
)
from impasto.image.orientation import UPRIGHT
from impasto.image.picture import ImageMetadata

logger = logging.getLogger(__name__)

_ORIENTATION, _USER_COMMENT = 0x0112, 0x9286
_X_RESOLUTION, _Y_RESOLUTION, _RESOLUTION_UNIT = 0x011A, 0x011B, 0x0128
_XMP, _ICC_PROFILE = 700, 34_675
_DOTS_PER_INCH = {2: 1.0, 3: 2.54}

DESCRIPTIVE_TAGS = (270, 271, 272, 305, 306, 315, 316, 33_432)
"""The fields of a TIFF's own directory that describe the picture rather than its storage:
description, make, model, software, date, artist, computer, copyright."""

_XMP_ORIENTATION = re.compile(rb"(tiff:Orientation(?:\s*=\s*[\"']|>))([0-9])")
_COMMENT_CODES = {b"ASCII\0\0\0": "utf-8", b"\0\0\0\0\0\0\0\0": "utf-8", b"UNICODE\0": "utf-16"}


def read_exif(info: Mapping[Any, Any]) -> ExifBlock:
    """The EXIF block of an image, empty where there is none or it is damaged.

    Args:
        info: Pillow's description of the image.
    """
    content = info.get("exif")
    hexadecimal = info.get("Raw profile type exif")
    try:
        if content is None and isinstance(hexadecimal, str):
            content = bytes.fromhex("".join(hexadecimal.split("\n")[3:]))
        return parse_exif(content) if isinstance(content, bytes) and content else ExifBlock()
    except ValueError as error:
        logger.warning("The EXIF data is damaged and left out (%s).", error)
        return ExifBlock()


def read_tiff_directory(content: bytes) -> tuple[dict[str, Any], ExifBlock]:
    """What Pillow would call the info of a TIFF file, and the EXIF block there could be.

    Args:
        content: The whole file; one of the 64-bit kind has no metadata here.
    """
    described = {*DESCRIPTIVE_TAGS, _ORIENTATION, EXIF_DIRECTORY, GPS_DIRECTORY}
    resolution = {_X_RESOLUTION, _Y_RESOLUTION, _RESOLUTION_UNIT}
    try:
        block = parse_exif(content, only=described | resolution | {_XMP, _ICC_PROFILE})
    except ValueError:
        return {}, ExifBlock()
    info = {
        name: value.data
        for name, tag in (("xmp", _XMP), ("icc_profile", _ICC_PROFILE))
        if isinstance(value := block.root.get(tag), ExifField) and value.kind in (BYTES, UNDEFINED)
    }
    kept = {tag: value for tag, value in block.root.items() if tag in described}
    return {**info, "dpi": _tiff_resolution(block)}, replace(block, root=kept)


def read_orientation(exif: ExifBlock, info: Mapping[Any, Any]) -> int:
    """The orientation EXIF or else XMP declares, 1 where there is none."""
    declared = exif.number(_ORIENTATION)
    if declared is not None:
        return declared
    xmp = info.get("xmp")
    match = _XMP_ORIENTATION.search(xmp) if isinstance(xmp, bytes) else None
    return int(match[2]) if match else UPRIGHT


def build_metadata(
    source_format: str,
    info: Mapping[Any, Any],
    exif: ExifBlock,
    text: Mapping[str, str] | None = None,
) -> ImageMetadata:
    """Collect the metadata of a picture that is to be turned upright.

    Args:
        source_format: As :func:`~impasto.image.file_format.recognise_format` names it.
        info: Pillow's description of the image.
        exif: Its EXIF block; the orientation in it is reset.
        text: Its text entries.
    """
    xmp, profile = info.get("xmp"), info.get("icc_profile")
    return ImageMetadata(
        exif=pack_exif(_turned_upright(exif)) if exif.root else None,
        icc_profile=profile if isinstance(profile, bytes) and profile else None,
        xmp=_XMP_ORIENTATION.sub(rb"\g<1>1", xmp) if isinstance(xmp, bytes) and xmp else None,
        dpi=_positive_pair(info.get("dpi")),
        source_format=source_format,
        text={**_read_comments(info, exif), **(text or {})},
    )


def exif_with_text(exif: bytes | None, text: Mapping[str, str]) -> bytes | None:
    """An EXIF block whose user comment holds text entries, as JSON.

    Args:
        exif: The block to start from; ``None`` for an empty one.
        text: The entries; if there are none, ``exif`` is returned as it is.

    Raises:
        ValueError: if ``exif`` is not an EXIF block.

    Example:
        >>> b'{"impasto": "settings"}' in exif_with_text(None, {"impasto": "settings"})
        True
    """
    if not text:
        return exif
    block = ExifBlock() if exif is None else parse_exif(exif)
    comment = text["UserComment"] if set(text) == {"UserComment"} else None
    if comment is None or not comment.isascii():
        comment = json.dumps(dict(text))
    value = ExifField(kind=UNDEFINED, data=b"ASCII\0\0\0" + comment.encode("ascii"))
    directory = block.directory(EXIF_DIRECTORY) | {_USER_COMMENT: value}
    return pack_exif(replace(block, root=block.root | {EXIF_DIRECTORY: directory}))


def _turned_upright(exif: ExifBlock) -> ExifBlock:
    if _ORIENTATION not in exif.root:
        return exif
    upright = ExifField(kind=SHORT, data=struct.pack(f"{exif.order}H", UPRIGHT))
    return replace(exif, root=exif.root | {_ORIENTATION: upright})


def _tiff_resolution(block: ExifBlock) -> tuple[float, float] | None:
    dots = _DOTS_PER_INCH.get(block.number(_RESOLUTION_UNIT) or 2)
    fields = [block.root.get(tag) for tag in (_X_RESOLUTION, _Y_RESOLUTION)]
    ratios = [
        struct.unpack(f"{block.order}II", field.data)
        for field in fields
        if isinstance(field, ExifField) and field.kind == RATIONAL and len(field.data) == 8
    ]
    if dots is None or len(ratios) != 2 or not all(below for _, below in ratios):
        return None
    x, y = (above / below * dots for above, below in ratios)
    return x, y


def _read_comments(info: Mapping[Any, Any], exif: ExifBlock) -> dict[str, str]:
    text = _read_user_comment(exif)
    comment = info.get("comment")
    if isinstance(comment, bytes):
        comment = comment.decode("utf-8", "replace")
    if isinstance(comment, str) and comment.strip("\0 "):
        text["Comment"] = comment.strip("\0 ")
    return text


def _read_user_comment(exif: ExifBlock) -> dict[str, str]:
    value = exif.directory(EXIF_DIRECTORY).get(_USER_COMMENT)
    if not isinstance(value, ExifField) or value.kind not in (BYTES, TEXT, UNDEFINED):
        return {}
    encoding = _COMMENT_CODES.get(value.data[:8])
    if encoding is None:
        return {}
    if encoding == "utf-16":
        encoding = "utf-16-le" if exif.order == "<" else "utf-16-be"
    comment = value.data[8:].decode(encoding, "replace").strip("\0 ")
    try:
        entries = json.loads(comment)
    except (ValueError, RecursionError):
        return {"UserComment": comment} if comment else {}
    if isinstance(entries, dict) and all(isinstance(entry, str) for entry in entries.values()):
        return entries
    return {"UserComment": comment}


def _positive_pair(dpi: Any) -> tuple[float, float] | None:
    try:
        x, y = (float(value) for value in dpi)
    except (TypeError, ValueError, ArithmeticError):
        return None
    return (x, y) if 0 < x < math.inf and 0 < y < math.inf else None
