import random
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from impasto.segmentation.click_network import ClickMasks, ClickNetwork
from impasto.segmentation.click_training import (
    ClickTraining,
    edge_loss,
    load_lesson,
    mask_loss,
    next_click,
    overlap,
    train,
)
from impasto.segmentation.training_objects import LabelledPhoto, targets_of

SIZE = (64, 96)


@pytest.fixture
def photo(tmp_path: Path) -> LabelledPhoto:
    rng = np.random.default_rng(0)
    labels = np.zeros(SIZE, np.uint8)
    labels[16:48, 24:64] = 1
    (tmp_path / "human").mkdir()
    Image.fromarray(labels).save(tmp_path / "human" / "a.png")
    maps = {
        f"d{s}": rng.normal(size=(SIZE[0] // s, SIZE[1] // s, c)).astype(np.float16)
        for s, c in ((16, 128), (8, 128), (4, 64))
    }
    np.savez(tmp_path / "human__a.npz", **maps)
    return LabelledPhoto(folder="human", name="a", root=tmp_path)


def test_a_lesson_can_be_mirrored(photo: LabelledPhoto) -> None:
    lesson, mirrored = (load_lesson(photo, photo.root, flip=flip) for flip in (False, True))
    assert lesson is not None
    assert mirrored is not None
    assert (mirrored.targets.objects == lesson.targets.objects[..., ::-1]).all()
    torch.testing.assert_close(mirrored.features[16], lesson.features[16].flip(-1))


def test_training_changes_the_network_for_the_better(photo: LabelledPhoto) -> None:
    network = train([photo], photo.root, ClickTraining(minutes=0.01, objects_per_photo=1))
    assert isinstance(network, ClickNetwork)
    assert all(torch.isfinite(each).all() for each in network.parameters())


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


def test_the_loss_is_least_for_the_truth_and_ignores_what_is_not_labelled() -> None:
    wanted = torch.zeros(1, 1, 8, 12)
    wanted[..., 2:6, 3:9] = 1
    valid = torch.ones(1, 1, 8, 12)
    valid[..., 0, :] = 0
    right = (wanted * 2 - 1).expand(1, 4, 8, 12) * 9
    quality = torch.full((1, 4), 9.0)
    best = mask_loss(ClickMasks(logits=right, quality=quality), wanted, valid, first=True)
    assert best < 0.01
    spoiled = right.clone()
    spoiled[..., 0, :] = 9
    same = mask_loss(ClickMasks(logits=spoiled, quality=quality), wanted, valid, first=True)
    torch.testing.assert_close(best, same)
    assert mask_loss(ClickMasks(logits=-right, quality=quality), wanted, valid, first=True) > 5


def test_overlap() -> None:
    wanted = torch.zeros(1, 1, 4, 4)
    wanted[..., :2] = 1
    masks = torch.ones(1, 1, 4, 4, dtype=torch.bool)
    assert overlap(masks, wanted, torch.ones(1, 1, 4, 4)).item() == 0.5


def test_edges_are_learned_where_they_are_known() -> None:
    labels = np.zeros((32, 32), np.uint8)
    labels[8:24, 8:24] = 1
    targets = targets_of(labels, (32, 32), partition=False)
    right = torch.from_numpy(targets.edges * 18 - 9)[None, None]
    assert edge_loss(right, targets) < 0.01
    assert edge_loss(-right, targets) > 1
