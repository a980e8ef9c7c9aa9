from pathlib import Path

import numpy as np
import pytest

from impasto.errors import ImageNotFoundError
from impasto.segmentation.training_objects import (
    BSDS_SCORED,
    SAME_SCENE,
    LabelledPhoto,
    list_photos,
    list_regions,
    split,
    targets_of,
)


def labels() -> np.ndarray:
    found = np.zeros((32, 48), np.uint8)
    found[8:24, 8:32] = 1
    found[8:24, 32:36] = 255
    found[0, 0] = 2
    return found


def photo(folder: str, name: str) -> LabelledPhoto:
    return LabelledPhoto(folder=folder, name=name, photo_path=Path(), label_path=Path())


def test_objects_are_shares_of_cells_and_specks_are_left_out() -> None:
    targets = targets_of(labels(), (32, 48), partition=False)
    assert targets.objects.shape == (1, 8, 12)
    assert targets.objects.sum() == 4 * 6
    assert targets.valid.sum() == 8 * 12 - 4


def test_no_more_objects_than_wanted() -> None:
    many = np.repeat(np.repeat(np.arange(12, dtype=np.uint8).reshape(3, 4), 16, 0), 16, 1)
    assert targets_of(many, many.shape, partition=True).objects.shape[0] == 11
    assert targets_of(many, many.shape, partition=True, most=5).objects.shape[0] == 5


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
    assert [each.name for each in photos] == ["a", "b"]
    assert photos[0].photo_path == tmp_path / "human" / "a.jpg"
    with pytest.raises(ImageNotFoundError, match=r"index\.csv"):
        list_photos(tmp_path / "nowhere")


def test_one_in_eight_of_the_scored_is_kept() -> None:
    share = np.mean([photo("human", str(i)).is_validation for i in range(800)])
    assert 0.08 < share < 0.17
    assert not photo("camvid", "7").is_validation


def test_what_is_scored_is_trained_on_in_no_folder(tmp_path: Path) -> None:
    scored = next(str(i) for i in range(99) if photo("human", str(i)).is_validation)
    scene = min(SAME_SCENE)
    names = [("human", scored), ("voc12_sbd", scored), ("bsds500", "100"), ("bsds500", "150")]
    rows = [f"{folder},{name}" for folder, name in [*names, ("voc12_official", scene)]]
    (tmp_path / "objects").mkdir()
    (tmp_path / "objects" / "index.csv").write_text("\n".join(["folder,name", *rows]))
    (tmp_path / "bsds500").mkdir()
    for number in range(100, 100 + BSDS_SCORED + 20):
        for annotator in ("coarse", "fine"):
            (tmp_path / "bsds500" / f"{number}_{annotator}.png").touch()
    found = split(tmp_path)
    assert [each.name for each in found.objects] == [scored]
    assert len(found.regions) == BSDS_SCORED
    assert found.regions == tuple(list_regions(tmp_path / "bsds500", "coarse")[:BSDS_SCORED])
    trained = {each.name for each in found.training}
    assert trained == {str(number) for number in range(140, 160)}
    assert sum(each.name == "150" for each in found.training) == 2
