from pathlib import Path

import pytest
import torch

from impasto.errors import OptionError, WeightsDamagedError
from impasto.training.checkpoint import (
    CHECKPOINT,
    find_checkpoint,
    remove_checkpoint,
    save_checkpoint,
)

FINGERPRINT = {"steps": 30, "layers": ["a", "b"], "minutes": None}


def test_comes_back_as_it_was(tmp_path: Path) -> None:
    assert find_checkpoint(tmp_path / "none", FINGERPRINT) is None
    net = {"weight": torch.rand(2, 3).to(torch.bfloat16), "bias": torch.rand(3)}
    save_checkpoint(tmp_path, {"fingerprint": FINGERPRINT, "net": net, "step": 7, "rate": 0.1})
    state = find_checkpoint(tmp_path, FINGERPRINT)
    assert state is not None
    assert (state["step"], state["rate"]) == (7, 0.1)
    assert all(torch.equal(state["net"][name], net[name]) for name in net)
    assert list(tmp_path.iterdir()) == [tmp_path / CHECKPOINT]
    remove_checkpoint(tmp_path)
    assert find_checkpoint(tmp_path, FINGERPRINT) is None


def test_another_recipe_says_what_differs(tmp_path: Path) -> None:
    save_checkpoint(tmp_path, {"fingerprint": FINGERPRINT})
    with pytest.raises(OptionError, match=r"steps was 30, and is 31 now.*--restart"):
        find_checkpoint(tmp_path, {**FINGERPRINT, "steps": 31})


def test_damaged(tmp_path: Path) -> None:
    (tmp_path / CHECKPOINT).write_bytes(b"no checkpoint")
    with pytest.raises(WeightsDamagedError):
        find_checkpoint(tmp_path, FINGERPRINT)
    torch.save({"format": 99}, tmp_path / CHECKPOINT)
    with pytest.raises(WeightsDamagedError, match="format 1, got 99"):
        find_checkpoint(tmp_path, FINGERPRINT)
    torch.save([1], tmp_path / CHECKPOINT)
    with pytest.raises(WeightsDamagedError, match="dictionary"):
        find_checkpoint(tmp_path, FINGERPRINT)


def test_a_failure_keeps_the_one_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save_checkpoint(tmp_path, {"fingerprint": FINGERPRINT, "step": 1})

    def fail(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(torch, "save", fail)
    with pytest.raises(KeyboardInterrupt):
        save_checkpoint(tmp_path, {"fingerprint": FINGERPRINT, "step": 2})
    state = find_checkpoint(tmp_path, FINGERPRINT)
    assert state is not None
    assert state["step"] == 1
