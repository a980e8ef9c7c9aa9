import math

import pytest

from impasto.training.style_balance import FIRST_STEP, LARGEST, SMALLEST, StyleBalance


def test_weights_follow_the_distance() -> None:
    balance = StyleBalance([3.0, 3.0, 5.0], [0.65, 0.5, 0.0], rate=0.02)
    balance.update(FIRST_STEP + 1, [0, 1, 0, 2], [0.45, 0.9, 0.55, 9.0])
    expected = [3 * math.exp(0.02 * (0.2 + 0.1)), 3 * math.exp(-0.02 * 0.4), 5.0]
    assert balance.weights == pytest.approx(expected)


def test_the_start_and_what_is_not_finite_do_not_count() -> None:
    balance = StyleBalance([3.0], [0.65], rate=0.02)
    balance.update(FIRST_STEP, [0], [5.0])
    balance.update(FIRST_STEP + 1, [0], [math.nan])
    assert balance.weights == pytest.approx([3.0])


def test_weights_stay_in_bounds() -> None:
    balance = StyleBalance([3.0, 3.0], [10.0, 0.1], rate=1.0)
    for _ in range(20):
        balance.update(1000, [0, 1], [0.0, 10.0])
    assert balance.weights == pytest.approx([LARGEST, SMALLEST])


def test_a_restored_balance_goes_on_exactly() -> None:
    one = StyleBalance([0.7, 3.3], [0.6, 0.6], rate=0.05)
    one.update(1000, [0, 1], [0.31, 0.77])
    other = StyleBalance([1.0, 1.0], [0.6, 0.6], rate=0.05)
    other.restore(one.state())
    for balance in (one, other):
        balance.update(1001, [1, 0], [0.123, 0.456])
    assert one.state() == other.state()


def test_no_weight_stays_none() -> None:
    balance = StyleBalance([0.0], [0.0], rate=0.02)
    assert balance.weights == [0.0]
