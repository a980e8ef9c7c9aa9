from __future__ import annotations

import numpy as np

from impasto.live.color_evidence import ColorEvidence
from impasto.live.mask_motion import carry, compose, follow_edges, small_copy
from impasto.video.camera_frame import Pixels


def scene(left: int, seed: int = 3) -> tuple[Pixels, np.ndarray]:
    """A textured square on a textured ground, and where it is."""
    random = np.random.default_rng(seed)
    ground = random.integers(90, 130, (24, 40, 3)).repeat(5, 0).repeat(5, 1)
    thing = random.integers(120, 255, (8, 8, 3)).repeat(5, 0).repeat(5, 1)
    mask = np.zeros((120, 200), np.float32)
    ground[40:80, left : left + 40] = thing
    mask[40:80, left : left + 40] = 1
    return ground.astype(np.uint8), mask


def overlap(a: np.ndarray, b: np.ndarray) -> float:
    return float(((a > 0.5) & (b > 0.5)).sum() / ((a > 0.5) | (b > 0.5)).sum())


def test_a_mask_is_carried_with_what_it_lies_on() -> None:
    before, alpha = scene(40)
    colors = ColorEvidence()
    colors.learn(alpha, before)
    for left in range(42, 90, 2):
        now, truth = scene(left)
        carried = carry(alpha, before, now, colors)
        assert carried is not None
        before, alpha = now, carried
    assert overlap(alpha, truth) > 0.9


def test_a_cut_loses_it() -> None:
    before, alpha = scene(40)
    other = np.full_like(before, 10)
    other[::2] = 240
    assert carry(alpha, before, other, ColorEvidence()) is None
    assert carry(alpha, before, before[:60], ColorEvidence()) is None
    assert carry(np.zeros_like(alpha), before, before, ColorEvidence()) is None


def test_an_edge_follows_the_picture() -> None:
    frame = np.full((120, 200, 3), 40, np.uint8)
    frame[:, 100:] = 220
    rough = np.zeros((120, 200), np.float32)
    rough[:, 98:] = 1
    fine = follow_edges(rough, frame)
    assert (fine[60, :100] < 0.5).all()
    assert (fine[60, 100:] > 0.9).all()
    assert fine.min() >= 0
    assert fine.max() <= 1


def test_paintings_are_laid_over_frames() -> None:
    below, above = np.full((40, 60, 3), 10, np.uint8), np.full((40, 60, 3), 210, np.uint8)
    alpha = np.zeros((20, 30), np.float32)
    alpha[:, 15:] = 1
    composed = compose(below, above, alpha)
    assert (composed[:, :26] == 10).all()
    assert (composed[:, 34:] == 210).all()


def test_copies_are_small() -> None:
    assert small_copy(np.zeros((720, 1280, 3), np.uint8)).shape == (144, 256, 3)
    assert small_copy(np.zeros((48, 64, 3), np.uint8)).shape == (48, 64, 3)
