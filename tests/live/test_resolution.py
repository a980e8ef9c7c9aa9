from __future__ import annotations

from itertools import pairwise

import pytest

from impasto.live.resolution import CALM_S, SAMPLES, Resolution, fit_size, scale_size

FPS = 25.0
FRAME_S = 1 / FPS
LARGEST = (720, 1280)


def run(resolution: Resolution, cost_s: float, seconds: float, now_s: float = 0.0) -> float:
    """Frames whose cost follows their pixels; gives the time at the end."""
    until_s = now_s + seconds
    while now_s < until_s:
        share = resolution.size[0] * resolution.size[1] / (LARGEST[0] * LARGEST[1])
        taken_s = cost_s * (share + 0.15) / 1.15
        now_s += max(FRAME_S, taken_s)
        resolution.note(taken_s, now_s)
    return now_s


def test_a_machine_that_is_quick_enough_paints_all_of_it() -> None:
    resolution = Resolution(LARGEST, FPS)
    run(resolution, 0.9 * FRAME_S, 20)
    assert resolution.size == LARGEST


def test_a_slow_machine_goes_at_once_to_the_size_that_holds_the_rate() -> None:
    resolution = Resolution(LARGEST, FPS)
    run(resolution, 2.2 * FRAME_S, SAMPLES * 2.3 * FRAME_S)
    assert resolution.size == scale_size(LARGEST, 0.5)
    run(resolution, 2.2 * FRAME_S, 30, 10)
    assert resolution.size == scale_size(LARGEST, 0.5)


def test_it_comes_back_when_there_is_time_again_but_not_at_once() -> None:
    resolution = Resolution(LARGEST, FPS)
    now_s = run(resolution, 1.6 * FRAME_S, 2)
    assert resolution.size != LARGEST
    before = resolution.size
    now_s = run(resolution, 0.5 * FRAME_S, CALM_S * 0.9, now_s)
    assert resolution.size == before
    run(resolution, 0.5 * FRAME_S, 15, now_s)
    assert resolution.size == LARGEST


def test_it_does_not_swing_between_two_sizes() -> None:
    """On the verge: what the next size would need is just too much."""
    resolution = Resolution(LARGEST, FPS)
    changes, now_s, size = 0, 0.0, resolution.size
    for _ in range(60):
        now_s = run(resolution, 1.15 * FRAME_S, 1, now_s)
        changes += resolution.size != size
        size = resolution.size
    assert changes == 1


def test_a_step_up_that_was_a_mistake_is_not_tried_again_soon() -> None:
    """The machine is slower at the larger size than the pixels let expect."""
    resolution = Resolution(LARGEST, FPS)
    changes, now_s, size = [], 0.0, resolution.size
    while now_s < 120:
        slow = resolution.size == LARGEST
        taken_s = (1.3 if slow else 0.3) * FRAME_S
        now_s += max(FRAME_S, taken_s)
        resolution.note(taken_s, now_s)
        if resolution.size != size:
            size = resolution.size
            changes.append(now_s)
    tries = [at for at, _ in zip(changes[1::2], changes[2::2], strict=False)]
    waits = [later - earlier for earlier, later in pairwise(tries)]
    assert len(tries) < 10
    assert waits == sorted(waits)
    assert waits[-1] > 4 * CALM_S


def test_a_fixed_size_stays() -> None:
    resolution = Resolution(LARGEST, FPS, is_fixed=True)
    run(resolution, 5 * FRAME_S, 20)
    assert resolution.size == LARGEST
    assert resolution.sizes == (LARGEST,)


@pytest.mark.parametrize(
    ("size", "most", "expected"),
    [
        ((1080, 1920), (720, 1280), (720, 1280)),
        ((1920, 1080), (720, 1280), (720, 408)),
        ((480, 640), (720, 1280), (480, 640)),
        ((17, 4000), (720, 1280), (16, 1280)),
        ((431, 767), (720, 1280), (432, 768)),
    ],
)
def test_sizes_keep_proportions_and_are_what_networks_take(
    size: tuple[int, int], most: tuple[int, int], expected: tuple[int, int]
) -> None:
    assert fit_size(size, most) == expected
