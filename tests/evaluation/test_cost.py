import json
import subprocess
from collections.abc import Callable
from typing import Any

import pytest

from impasto.errors import NotReadyError
from impasto.evaluation.cost import Cost, measure_cost
from impasto.evaluation.plan import EvaluationPlan

Make = Callable[..., EvaluationPlan]


def cost(*seconds: float) -> Cost:
    return Cost(
        method="tint",
        content="cat",
        style="red",
        size=(48, 64),
        first_s=9.0,
        seconds=seconds,
        peak_mib=100.0,
        engine="numpy",
    )


def test_the_middle_of_the_repeated_paintings() -> None:
    assert cost(3.0, 1.0, 2.0).median_s == 2
    assert cost(3.0, 1.0, 2.0, 10.0).median_s == 2.5
    assert cost(3.0, 1.0).spread_s == (1, 3)
    assert (cost().median_s, cost().spread_s) == (9, (9, 9))


def test_a_method_that_paints_nothing_costs_nothing(make_plan: Make) -> None:
    assert measure_cost(make_plan("fast"), "fast") is None


def test_what_the_process_tells(make_plan: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []

    def run(command: list[str], **_: Any) -> Any:
        asked.append(json.loads(command[-1]))
        told = {
            "size": [48, 64],
            "first_s": 1.5,
            "seconds": [0.5],
            "peak_mib": None,
            "engine": "numpy",
        }
        return subprocess.CompletedProcess(command, 0, stdout="noise\n" + json.dumps(told) + "\n")

    monkeypatch.setattr(subprocess, "run", run)
    found = measure_cost(make_plan(), "tint", device="cpu")
    assert found is not None
    assert (found.content, found.style, found.median_s, found.peak_mib) == (
        "cat",
        "blue",
        0.5,
        None,
    )
    assert (asked[0]["method"], asked[0]["size"], asked[0]["device"]) == ("tint", 64, "cpu")


@pytest.mark.slow
def test_in_a_process_of_its_own(make_plan: Make) -> None:
    """A method of these tests is not known there: the error of the process is passed on."""
    with pytest.raises(NotReadyError, match="tint: its cost could not be measured"):
        measure_cost(make_plan(), "tint")
