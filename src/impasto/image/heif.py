"""HEIC, the format of iPhone photographs, through the optional package pillow-heif."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from impasto.errors import ImageFormatError
from impasto.image.channels import Channels, split_image, split_samples

if TYPE_CHECKING:
    from pillow_heif import HeifImage


def open_heif(content: bytes) -> HeifImage:
    """The primary image of a HEIC file, not decoded yet; its ``size`` is (W, H).

    Raises:
        ImageFormatError: if pillow-heif is not installed.
    """
    try:
        import pillow_heif
    except ImportError as error:
        raise ImageFormatError(
            "got a HEIC image, which needs the package pillow-heif; "
            "run: pip install 'impasto[heif]'"
        ) from error
    file = pillow_heif.open_heif(io.BytesIO(content), convert_hdr_to_8bit=False, hdr_to_16bit=False)
    return file[file.primary_index]


def decode_heif(image: HeifImage) -> Channels:
    """Decode an image; 10 and 12 bits become 16 by rounding.

    HEIC turns its pixels itself: they come upright, whatever the EXIF orientation says.
    """
    samples = np.asarray(image)
    mode, _, bits = image.mode.partition(";")
    if not bits:
        return split_image(Image.frombytes(mode, image.size, samples.tobytes()))
    samples = samples.reshape(*samples.shape[:2], -1).astype(np.float64)
    wide = np.rint(samples * (65_535 / (2 ** int(bits) - 1))).astype(np.uint16)
    return split_samples(wide, premultiplied=mode.endswith("a"))
