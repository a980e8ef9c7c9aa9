from __future__ import annotations

import numpy as np

from impasto.live.color_evidence import MOST, ColorEvidence, _bins


def picture(subject: tuple[int, int, int], ground: tuple[int, int, int]) -> np.ndarray:
    pixels = np.full((40, 60, 3), ground, np.uint8)
    pixels[10:30, 20:40] = subject
    return pixels


def mask() -> np.ndarray:
    alpha = np.zeros((40, 60), np.float32)
    alpha[10:30, 20:40] = 1
    return alpha


RED, BLUE, GREEN = (200, 30, 30), (30, 30, 200), (20, 200, 40)


def test_nothing_is_said_before_anything_was_seen() -> None:
    assert not ColorEvidence().read(picture(RED, BLUE)).any()


def test_colours_are_told_apart_wherever_they_are() -> None:
    evidence = ColorEvidence()
    evidence.learn(mask(), picture(RED, BLUE))
    read = evidence.read(np.roll(picture(RED, BLUE), 15, axis=1))
    expected = np.roll(mask(), 15, axis=1) > 0
    assert (read[expected] > 1).all()
    assert (read[~expected] < -1).all()
    assert np.abs(read).max() <= MOST
    assert np.abs(evidence.read(picture(GREEN, GREEN))).max() < 0.5


def test_a_colour_on_both_sides_says_little() -> None:
    evidence = ColorEvidence()
    evidence.learn(mask(), picture(RED, RED))
    assert np.abs(evidence.read(picture(RED, RED))).max() < 0.1


def test_new_colours_are_learned_slowly() -> None:
    evidence = ColorEvidence()
    evidence.learn(mask(), picture(RED, BLUE))
    evidence.learn(mask(), picture(GREEN, BLUE))
    first, later = (picture(color, BLUE) for color in (RED, GREEN))
    assert evidence._inside is not None
    shares = evidence._inside[_bins(first)[20, 30]], evidence._inside[_bins(later)[20, 30]]
    assert shares[0] > 5 * shares[1] > 0
    assert evidence.read(later)[20, 30] > 1
