import itertools

import numpy as np
import pytest

from impasto.errors import OptionError
from impasto.evaluation.bootstrap import resample_crossed, resample_pairs, share_best

PAIRS = [(f"p{content}", f"s{style}") for content in range(12) for style in range(10)]


def test_pairs_against_drawing_them_one_by_one() -> None:
    """The distribution of means: as numpy's own draws of the same values give it."""
    generator = np.random.default_rng(1)
    values = dict(zip(PAIRS, generator.exponential(size=len(PAIRS)), strict=True))
    found = resample_pairs(PAIRS, draws=4000, seed=3).interval(values)
    given = np.array(list(values.values()))
    drawn = generator.choice(given, size=(4000, len(given))).mean(1)
    low, high = np.percentile(drawn, [2.5, 97.5])
    assert found.mean == pytest.approx(given.mean())
    assert (found.low, found.high) == pytest.approx((low, high), abs=0.03)


def test_crossed_against_loops() -> None:
    """Photographs and styles drawn by hand with the same generator, pairs laid out in full."""
    values = {pair: index**0.5 for index, pair in enumerate(PAIRS)}
    found = resample_crossed(PAIRS, draws=50, seed=5).means(values)
    generator = np.random.default_rng(5)
    contents, styles = (sorted({pair[side] for pair in PAIRS}) for side in (0, 1))
    photos = generator.multinomial(len(contents), [1 / len(contents)] * len(contents), size=50)
    looks = generator.multinomial(len(styles), [1 / len(styles)] * len(styles), size=50)
    for draw in range(50):
        drawn = [
            values[content, style]
            for (content, often), (style, times) in itertools.product(
                zip(contents, photos[draw], strict=True), zip(styles, looks[draw], strict=True)
            )
            for _ in range(often * times)
        ]
        assert found[draw] == pytest.approx(np.mean(drawn))


def test_styles_that_differ_widen_the_crossed_interval() -> None:
    """Variance of a mean of style effects: σ²/10 for ten styles, and not σ²/120."""
    effects = dict(zip(sorted({style for _, style in PAIRS}), np.linspace(0, 1, 10), strict=True))
    values = {pair: effects[pair[1]] for pair in PAIRS}
    crossed = resample_crossed(PAIRS, draws=4000).interval(values)
    pairs = resample_pairs(PAIRS, draws=4000).interval(values)
    deviation = float(np.std(list(effects.values())))
    assert crossed.high - crossed.low == pytest.approx(2 * 1.96 * deviation / 10**0.5, rel=0.08)
    assert pairs.high - pairs.low == pytest.approx(2 * 1.96 * deviation / 120**0.5, rel=0.08)


def test_the_same_seed_gives_the_same_interval() -> None:
    values = {pair: float(index % 7) for index, pair in enumerate(PAIRS)}
    for resample in (resample_pairs, resample_crossed):
        one, same, other = (resample(PAIRS, seed=seed).interval(values) for seed in (1, 1, 2))
        assert one == same
        assert one != other


def test_pairs_that_are_missing_do_not_count() -> None:
    values = {PAIRS[0]: 1.0, PAIRS[15]: 3.0}
    means = resample_crossed(PAIRS, draws=200).means(values)
    assert set(np.unique(means[~np.isnan(means)]).round(6)) >= {1.0, 3.0}
    assert resample_crossed(PAIRS, draws=200).interval(values).mean == 2


def test_the_share_of_draws_in_which_each_is_best() -> None:
    means = {"a": np.array([1.0, 5.0, 1.0, np.nan]), "b": np.array([2.0, 2.0, 2.0, 2.0])}
    assert share_best(means, lower=True) == pytest.approx({"a": 2 / 3, "b": 1 / 3})
    assert share_best(means, lower=False) == pytest.approx({"a": 1 / 3, "b": 2 / 3})


def test_nothing_to_draw_from() -> None:
    with pytest.raises(OptionError, match="a pair and a draw"):
        resample_pairs([])
    with pytest.raises(OptionError):
        resample_crossed(PAIRS, draws=0)
