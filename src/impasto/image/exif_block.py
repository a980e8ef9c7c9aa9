"""EXIF blocks taken apart and put together again, every field byte for byte.

Pillow reads EXIF well, but writing it back it changes the types of fields and replaces
letters that are not ASCII.
"""

from __future__ import annotations

import struct
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

HEADER = b"Exif\0\0"
EXIF_DIRECTORY, GPS_DIRECTORY, _INTEROPERABILITY = 0x8769, 0x8825, 0xA005

BYTES, TEXT, SHORT, LONG, RATIONAL, UNDEFINED = 1, 2, 3, 4, 5, 7
_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4}

_POINTERS: Mapping[int, Any] = {EXIF_DIRECTORY: {_INTEROPERABILITY: {}}, GPS_DIRECTORY: {}}
"""Which fields point to directories, and which of theirs do."""


@dataclass(frozen=True, kw_only=True)
class ExifField:
    """The value of a field: its type, as TIFF numbers them, and its bytes."""

    kind: int
    data: bytes


ByteOrder = Literal["<", ">"]
Directory = dict[int, "ExifField | Directory"]


@dataclass(frozen=True, kw_only=True)
class ExifBlock:
    """The directories of an EXIF block.

    Attributes:
        order: ``"<"`` or ``">"``, the byte order of all fields.
        root: Fields by their tags; directories within are fields too.
    """

    order: ByteOrder = "<"
    root: Directory = field(default_factory=dict)

    def directory(self, tag: int) -> Directory:
        """The directory under a tag of the root, empty if there is none."""
        found = self.root.get(tag)
        return found if isinstance(found, dict) else {}

    def number(self, tag: int) -> int | None:
        """The whole number of a field of the root, if it holds exactly one."""
        found = self.root.get(tag)
        if not isinstance(found, ExifField) or found.kind not in (SHORT, LONG):
            return None
        if len(found.data) != _SIZES[found.kind]:
            return None
        return int.from_bytes(found.data, "little" if self.order == "<" else "big")


def parse_exif(content: bytes, *, only: Collection[int] | None = None) -> ExifBlock:
    """Take apart an EXIF block or the first directory of a TIFF file.

    Thumbnails, which are in a second directory, are left out, and so are fields that lie
    outside the content.

    Args:
        content: With or without the ``Exif`` header.
        only: The tags of the root that are wanted; ``None`` for all.

    Raises:
        ValueError: if it is no such content, or a TIFF file of the 64-bit kind.

    Source:
        TIFF 6.0, section 2; Exif 2.3, section 4.6.
    """
    tiff = content
    while tiff.startswith(HEADER):
        tiff = tiff[len(HEADER) :]
    orders: dict[bytes, ByteOrder] = {b"II*\0": "<", b"MM\0*": ">"}
    order = orders.get(tiff[:4])
    if order is None or len(tiff) < 8:
        raise ValueError("not an EXIF block")
    (start,) = struct.unpack_from(f"{order}I", tiff, 4)
    root = _parse_directory(tiff, order, start, _POINTERS)
    if only is not None:
        root = {tag: value for tag, value in root.items() if tag in only}
    return ExifBlock(order=order, root=root)


def pack_exif(block: ExifBlock) -> bytes:
    r"""Put a block together, with the ``Exif`` header.

    Example:
        >>> block = ExifBlock(root={0x0112: ExifField(kind=SHORT, data=b"\x06\0")})
        >>> parse_exif(pack_exif(block)) == block
        True
    """
    magic = b"II*\0" if block.order == "<" else b"MM\0*"
    start = struct.pack(f"{block.order}I", 8)
    return HEADER + magic + start + pack_directory(block.root, block.order, 8)


def pack_directory(directory: Directory, order: ByteOrder, start: int) -> bytes:
    """The bytes of a directory and all it refers to.

    Args:
        directory: What to pack.
        order: ``"<"`` or ``">"``; that of the block it comes from.
        start: Where the bytes will lie, counted from the TIFF header.
    """
    entries = struct.pack(f"{order}H", len(directory))
    body = b""
    position = start + len(entries) + 12 * len(directory) + 4
    for tag, value in sorted(directory.items()):
        here = position + len(body)
        if isinstance(value, ExifField) and len(value.data) <= 4:
            count = len(value.data) // _SIZES[value.kind]
            entries += struct.pack(f"{order}HHI", tag, value.kind, count)
            entries += value.data.ljust(4, b"\0")
            continue
        if isinstance(value, ExifField):
            kind, data = value.kind, value.data
            count = len(data) // _SIZES[kind]
        else:
            kind, data, count = LONG, pack_directory(value, order, here), 1
        entries += struct.pack(f"{order}HHII", tag, kind, count, here)
        body += data + b"\0" * (len(data) % 2)
    return entries + b"\0\0\0\0" + body


def _parse_directory(
    tiff: bytes, order: ByteOrder, start: int, pointers: Mapping[int, Any]
) -> Directory:
    directory: Directory = {}
    budget = len(tiff)
    try:
        (count,) = struct.unpack_from(f"{order}H", tiff, start)
        for at in range(start + 2, start + 2 + 12 * count, 12):
            tag, kind, number, offset = struct.unpack_from(f"{order}HHII", tiff, at)
            size = number * _SIZES.get(kind, 0)
            budget -= size
            if size == 0 or budget < 0:
                continue
            place = at + 8 if size <= 4 else offset
            data = tiff[place : place + size]
            if tag in pointers:
                directory[tag] = _parse_directory(tiff, order, offset, pointers[tag])
            elif len(data) == size:
                directory[tag] = ExifField(kind=kind, data=data)
    except struct.error:
        pass
    return directory
