from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from impasto.errors import OutputError
from impasto.evaluation.judge import Judge
from impasto.evaluation.plan import EvaluationPlan
from impasto.evaluation.run import Outcome, evaluate
from impasto.image.codec import open_image
from impasto.progress import Cancellation, ProgressEvent

Make = Callable[..., EvaluationPlan]


def run(plan: EvaluationPlan, folder: Path, judge: Judge, **given: Any) -> Outcome:
    return evaluate(plan, folder, judge, judge_name="slim", **given)


def test_every_pair_is_painted_and_measured(
    make_plan: Make, folder: Path, judge: Judge, painted: list[str]
) -> None:
    events: list[ProgressEvent] = []
    outcome = run(make_plan(), folder, judge, on_progress=events.append)
    assert outcome.is_complete
    assert not outcome.failures
    assert painted == ["tint", "faint"] * 4
    assert [entry.key for entry in outcome.measured[:2]] == [
        ("tint", "cat", "blue"),
        ("faint", "cat", "blue"),
    ]
    assert all(set(entry.measures) == set(judge.names) for entry in outcome.measured)
    strong, weak = outcome.measured[:2]
    assert strong.measures["content_distance"] > 2 * weak.measures["content_distance"]
    assert open_image(folder / "paintings" / "faint" / "dog--red.png").size == (48, 64)
    assert [event.step for event in events] == list(range(1, 9))
    assert events[0].remaining_s is None
    assert events[-1].remaining_s == 0
    assert events[0].stage == "tint: cat in blue"


def test_what_is_done_is_not_done_again(
    make_plan: Make, folder: Path, judge: Judge, painted: list[str]
) -> None:
    first = run(make_plan(), folder, judge)
    painted.clear()
    lines = (folder / "measured.jsonl").read_text()
    assert run(make_plan(), folder, judge) == first
    assert not painted
    assert (folder / "measured.jsonl").read_text() == lines
    (folder / "paintings" / "tint" / "cat--red.png").unlink()
    assert run(make_plan(), folder, judge).measured[2].measures == first.measured[2].measures
    assert painted == ["tint"]


def test_another_judge_measures_what_is_painted(
    make_plan: Make, folder: Path, judge: Judge, painted: list[str]
) -> None:
    first = run(make_plan(), folder, judge)
    painted.clear()
    again = evaluate(make_plan(), folder, judge, judge_name="another")
    assert not painted
    assert [each.measures for each in again.measured] == [each.measures for each in first.measured]


def test_a_pair_that_fails_stops_no_other(
    make_plan: Make, folder: Path, judge: Judge, pictures: Path
) -> None:
    plan = make_plan()
    (pictures / "photos" / "cat.png").write_bytes(b"no picture")
    outcome = run(plan, folder, judge)
    assert {key[1] for key in outcome.failures} == {"cat"}
    assert {entry.content for entry in outcome.measured} == {"dog"}
    assert "cat.png" in outcome.failures["tint", "cat", "red"]
    assert outcome.is_complete


def test_an_interruption_keeps_what_is_finished(
    make_plan: Make, folder: Path, judge: Judge, painted: list[str]
) -> None:
    cancellation = Cancellation()

    def stop(event: ProgressEvent) -> None:
        if event.step == 3:
            cancellation.cancel()

    outcome = run(make_plan(), folder, judge, on_progress=stop, cancellation=cancellation)
    assert (len(outcome.measured), outcome.is_complete) == (3, False)
    painted.clear()
    assert len(run(make_plan(), folder, judge).measured) == 8
    assert len(painted) == 5


def test_a_painting_that_was_cancelled_is_not_kept(
    make_plan: Make, folder: Path, judge: Judge, monkeypatch: pytest.MonkeyPatch
) -> None:
    cancellation = Cancellation()
    from impasto.evaluation import run as module

    real = module.paint

    def interrupted(*given: Any) -> Any:
        cancellation.cancel()
        return real(*given)

    monkeypatch.setattr(module, "paint", interrupted)
    outcome = run(make_plan(), folder, judge, cancellation=cancellation)
    assert not outcome.measured
    assert not list((folder / "paintings").rglob("*.png"))


def test_a_folder_that_cannot_be_written(make_plan: Make, folder: Path, judge: Judge) -> None:
    (folder / "paintings").write_text("a file")
    with pytest.raises(OutputError, match="paintings"):
        run(make_plan(), folder, judge)
