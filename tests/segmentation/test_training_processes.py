from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from impasto.segmentation.click_network import ClickNetwork
from impasto.segmentation.click_training import ClickTraining
from impasto.segmentation.deep_features import segmentation_weights
from impasto.segmentation.training_objects import LabelledPhoto
from impasto.segmentation.training_processes import train_together


@pytest.mark.slow
def test_two_processes_train_one_network(tmp_path: Path) -> None:
    labels = np.zeros((48, 64), np.uint8)
    labels[12:36, 16:40] = 1
    pixels = np.where(labels[..., None] == 1, 200, 60).repeat(3, axis=2).astype(np.uint8)
    Image.fromarray(pixels).save(tmp_path / "a.jpg")
    Image.fromarray(labels).save(tmp_path / "a.png")
    photo = LabelledPhoto(
        folder="human", name="a", photo_path=tmp_path / "a.jpg", label_path=tmp_path / "a.png"
    )
    reduction = {
        name: each for name, each in segmentation_weights().items() if name.startswith("reduce.")
    }
    options = ClickTraining(minutes=0.001, photos_per_update=1, objects_per_photo=1)
    state = train_together([photo], reduction, options, 2)
    network = ClickNetwork()
    network.load_state_dict(state)
    assert all(torch.isfinite(each).all() for each in network.parameters())
