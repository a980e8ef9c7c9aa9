"""PNG with 16 bits per sample in several channels, which Pillow reduces to 8."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from impasto.image.picture import PixelArray

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_CHANNELS = {0: 1, 2: 3, 4: 2, 6: 4}
_COLOR_TYPES = {channels: color_type for color_type, channels in _CHANNELS.items()}
_PASSES = ((0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2), (0, 1, 2, 2))
_INTERLACED = (*_PASSES, (1, 0, 2, 1))
_BAND_ROWS = 1024

_Bytes = npt.NDArray[np.uint8]


def is_deep_png(content: bytes) -> bool:
    """Whether a PNG has 16 bits per sample in more than one channel."""
    return content[24:25] == b"\x10" and content[25:26] != b"\0"


def decode_deep_png(content: bytes) -> PixelArray:
    """Decode a PNG file of 16 bits per sample, interlaced or not.

    Args:
        content: A whole file that is known to be intact.

    Returns:
        (H, W, C) uint16: grey, grey and alpha, RGB or RGBA for C of 1 to 4. A colour
        declared transparent (``tRNS``) is made so.

    Source:
        PNG specification, third edition, sections 7 to 9 (interlacing and filters).
    """
    chunks = list(_iterate_chunks(content))
    header = chunks[0][1]
    width, height, _, color_type = struct.unpack(">IIBB", header[:10])
    channels = _CHANNELS[color_type]
    data = b"".join(body for name, body in chunks if name == b"IDAT")
    inflater = zlib.decompressobj()
    image = np.empty((height, width, channels), np.uint16)
    for top, left, down, across in _INTERLACED if header[12] else ((0, 0, 1, 1),):
        part = image[top::down, left::across]
        if not part.size:
            continue
        line = 1 + part.shape[1] * channels * 2
        filtered = inflater.decompress(data, part.shape[0] * line)
        data = inflater.unconsumed_tail
        rows = np.frombuffer(filtered, np.uint8).reshape(part.shape[0], line)
        part[:] = _unfilter(rows, channels * 2)
    hidden = next((body for name, body in chunks if name == b"tRNS"), None)
    return image if hidden is None else _hide_color(image, hidden)


def encode_deep_png(samples: PixelArray, template: bytes) -> bytes:
    """Encode 16-bit samples as a PNG file with the metadata of another.

    Args:
        samples: (H, W, C) uint16: grey, grey and alpha, RGB or RGBA for C of 1 to 4.
        template: A PNG file whose chunks, other than the image itself, are taken over.

    Returns:
        A PNG file.
    """
    height, width, channels = samples.shape
    header = struct.pack(">IIBBBBB", width, height, 16, _COLOR_TYPES[channels], 0, 0, 0)
    data = _compress(samples)
    parts = [_SIGNATURE]
    for name, body in _iterate_chunks(template):
        own = {b"IHDR": header, b"IDAT": data}.get(name, body)
        parts.append(_pack_chunk(name, own))
    return b"".join(parts)


def _iterate_chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    position = len(_SIGNATURE)
    while position + 8 <= len(content):
        size, name = struct.unpack_from(">I4s", content, position)
        yield name, content[position + 8 : position + 8 + size]
        position += 12 + size


def _pack_chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def _compress(samples: PixelArray) -> bytes:
    """Rows under the Up filter, which costs one subtraction and suits photographs."""
    rows = samples.astype(">u2").reshape(samples.shape[0], -1).view(np.uint8)
    compressor = zlib.compressobj(6)
    parts = []
    previous = np.zeros_like(rows[:1])
    for top in range(0, len(rows), _BAND_ROWS):
        band = rows[top : top + _BAND_ROWS]
        above = np.concatenate([previous, band[:-1]])
        filtered = np.insert(band - above, 0, 2, axis=1)
        parts.append(compressor.compress(filtered.tobytes()))
        previous = band[-1:]
    return b"".join([*parts, compressor.flush()])


def _unfilter(rows: _Bytes, pixel_bytes: int) -> PixelArray:
    """(H, W, C) uint16 from (H, 1 + W·C·2) filtered bytes."""
    height = rows.shape[0]
    image = np.empty((height, rows.shape[1] - 1), np.uint8)
    above = np.zeros(image.shape[1], np.uint8)
    for top in range(0, height, _BAND_ROWS):
        band = slice(top, min(top + _BAND_ROWS, height))
        image[band] = _unfilter_band(rows[band], above, pixel_bytes)
        above = image[band.stop - 1]
    return image.view(">u2").reshape(height, -1, pixel_bytes // 2)


def _unfilter_band(rows: _Bytes, above: _Bytes, pixel_bytes: int) -> _Bytes:
    """Undo the filters along diagonals, where no pixel depends on another.

    The pixel at (y, x) needs those at its left, above it, and at the left above; in a
    table slanted so that it lies at (x + y, y), all three stand in the two lines before.
    """
    height, width = rows.shape[0], (rows.shape[1] - 1) // pixel_bytes
    kinds = rows[:, 0, None]
    if (kinds == 2).all():
        return np.add.accumulate(np.vstack([above[None], rows[:, 1:]]), dtype=np.uint8)[1:]
    coded = rows[:, 1:].reshape(height, width, pixel_bytes)
    slanted = np.zeros((height + width + 1, height + 1, pixel_bytes), np.int16)
    slanted[np.arange(1, width + 1), 0] = above.reshape(width, pixel_bytes)
    for diagonal in range(height + width - 1):
        y = np.arange(max(0, diagonal - width + 1), min(height, diagonal + 1))
        line, rest = slanted[diagonal + 1], coded[y, diagonal - y]
        left, up, corner = line[y + 1], line[y], slanted[diagonal, y]
        predicted = _predict(kinds[y], left, up, corner)
        slanted[diagonal + 2, y + 1] = (rest + predicted) & 255
    y, x = np.arange(height)[:, None], np.arange(width)
    return slanted[y + x + 2, y + 1].astype(np.uint8).reshape(height, -1)


def _predict(
    kinds: _Bytes,
    left: npt.NDArray[np.int16],
    up: npt.NDArray[np.int16],
    corner: npt.NDArray[np.int16],
) -> npt.NDArray[np.int16]:
    towards_left, towards_up = np.abs(up - corner), np.abs(left - corner)
    towards_corner = np.abs(left + up - 2 * corner)
    paeth = np.where(
        (towards_left <= towards_up) & (towards_left <= towards_corner),
        left,
        np.where(towards_up <= towards_corner, up, corner),
    )
    return np.select(
        [kinds == 1, kinds == 2, kinds == 3, kinds == 4], [left, up, (left + up) // 2, paeth], 0
    ).astype(np.int16)


def _hide_color(image: PixelArray, hidden: bytes) -> PixelArray:
    color = np.frombuffer(hidden, ">u2", image.shape[2])
    shown = (image != color).any(axis=2, keepdims=True)
    return np.concatenate([image, np.where(shown, 65_535, 0).astype(np.uint16)], axis=2)
