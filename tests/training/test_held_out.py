from pathlib import Path

from impasto.training.held_out import (
    HELD_OUT_PAINTINGS,
    HELD_OUT_PHOTOGRAPHS,
    seen_in_training,
)


def test_twenty_of_each_in_order() -> None:
    for names in (HELD_OUT_PAINTINGS, HELD_OUT_PHOTOGRAPHS):
        assert len(set(names)) == 20
        assert list(names) == sorted(names)


def test_whatever_folder_they_lie_in_they_are_left_out() -> None:
    paths = [Path("a") / f"{HELD_OUT_PAINTINGS[0]}.png", Path("b/other.jpg")]
    assert seen_in_training(paths) == paths[1:]


def test_all_lie_in_the_data(data: Path) -> None:
    for folder, names in (("styles", HELD_OUT_PAINTINGS), ("content", HELD_OUT_PHOTOGRAPHS)):
        there = {path.stem for path in (data / folder).rglob("*.*")}
        assert not set(names) - there
