import random
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from impasto.segmentation.deep_features import working_size
from impasto.segmentation.training_objects import LabelledPhoto
from impasto.segmentation.training_views import (
    SMALLEST_PART_PX,
    draw_part,
    draw_view,
    recolour,
    whole_view,
)


@pytest.fixture
def photo(tmp_path: Path) -> LabelledPhoto:
    labels = np.zeros((120, 160), np.uint8)
    labels[20:60, 30:90] = 1
    pixels = np.where(labels[..., None] == 1, (220, 40, 40), (30, 60, 200)).astype(np.uint8)
    Image.fromarray(pixels).save(tmp_path / "a.jpg", quality=95)
    Image.fromarray(labels).save(tmp_path / "a.png")
    return LabelledPhoto(
        folder="human", name="a", photo_path=tmp_path / "a.jpg", label_path=tmp_path / "a.png"
    )


def test_a_whole_view_has_the_working_size(photo: LabelledPhoto) -> None:
    view = whole_view(photo)
    assert tuple(view.image.shape) == (1, 3, *working_size((120, 160)))
    assert view.labels.shape == (120, 160)


def test_labels_stay_with_their_pixels(photo: LabelledPhoto) -> None:
    for seed in range(20):
        view = draw_view(photo, random.Random(seed))
        height, width = view.image.shape[-2:]
        rows = (np.arange(height) * view.labels.shape[0]) // height
        columns = (np.arange(width) * view.labels.shape[1]) // width
        labels = view.labels[rows[:, None], columns[None]]
        red, blue = view.image[0, 0].numpy(), view.image[0, 2].numpy()
        if (red - blue).std() < 0.05:
            continue
        assert ((red > blue) == (labels == 1)).mean() > 0.95


def test_a_part_holds_something_labelled() -> None:
    labels = np.zeros((200, 300), np.uint8)
    labels[150:160, 280:290] = 3
    labels[:, :20] = 255
    for seed in range(30):
        part = labels[draw_part(labels, random.Random(seed))]
        assert (part == 3).any()
        assert min(part.shape) >= SMALLEST_PART_PX
    empty = np.zeros((100, 80), np.uint8)
    assert empty[draw_part(empty, random.Random(0))].size


def test_recolouring_stays_in_range() -> None:
    image = torch.rand(1, 3, 8, 8, generator=torch.Generator().manual_seed(0))
    changed = [recolour(image, random.Random(seed)) for seed in range(10)]
    assert all(0 <= float(each.min()) <= float(each.max()) <= 1 for each in changed)
    assert not torch.equal(changed[0], changed[1])
