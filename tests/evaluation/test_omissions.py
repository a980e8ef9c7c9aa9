from pathlib import Path

import pytest
import torch

from impasto.encoders.art_inception import ArtInception
from impasto.errors import WeightsDamagedError, WeightsNotFoundError
from impasto.evaluation import omissions
from impasto.evaluation.omissions import LearnedMeasures, load_learned_measures
from impasto.metrics.perceptual_distance import PerceptualJudge


@pytest.fixture(autouse=True)
def _without_vgg16(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(omissions, "locate", lambda spec: None)


def test_what_is_not_here_is_named_with_the_reason() -> None:
    found = load_learned_measures()
    assert not found.perceptual
    assert not found.has_art_fid
    assert set(found.left_out) == {"lpips", "lpips_alex", "art_fid"}
    assert "impasto weights vgg16" in found.left_out["lpips"]
    assert "alexnet-owt-7be5be79.pth" in found.left_out["lpips_alex"]
    assert "art_inception.pth" in found.left_out["art_fid"]
    assert "alexnet" in found.left_out["art_fid"]


def test_files_that_are_named_but_wrong_are_errors(tmp_path: Path) -> None:
    with pytest.raises(WeightsNotFoundError):
        load_learned_measures(alexnet=tmp_path / "none.pth")
    torch.save({"a": torch.zeros(1)}, tmp_path / "a.pth")
    with pytest.raises(WeightsDamagedError, match="7be5be79"):
        load_learned_measures(alexnet=tmp_path / "a.pth")
    with pytest.raises(WeightsDamagedError, match="art_inception"):
        load_learned_measures(art_inception=tmp_path / "a.pth")


def test_art_fid_needs_both_of_its_networks() -> None:
    alex = PerceptualJudge(backbone="alex", encoder=lambda image, layers: {}, weights={})
    with torch.device("meta"):
        inception = ArtInception()
    assert LearnedMeasures(perceptual=[alex], inception=inception).has_art_fid
    assert not LearnedMeasures(perceptual=[alex]).has_art_fid
    assert not LearnedMeasures(inception=inception).has_art_fid
