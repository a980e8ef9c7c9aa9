from collections.abc import Callable

import cv2
import numpy as np
import pytest

from impasto.errors import ProjectError
from impasto.studio.box import EMPTY, Box
from impasto.studio.mask import Mask, make_mask
from impasto.studio.mask_file import decode_mask, encode_mask


def test_there_and_back(disc: Callable[..., Mask]) -> None:
    mask = disc(30, 20, 9)
    content = encode_mask(mask)
    assert content.startswith(b"\x89PNG")
    assert decode_mask(content, mask.box, mask.size, mask.digest) is mask
    empty = make_mask(np.zeros(mask.size, bool))
    assert decode_mask(encode_mask(empty), EMPTY, empty.size, empty.digest) is empty


def test_every_truncation_is_refused(disc: Callable[..., Mask]) -> None:
    mask = disc(30, 20, 4)
    content = encode_mask(mask)
    for length in range(len(content) - 16):
        with pytest.raises(ProjectError):
            decode_mask(content[:length], mask.box, mask.size, mask.digest)


def test_other_files_are_refused(disc: Callable[..., Mask]) -> None:
    mask = disc(30, 20, 9)
    height, width = mask.box.size
    colored = cv2.imencode(".png", np.zeros((height, width, 3), np.uint8))[1].tobytes()
    deep = cv2.imencode(".png", np.zeros((height, width), np.uint16))[1].tobytes()
    large = cv2.imencode(".png", np.zeros((height, width + 1), np.uint8))[1].tobytes()
    jpeg = cv2.imencode(".jpg", np.zeros((height, width), np.uint8))[1].tobytes()
    for wrong in (colored, deep, large, jpeg, b"", b"x" * 99):
        with pytest.raises(ProjectError, match="expected a"):
            decode_mask(wrong, mask.box, mask.size, mask.digest)


def test_another_mask_is_refused(disc: Callable[..., Mask]) -> None:
    mask = disc(30, 20, 9)
    moved = Box(
        top=mask.box.top + 1,
        left=mask.box.left,
        bottom=mask.box.bottom + 1,
        right=mask.box.right,
    )
    with pytest.raises(ProjectError, match="changed or damaged"):
        decode_mask(encode_mask(mask), moved, mask.size, mask.digest)
