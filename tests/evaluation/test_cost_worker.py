from collections.abc import Callable

import numpy as np
import psutil
import pytest

from impasto.evaluation import cost_worker
from impasto.evaluation.cost_worker import cost_of, peak_memory_mib
from impasto.evaluation.plan import EvaluationPlan

Make = Callable[..., EvaluationPlan]


def test_one_pair_is_painted_again_and_again(make_plan: Make, painted: list[str]) -> None:
    told = cost_of(make_plan("tint"), "auto")
    assert told["size"] == [48, 64]
    assert len(told["seconds"]) == cost_worker.MOST_REPEATS
    assert len(painted) == cost_worker.MOST_REPEATS + 1
    assert told["engine"] == "numpy, float32"
    assert all(0 < seconds < 30 for seconds in (told["first_s"], *told["seconds"]))


def test_what_takes_long_is_not_repeated(
    make_plan: Make, painted: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cost_worker, "ENOUGH_S", 0.0)
    assert cost_of(make_plan("tint"), "auto")["seconds"] == []
    assert len(painted) == 1


def test_the_peak_stays_when_memory_is_given_back() -> None:
    own_mib = psutil.Process().memory_info().rss / 2**20
    block = np.ones(48 * 2**20, np.uint8)
    assert block.sum() == block.size
    del block
    peak = peak_memory_mib()
    assert peak is not None
    assert peak > own_mib + 40
