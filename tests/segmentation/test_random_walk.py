import numpy as np

from impasto.segmentation.random_walk import random_walk
from impasto.segmentation.superpixels import touching

STRIP = touching(np.arange(5, dtype=np.int32)[None].repeat(2, 0))


def walk(conductance: list[float], known: list[float], trust: float = 0.0) -> np.ndarray:
    return random_walk(
        STRIP,
        np.array(conductance),
        prior=np.ones(5),
        trust=np.full(5, trust),
        known=np.array(known),
    )


def test_between_two_clicks_the_chance_falls_evenly() -> None:
    nan = np.nan
    found = walk([1, 1, 1, 1], [1, nan, nan, nan, 0])
    np.testing.assert_allclose(found, [1, 0.75, 0.5, 0.25, 0], atol=1e-6)


def test_a_border_holds_the_walk_back() -> None:
    nan = np.nan
    found = walk([1, 0.01, 1, 1], [1, nan, nan, nan, 0])
    assert found[1] > 0.95
    assert found[2] < 0.05


def test_trust_draws_towards_the_belief() -> None:
    nan = np.nan
    free = walk([1, 1, 1, 1], [nan, nan, nan, nan, 0])
    believed = walk([1, 1, 1, 1], [nan, nan, nan, nan, 0], trust=1.0)
    assert free.max() < 1e-6
    assert believed[0] > 0.8


def test_agrees_with_dense_algebra() -> None:
    rng = np.random.default_rng(0)
    conductance, prior, trust = rng.random(4) + 0.1, rng.random(5), rng.random(5)
    system = np.diag(trust)
    for (s, t), c in zip(
        zip(STRIP.sources, STRIP.targets, strict=False), conductance, strict=False
    ):
        system[[s, t], [s, t]] += c
        system[[s, t], [t, s]] -= c
    expected = np.linalg.solve(system, trust * prior)
    found = random_walk(STRIP, conductance, prior=prior, trust=trust, known=np.full(5, np.nan))
    np.testing.assert_allclose(found, expected, atol=1e-6)
