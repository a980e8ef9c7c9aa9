from pathlib import Path

import numpy as np
import torch
from PIL import Image

from impasto.segmentation.click_weights import click_network
from impasto.segmentation.deep_features import segmentation_weights
from impasto.segmentation.region_choice import RegionChoice, read_choice
from impasto.segmentation.region_choice_training import fit_choice
from impasto.segmentation.training_objects import LabelledPhoto


def test_what_is_fitted_can_be_read(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    labels = np.zeros((48, 64), np.uint8)
    labels[12:36, 16:40] = 1
    pixels = np.where(labels[..., None] == 1, 200, 60) + rng.integers(0, 9, (48, 64, 3))
    (tmp_path / "human").mkdir()
    Image.fromarray(pixels.astype(np.uint8)).save(tmp_path / "human" / "a.jpg")
    Image.fromarray(labels).save(tmp_path / "human" / "a.png")
    torch.manual_seed(0)
    folder = tmp_path / "human"
    photo = LabelledPhoto(
        folder="human", name="a", photo_path=folder / "a.jpg", label_path=folder / "a.png"
    )
    choice = read_choice(fit_choice([photo], segmentation_weights(), click_network()))
    assert isinstance(choice, RegionChoice)
    found = choice.expected_overlap(choice.mean[None])
    assert 0 < found[0] < 1
