import pytest

from impasto.studio.style_mix import StyleMix, read_mix


def test_one_style_is_itself() -> None:
    mix = read_mix("candy")
    assert mix == StyleMix(parts=(("candy", 1.0),))
    assert mix.is_single
    assert mix.main == "candy"


def test_shares_are_scaled_to_sum_to_one() -> None:
    mix = read_mix("candy:1,mosaic:3")
    assert mix.parts == (("candy", 0.25), ("mosaic", 0.75))
    assert (mix.main, mix.styles, mix.is_single) == ("mosaic", ("candy", "mosaic"), False)


def test_matched_by_meaning() -> None:
    assert read_mix("matched:candy") == StyleMix(parts=(("candy", 1.0),), matched=True)
    assert not read_mix("matched:candy").is_single
    assert read_mix("matched:candy:1,mosaic:1").styles == ("candy", "mosaic")


def test_names_of_styles_are_what_they_are() -> None:
    known = {"a:1,b:2", "matched:x"}
    assert read_mix("a:1,b:2", known).is_single
    assert read_mix("matched:x", known).is_single
    assert read_mix("matched:a:1,b:2", known) == StyleMix(parts=(("a:1,b:2", 1.0),), matched=True)


@pytest.mark.parametrize(
    "name", ["a,b", "a:x,b:1", "a:1,a:2", "a:0,b:1", "a:-1,b:1", "a:inf,b:1", ":1,b:1", "matched:"]
)
def test_what_is_no_mix_is_a_style_of_that_name(name: str) -> None:
    assert read_mix(name).parts == ((name, 1.0),)
    assert read_mix(name).is_single
