from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from impasto.errors import MeasurementError, OutputError
from impasto.image.picture import Picture
from impasto.progress import Cancellation, ProgressEvent
from impasto.reports.blocks import Prose
from impasto.reproduction.bench import Bench
from impasto.reproduction.catalog import PARTS, PartSpec, choose_parts
from impasto.reproduction.exhibit import Exhibit
from impasto.reproduction.making import reproduce

CHEAP = ("table2", "losses", "styles")


@dataclasses.dataclass(frozen=True)
class Result:
    words: str


@pytest.fixture(autouse=True)
def begun(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Every part takes no time; the names of those that were begun."""
    names: list[str] = []

    def load(spec: PartSpec) -> Any:
        part: Any = ModuleType(spec.name)
        part.Result = Result

        def measure(bench: Bench) -> Result:
            names.append(spec.name)
            bench.plan(2)
            bench.begin("half")
            bench.begin("whole")
            return Result(words=f"{spec.name} is made")

        part.measure = measure
        part.show = lambda result: Exhibit(items=[Prose(text=result.words)])
        return part

    monkeypatch.setattr(PartSpec, "load", load)
    return names


def test_all_parts_and_a_page(bench: Bench, tmp_path: Path, begun: list[str]) -> None:
    outcome = reproduce(tmp_path / "report", bench)
    assert outcome.made == tuple(begun) == tuple(PARTS)
    assert (outcome.kept, outcome.failed) == ((), {})
    html = outcome.page.read_text("utf-8")
    assert all(f"{name} is made" in html for name in PARTS)
    assert "What is missing" not in html


def test_a_second_run_goes_on(bench: Bench, tmp_path: Path, begun: list[str]) -> None:
    reproduce(tmp_path, bench, parts=choose_parts(["losses"]))
    outcome = reproduce(tmp_path, bench, parts=choose_parts(CHEAP))
    assert begun == ["losses", "table2", "styles"]
    assert (outcome.made, outcome.kept) == (("table2", "styles"), ("losses",))
    html = outcome.page.read_text("utf-8")
    assert "losses is made" in html
    assert "Time of each method (<code>table1</code>): not made yet" in html
    reproduce(tmp_path, bench, parts=choose_parts(["losses"]), restart=True)
    assert begun[3:] == ["losses"]
    assert "table2 is made" not in outcome.page.read_text("utf-8")


def test_a_part_that_fails_does_not_stop_the_others(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load = PartSpec.load

    def fail(_bench: Bench) -> Result:
        raise MeasurementError("<no> luck")

    def load_broken(spec: PartSpec) -> Any:
        part: Any = load(spec)
        if spec.name == "styles":
            part.measure = fail
        return part

    with monkeypatch.context() as broken:
        broken.setattr(PartSpec, "load", load_broken)
        outcome = reproduce(tmp_path, bench, parts=choose_parts(CHEAP))
    assert outcome.made == ("table2", "losses")
    assert outcome.failed == {"styles": "<no> luck"}
    assert "(<code>styles</code>): &lt;no&gt; luck" in outcome.page.read_text("utf-8")
    assert reproduce(tmp_path, bench, parts=choose_parts(CHEAP)).made == ("styles",)


def test_stopping_keeps_what_is_done(
    make_bench: Callable[..., Bench], tmp_path: Path, begun: list[str]
) -> None:
    cancellation = Cancellation()

    def stop(event: ProgressEvent) -> None:
        if event.stage == "losses: half":
            cancellation.cancel()

    bench = make_bench(cancellation=cancellation)
    outcome = reproduce(tmp_path, bench, parts=choose_parts(), on_progress=stop)
    assert begun[-1] == "losses"
    assert outcome.made == tuple(name for name in PARTS if name != "losses")
    assert not outcome.failed
    assert "not made yet" in outcome.page.read_text("utf-8")


def test_progress_counts_parts_and_says_what_is_left(bench: Bench, tmp_path: Path) -> None:
    events: list[ProgressEvent] = []
    reproduce(tmp_path, bench, parts=choose_parts(CHEAP), on_progress=events.append)
    assert {event.total for event in events} == {3}
    assert [event.step for event in events] == sorted(event.step for event in events)
    assert "table2: half" in {event.stage for event in events}
    assert (events[-1].step, events[-1].remaining_s) == (3, 0)
    assert all(event.remaining_s is not None for event in events[3:])


def test_other_photographs_are_another_report(
    make_bench: Callable[..., Bench], tmp_path: Path
) -> None:
    bench = make_bench()
    reproduce(tmp_path, bench, parts=choose_parts(["losses"]))
    pixels = bench.photographs[0].picture.pixels[::-1].copy()
    first = dataclasses.replace(bench.photographs[0], picture=Picture(pixels=pixels))
    other = make_bench(photographs=(first, *bench.photographs[1:]))
    with pytest.raises(OutputError, match="another photographs"):
        reproduce(tmp_path, other, parts=choose_parts(["losses"]))
