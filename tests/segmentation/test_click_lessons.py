import random
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from impasto.segmentation.click_lessons import FEWEST, Lessons, draw_box, next_click
from impasto.segmentation.deep_features import segmentation_weights
from impasto.segmentation.training_objects import LabelledPhoto


@pytest.fixture
def photo(tmp_path: Path) -> LabelledPhoto:
    labels = np.zeros((48, 64), np.uint8)
    labels[12:36, 16:40] = 1
    pixels = np.random.default_rng(0).integers(0, 255, (48, 64, 3)).astype(np.uint8)
    Image.fromarray(pixels).save(tmp_path / "a.jpg")
    Image.fromarray(labels).save(tmp_path / "a.png")
    return LabelledPhoto(
        folder="human", name="a", photo_path=tmp_path / "a.jpg", label_path=tmp_path / "a.png"
    )


def test_lessons_have_features_and_objects(
    photo: LabelledPhoto, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("impasto.segmentation.click_lessons.FEWEST", 1)
    lessons = Lessons([photo], [1.0], segmentation_weights(), random.Random(0))
    for _ in range(4):
        lesson = lessons.draw(3)
        assert lesson is not None
        grid = lesson.targets.objects.shape[1:]
        assert lesson.features[4].shape[-2:] == grid
        assert lesson.targets.objects.shape[0] == 1
    assert 1 <= len(lessons._recent) <= 4
    assert FEWEST > 1


def test_the_first_click_is_inside_and_the_next_mends() -> None:
    wanted = np.zeros((8, 12), bool)
    wanted[2:7, 3:9] = True
    valid = np.ones_like(wanted)
    for seed in range(20):
        (x, y), sign = next_click(wanted, valid, None, random.Random(seed))
        assert sign == 1
        assert wanted[int(y * 12), int(x * 12)]
    assert next_click(wanted, valid, wanted, random.Random(0))[1] == 0
    assert next_click(wanted, valid, ~np.zeros_like(wanted), random.Random(0))[1] == -1


def test_the_larger_error_is_mended_first() -> None:
    wanted = np.zeros((20, 20), bool)
    wanted[:, :10] = True
    seen = np.zeros_like(wanted)
    seen[2:, :10] = True
    seen[10:18, 10:19] = True
    (x, y), sign = next_click(wanted, np.ones_like(wanted), seen, random.Random(0))
    assert sign == -1
    assert 10 <= x * 20 < 19
    assert 10 <= y * 20 < 18


def test_a_box_lies_about_its_object() -> None:
    wanted = np.zeros((40, 80), np.float32)
    wanted[10:30, 20:60] = 1
    for seed in range(10):
        box = draw_box(wanted, random.Random(seed)) * 80
        expected = torch.tensor([20.0, 10.0, 60.0, 30.0])
        assert (box - expected).abs().max() <= 0.08 * 40 + 1e-4
