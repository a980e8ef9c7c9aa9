from pathlib import Path

import numpy as np
import pytest

from impasto.errors import OptionError, UnknownNameError, WeightsDamagedError
from impasto.stylizers.fast_style import FastStyle, is_fast_style, parse_fast_style
from impasto.weights.style_networks import find_fast_style


def test_a_name_is_one_row(networks: Path) -> None:
    style = parse_fast_style("dots")
    assert (style.network.name, style.weights, style.name) == ("tiny", {"dots": 1.0}, "dots")
    network = style.network
    for strength in (0.0, 0.3, 1.0, 1.4):
        row = style.row(strength)
        expected = (1 - strength) * network.row({"identity": 1}) + strength * network.row(
            {"dots": 1}
        )
        assert row is not None
        np.testing.assert_allclose(row, expected, rtol=1e-5, atol=1e-6)


def test_a_blend_is_a_mixture_of_rows(networks: Path) -> None:
    style = parse_fast_style("stripes:3, dots:1")
    assert style.weights == {"stripes": 0.75, "dots": 0.25}
    assert style.name == "stripes:0.75,dots:0.25"
    assert style.label == "stripes-0.75-dots-0.25"
    expected = style.network.row({"identity": 0.5, "stripes": 0.375, "dots": 0.125})
    np.testing.assert_allclose(style.row(0.5), expected, rtol=1e-6)
    assert parse_fast_style("stripes,dots").weights == {"stripes": 0.5, "dots": 0.5}
    assert parse_fast_style(style.name) == style


def test_folders(networks: Path) -> None:
    assert parse_fast_style(str(networks / "lone")).name == "lone"
    assert parse_fast_style(str(networks / "tiny" / "dots")).name == "dots"
    blend = parse_fast_style(f"{networks / 'tiny' / 'dots'}:0.2,stripes:0.8")
    assert blend.weights == {"dots": 0.2, "stripes": 0.8}
    with pytest.raises(OptionError, match=r"paints 2 styles; name one: .*tiny/stripes"):
        parse_fast_style(str(networks / "tiny"))


def test_a_network_without_rows_has_none(networks: Path) -> None:
    assert parse_fast_style("lone").row(0.5) is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("stripes:0.6", "two styles or more.* strength 0.6"),
        ("stripes:x,dots:1", "NAME:SHARE.*'stripes:x'"),
        ("stripes:-1,dots:1", "NAME:SHARE"),
        ("stripes:nan,dots:1", "NAME:SHARE"),
        ("stripes:inf,dots:1", "NAME:SHARE"),
        ("stripes:0,dots:0", "share above 0"),
        ("stripes,stripes", "comes twice"),
        ("stripes,lone", "only styles of one network.*'stripes' of 'tiny', 'lone' of 'lone'"),
    ],
)
def test_refused_blends(text: str, message: str, networks: Path) -> None:
    with pytest.raises(OptionError, match=message):
        parse_fast_style(text)


def test_unknown_names_are_told_what_there_is(networks: Path) -> None:
    for text in ("strips", "stripes:0.5,dot:0.5"):
        with pytest.raises(UnknownNameError, match=r"there are dots, lone, stripes.*Did you mean"):
            parse_fast_style(text)


def test_what_is_a_fast_style(networks: Path, tmp_path: Path) -> None:
    for text in ("dots", "dots:0.5,nothing:0.5", str(networks / "lone"), str(networks / "tiny")):
        assert is_fast_style(text)
    for text in ("candy", "photo.jpg", "", ",", "a:b", "x" * 5000, str(tmp_path)):
        assert not is_fast_style(text)
    (tmp_path / "card.json").write_text("{}")
    with pytest.raises(WeightsDamagedError, match=r"card\.json"):
        is_fast_style(str(tmp_path))


def test_weights_are_shares_of_styles_of_the_network(networks: Path) -> None:
    network = find_fast_style("dots")
    with pytest.raises(UnknownNameError, match="does not paint 'identity'"):
        FastStyle(network=network, weights={"identity": 1.0})
    for shares in ({"dots": 0.5}, {"dots": 1.5, "stripes": -0.5}, {}):
        with pytest.raises(OptionError, match="shares of 0 or more that sum to 1"):
            FastStyle(network=network, weights=shares)
