"""The image file formats: how to recognise them, and what those written can hold."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from impasto.errors import OutputError

HEADER_BYTES = 64
"""How much of a file :func:`recognise_format` wants to see."""


@dataclass(frozen=True, kw_only=True)
class OutputFormat:
    """A format pictures are written in.

    Attributes:
        name: As :func:`recognise_format` calls it.
        suffixes: Lower-case file name endings, the usual one first.
        holds_alpha: Whether it can be transparent.
        holds_16_bit: Whether it can hold 16 bits per sample.
        longest_side: The longest side it allows, in pixels.
    """

    name: str
    suffixes: tuple[str, ...]
    holds_alpha: bool = True
    holds_16_bit: bool = False
    longest_side: int = 2**31 - 1


OUTPUT_FORMATS = {
    "PNG": OutputFormat(name="PNG", suffixes=(".png",), holds_16_bit=True),
    "JPEG": OutputFormat(
        name="JPEG",
        suffixes=(".jpg", ".jpeg", ".jpe", ".jfif"),
        holds_alpha=False,
        longest_side=65_500,
    ),
    "WEBP": OutputFormat(name="WEBP", suffixes=(".webp",), longest_side=16_383),
    "TIFF": OutputFormat(name="TIFF", suffixes=(".tif", ".tiff"), holds_16_bit=True),
}

READABLE = "JPEG, PNG, WebP, TIFF, GIF, BMP, AVIF and HEIC"

_SIGNATURES = {
    b"\xff\xd8\xff": "JPEG",
    b"\x89PNG\r\n\x1a\n": "PNG",
    b"GIF87a": "GIF",
    b"GIF89a": "GIF",
    b"II*\0": "TIFF",
    b"MM\0*": "TIFF",
    b"II+\0": "TIFF",
    b"MM\0+": "TIFF",
    b"BM": "BMP",
}

_AVIF_BRANDS = {b"avif", b"avis"}
_HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"}


def recognise_format(header: bytes) -> str | None:
    """The format of a file, by its content and never by its name.

    Args:
        header: The first :data:`HEADER_BYTES` bytes, or all if there are fewer.

    Returns:
        ``"JPEG"``, ``"PNG"``, ``"WEBP"``, ``"TIFF"``, ``"GIF"``, ``"BMP"``, ``"AVIF"``,
        ``"HEIC"`` or ``None``.
    """
    if header[:4] == b"RIFF" and header[8:12] == b"WEBP":
        return "WEBP"
    if header[4:8] == b"ftyp":
        return _recognise_brand(header)
    matches = (name for signature, name in _SIGNATURES.items() if header.startswith(signature))
    return next(matches, None)


def output_format(path: Path) -> OutputFormat:
    """The format a file is written in, by the suffix of its name.

    Raises:
        OutputError: if no format that can be written has that suffix.

    Example:
        >>> output_format(Path("Result.JPG")).name
        'JPEG'
    """
    suffix = path.suffix.lower()
    for output in OUTPUT_FORMATS.values():
        if suffix in output.suffixes:
            return output
    known = ", ".join(s for output in OUTPUT_FORMATS.values() for s in output.suffixes)
    raise OutputError(
        f"{path}: expected a file name ending in one of {known}, "
        f"got {repr(path.suffix) if path.suffix else 'none'}; change the ending."
    )


def _recognise_brand(header: bytes) -> str | None:
    end = min(len(header), max(16, int.from_bytes(header[:4], "big")))
    brands = {header[8:12], *(header[at : at + 4] for at in range(16, end, 4))}
    if header[8:12] in _HEIC_BRANDS:
        return "HEIC"
    if brands & _AVIF_BRANDS:
        return "AVIF"
    return "HEIC" if brands & (_HEIC_BRANDS | {b"mif1", b"msf1"}) else None
