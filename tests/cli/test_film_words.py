from fractions import Fraction
from pathlib import Path

import pytest

from impasto.cli.film_words import check_film_masks, film_method, parse_time
from impasto.errors import OptionError, UnknownNameError


def test_times_are_read_as_people_write_them() -> None:
    assert parse_time("--start", None) is None
    assert parse_time("--start", "90") == 90
    assert parse_time("--start", "1:02:03.5") == Fraction(7447, 2)
    for wrong in ("", "1:2:3:4", "-4", "1/0", "x"):
        with pytest.raises(OptionError, match="--start"):
            parse_time("--start", wrong)


def test_films_are_painted_quickly_unless_another_method_is_named() -> None:
    assert film_method(None, ["great-wave"]).name == "fast"
    assert film_method(None, ["great-wave", "a-picture.jpg"]).name == "adain"
    assert film_method("gatys", ["a-picture.jpg"]).name == "gatys"
    with pytest.raises(OptionError, match="paints the style alone"):
        film_method("texture", ["a-picture.jpg"])
    with pytest.raises(UnknownNameError, match="method"):
        film_method("cubism", ["a-picture.jpg"])


def test_masks_that_contradict_each_other() -> None:
    check_film_masks(["a.png"], None, follow=True, styles=2)
    films = [Path("a.mp4")] * 3
    for masks, given, follow in (
        (["a.png"], films, False),
        (None, None, True),
        (None, films, False),
    ):
        with pytest.raises(OptionError, match="--"):
            check_film_masks(masks, given, follow, styles=2)
