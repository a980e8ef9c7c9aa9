from dataclasses import fields
from typing import Any

import numpy as np
import pytest

from impasto.errors import OptionError, ShapeError
from impasto.guidance.controls import CONTROLS, Controls, StyleUse
from impasto.image.picture import Picture

STYLE = Picture(pixels=np.zeros((16, 16, 3), np.uint8))


def test_nothing_is_steered_by_default() -> None:
    assert Controls().given() == {}
    use = StyleUse(style=STYLE)
    assert (use.weight, use.mask, use.strength, use.scale, use.layers) == (1, None, 1, 1, None)


def test_what_is_given_is_told() -> None:
    given = {"keep_color": "luminance", "strength": 0.5, "exact_outside": True}
    assert Controls(**given).given() == given


def test_masks_become_levels() -> None:
    use = StyleUse.of(STYLE, mask=np.eye(3, dtype=bool), weight=2)
    assert use.mask is not None
    assert (use.mask.dtype, int(use.mask[0, 0])) == (np.uint16, 65_535)
    with pytest.raises(ShapeError, match="mask"):
        StyleUse.of(STYLE, mask=np.zeros((3, 3, 3)))


@pytest.mark.parametrize(
    "wrong",
    [
        {"weight": -1},
        {"weight": float("inf")},
        {"strength": 1.6},
        {"strength": True},
        {"scale": 0.1},
        {"scale": 5},
        {"layers": ()},
    ],
)
def test_uses_out_of_range_are_refused(wrong: dict[str, Any]) -> None:
    (name,) = wrong
    with pytest.raises(OptionError, match=f"{name}.*: expected"):
        StyleUse(style=STYLE, **wrong)


@pytest.mark.parametrize(
    "wrong",
    [
        {"keep_color": "hue"},
        {"strength": -0.1},
        {"strength": float("nan")},
        {"style_scale": 0},
        {"semantic": 1},
    ],
)
def test_controls_out_of_range_are_refused(wrong: dict[str, Any]) -> None:
    (name,) = wrong
    with pytest.raises(OptionError, match=f"{name}: expected"):
        Controls(**wrong)


@pytest.mark.parametrize("other", [{"strength": 0.5}, {"semantic": True}])
@pytest.mark.parametrize("alone", ["texture", "silhouette"])
def test_what_leaves_no_content_cannot_be_mixed_with_it(alone: str, other: dict[str, Any]) -> None:
    with pytest.raises(OptionError, match=f"makes no sense together with {alone}"):
        Controls(**{alone: True}, **other)


def test_every_control_is_named_and_explained() -> None:
    assert {declared.name for declared in fields(Controls)} <= set(CONTROLS)
    for declared in fields(Controls):
        assert declared.metadata["help"].endswith(".")
