import json
from pathlib import Path

import numpy as np
import pytest

from impasto.image.codec import open_image
from impasto.training.history import LOSSES, POINTS, History, StepRecord


def record(step: int, total: float = 1.0) -> StepRecord:
    return StepRecord(
        step=step,
        elapsed_s=0.5 * step,
        learning_rate=1e-3,
        gradient_norm=2.0,
        losses={"total": total, "content": total / 3},
        rows=[1, 0],
        content=[0.1, 0.2],
        style=[0.3, 0.4],
        style_weights={"blue": 3.0},
    )


def test_a_resumed_run_drops_what_it_will_do_again(tmp_path: Path) -> None:
    history = History(tmp_path)
    for step in range(1, 8):
        history.add(record(step))
    with (tmp_path / LOSSES).open("a") as file:
        file.write('{"step": 8, "los')
    resumed = History(tmp_path, steps_done=5)
    resumed.add(record(6, 2.0))
    lines = [json.loads(line) for line in (tmp_path / LOSSES).read_text().splitlines()]
    assert [line["step"] for line in lines] == [1, 2, 3, 4, 5, 6]
    assert lines == resumed.records
    assert lines[-1]["losses"] == {"total": 2.0, "content": 0.666667}
    assert History(tmp_path).records == []


def test_losses_reached_are_of_the_last_steps(tmp_path: Path) -> None:
    history = History(tmp_path)
    for step in range(1, 6):
        history.add(record(step, float(step)))
    assert history.reached(2) == {"total": 4.5, "content": pytest.approx(1.5)}


def test_curves(tmp_path: Path) -> None:
    history = History(tmp_path)
    for step in range(1, 2 * POINTS):
        history.records.append({"losses": {"total": 1 / step, "grid": 0.1} if step % 3 else {}})
    pixels = open_image(history.draw()).pixels
    assert np.unique(pixels.reshape(-1, 3), axis=0).shape[0] > 10
