from pathlib import Path

import numpy as np
import pytest

from impasto.errors import ImageNotFoundError
from impasto.segmentation.training_objects import LabelledPhoto, list_photos, targets_of


def labels() -> np.ndarray:
    found = np.zeros((32, 48), np.uint8)
    found[8:24, 8:32] = 1
    found[8:24, 32:36] = 255
    found[0, 0] = 2
    return found


def test_objects_are_shares_of_cells_and_specks_are_left_out() -> None:
    targets = targets_of(labels(), (32, 48), partition=False)
    assert targets.objects.shape == (1, 8, 12)
    assert targets.objects.sum() == 4 * 6
    assert targets.valid.sum() == 8 * 12 - 4


def test_borders_are_known_beside_objects_only() -> None:
    targets = targets_of(labels(), (32, 48), partition=False)
    assert targets.edges[1, 5] == 1
    assert targets.edges[4, 4] == 0
    assert targets.edges_known[4, 4] == 1
    assert targets.edges_known[7, 11] == 0
    assert targets_of(labels(), (32, 48), partition=True).edges_known.min() == 1


def test_the_index_is_read(tmp_path: Path) -> None:
    (tmp_path / "index.csv").write_text("split,folder,name\nout,human,a\nout,camvid,b\n")
    photos = list_photos(tmp_path)
    assert [photo.name for photo in photos] == ["a", "b"]
    assert photos[0].photo_path == tmp_path / "human" / "a.jpg"
    with pytest.raises(ImageNotFoundError, match=r"index\.csv"):
        list_photos(tmp_path / "nowhere")


def test_one_in_eight_of_the_scored_is_kept() -> None:
    root = Path()
    kept = [LabelledPhoto(folder="human", name=str(i), root=root) for i in range(800)]
    share = np.mean([photo.is_validation for photo in kept])
    assert 0.08 < share < 0.17
    assert not LabelledPhoto(folder="camvid", name="7", root=root).is_validation
