from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from impasto.errors import OptionError
from impasto.evaluation.plan import EvaluationPlan, Source, choose_pairs, name_of
from impasto.stylizers.catalog import get_method

Make = Callable[..., EvaluationPlan]


def test_every_method_paints_a_pair_before_the_next_pair(make_plan: Make) -> None:
    keys = [task.key for task in make_plan().tasks()]
    assert keys[:4] == [
        ("tint", "cat", "blue"),
        ("faint", "cat", "blue"),
        ("tint", "cat", "red"),
        ("faint", "cat", "red"),
    ]
    assert len(set(keys)) == len(keys) == 8


def test_a_part_of_the_pairs(make_plan: Make) -> None:
    plan = make_plan(at_most={"faint": 2})
    counts = Counter(task.method.name for task in plan.tasks())
    assert counts == {"tint": 4, "faint": 2}
    pairs = plan.pairs(get_method("faint"))
    assert {pair.content for pair in pairs} == {pair.style for pair in pairs} == {0, 1}


@pytest.mark.parametrize(("contents", "styles"), [(20, 20), (3, 7), (7, 3)])
def test_parts_are_even_and_each_holds_the_smaller_one(contents: int, styles: int) -> None:
    before: set[tuple[int, int]] = set()
    for count in range(1, contents * styles + 1):
        chosen = choose_pairs(contents, styles, count, seed=4)
        assert len(set(chosen)) == count
        assert before <= set(chosen)
        photos = Counter(content for content, _ in chosen)
        assert max(photos.values()) - min(photos.get(each, 0) for each in range(contents)) <= 1
        before = set(chosen)
    assert choose_pairs(contents, styles, 5, seed=0) != choose_pairs(contents, styles, 5, seed=1)


def test_what_a_method_cannot_paint_is_left_out_with_the_reason(make_plan: Make) -> None:
    plan = make_plan("fast", "tint")
    assert {method for method, _ in plan.left_out} == {"fast"}
    assert "no network was trained on" in plan.left_out["fast", "red"]
    assert plan.pairs(get_method("fast")) == []
    ships = replace(plan, styles=[Source(name="candy", place="candy")])
    assert not ships.left_out


def test_a_network_is_measured_against_the_picture_it_was_trained_on(
    make_plan: Make, pictures: Path
) -> None:
    plan = make_plan("fast", "tint")
    image = str(pictures / "styles" / "red.png")
    named = Source(name="the-scream", place="the-scream", picture=image)
    other = replace(plan, styles=[named])
    assert set(other.left_out) == {("fast", "the-scream")}
    assert "was trained on edvard-munch_the-scream.jpg" in other.left_out["fast", "the-scream"]
    assert named.look == image
    nameless = replace(plan, styles=[Source(name="the-scream", place="the-scream")])
    assert {method for method, _ in nameless.left_out} == {"fast", "tint"}


def test_networks_for_any_style_that_are_not_here_are_named(
    make_plan: Make, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("IMPASTO_ARBITRARY", str(tmp_path / "none"))
    assert set(make_plan("adain", "tint").left_out) == {("adain", "red"), ("adain", "blue")}


def test_steps_are_for_methods_that_take_steps(make_plan: Make) -> None:
    plan = make_plan("gatys", "tint", iterations=7)
    assert plan.options(get_method("gatys")).iterations == 7  # type: ignore[attr-defined]
    assert plan.options(get_method("tint")) == get_method("tint").options()
    assert make_plan("gatys").options(get_method("gatys")) == get_method("gatys").options()


TWICE = [Source(name="a", place="x/a.png"), Source(name="a", place="y/a.png")]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"contents": []}, "a photograph at least"),
        ({"styles": []}, "a style at least"),
        ({"methods": []}, "a method at least"),
        ({"contents": TWICE}, "two photographs are called 'a'"),
        ({"size": 32}, "64 px or more"),
        ({"at_most": {"oil": 3}}, "METHOD=PAIRS"),
        ({"at_most": {"tint": 0}}, "at least 1"),
    ],
)
def test_plans_that_make_no_sense(make_plan: Make, given: dict[str, Any], message: str) -> None:
    with pytest.raises(OptionError, match=message):
        replace(make_plan(), **given)


def test_names_are_those_files_can_have() -> None:
    assert name_of("a/Ünder the bridge, 2.jpeg") == "Ünder-the-bridge-2"
    assert name_of("…") == "picture"
