"""Pictures inside a page: reduced to what is shown, as ``data:`` addresses."""

from __future__ import annotations

import base64
import io
from typing import Literal

from impasto.errors import OptionError
from impasto.image.file_format import OUTPUT_FORMATS
from impasto.image.picture import Picture, PixelArray, change_bit_depth
from impasto.image.picture_resize import resize_samples
from impasto.image.writing import Encoding, write_picture
from impasto.reports.blocks import Illustration

Packing = Literal["JPEG", "PNG", "WEBP"]


def illustration(
    picture: Picture,
    *,
    alt: str,
    caption: str = "",
    longest_side_px: int | None = None,
    packing: Packing = "JPEG",
    quality: int = 85,
) -> Illustration:
    """A picture for a page; its metadata stay behind.

    Args:
        picture: Any picture; 16 bits are shown as 8.
        alt: What is to be seen, for those who cannot see it.
        caption: The line below.
        longest_side_px: Larger pictures are reduced to it; ``None`` for none.
        packing: ``JPEG`` for photographs and paintings, ``PNG`` for masks and drawings;
            transparent pictures become ``WEBP`` instead of ``JPEG``.
        quality: 1 to 100, for ``JPEG`` and ``WEBP``.

    Raises:
        OptionError: if a value is out of its range, or ``alt`` is empty.
    """
    shown = _reduced(picture, longest_side_px)
    if shown.alpha is not None and packing == "JPEG":
        packing = "WEBP"
    file = io.BytesIO()
    encoding = Encoding(
        output=OUTPUT_FORMATS[packing],
        quality=quality,
        bit_depth=8,
        keep_metadata=False,
        keep_profile=False,
        image_text={},
    )
    write_picture(shown, file, encoding)
    code = base64.b64encode(file.getvalue()).decode("ascii")
    source = f"data:image/{packing.lower()};base64,{code}"
    return Illustration(source=source, size=shown.size, alt=alt, caption=caption)


def _reduced(picture: Picture, longest_side_px: int | None) -> Picture:
    if longest_side_px is not None and longest_side_px < 1:
        raise OptionError(f"longest_side_px: expected 1 or more, got {longest_side_px}.")
    factor = min(1.0, (longest_side_px or max(picture.size)) / max(picture.size))
    height, width = (max(1, round(side * factor)) for side in picture.size)

    def shown(samples: PixelArray) -> PixelArray:
        return resize_samples(change_bit_depth(samples, 8), (height, width))

    alpha = None if picture.alpha is None else shown(picture.alpha)
    return Picture(pixels=shown(picture.pixels), alpha=alpha)
