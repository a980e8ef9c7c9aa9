from typing import Any

import numpy as np
import pytest

from impasto.errors import OptionError
from impasto.guidance.controls import CONTROLS, Controls, StyleUse
from impasto.image.picture import Picture
from impasto.stylizers.catalog import METHODS, MethodSpec
from impasto.stylizers.control_check import check_controls, wanted_controls

STYLE = Picture(pixels=np.zeros((16, 16, 3), np.uint8))
MASKED = StyleUse.of(STYLE, mask=np.ones((16, 16), bool))
PLAIN = StyleUse(style=STYLE)

REQUESTS: dict[str, tuple[tuple[StyleUse, ...], Controls]] = {
    "styles": ((PLAIN, PLAIN), Controls()),
    "layers": ((StyleUse(style=STYLE, layers=("relu1_1",)),), Controls()),
    "masks": ((MASKED,), Controls()),
    "keep_color": ((PLAIN,), Controls(keep_color="histogram")),
    "strength": ((StyleUse(style=STYLE, strength=0.5),), Controls()),
    "style_scale": ((PLAIN,), Controls(style_scale=2)),
    "semantic": ((PLAIN,), Controls(semantic=True)),
    "texture": ((PLAIN,), Controls(texture=True)),
    "silhouette": ((MASKED,), Controls(silhouette=True)),
    "exact_outside": ((MASKED,), Controls(exact_outside=True)),
}


def test_every_control_is_tried() -> None:
    assert REQUESTS.keys() == CONTROLS.keys()
    for name, (uses, controls) in REQUESTS.items():
        assert name in wanted_controls(uses, controls)
    assert wanted_controls((PLAIN,), Controls()) == []


@pytest.mark.parametrize("name", CONTROLS)
@pytest.mark.parametrize("spec", METHODS.values(), ids=METHODS)
def test_a_method_takes_a_control_or_names_those_that_do(spec: MethodSpec, name: str) -> None:
    uses, controls = REQUESTS[name]
    refused = [each for each in wanted_controls(uses, controls) if each not in spec.controls]
    if not refused:
        check_controls(spec, uses, controls)
        return
    with pytest.raises(OptionError, match=f"method '{spec.name}' cannot honour it") as caught:
        check_controls(spec, uses, controls)
    takers = [each.name for each in METHODS.values() if refused[0] in each.controls]
    assert all(taker in str(caught.value) for taker in takers)


def test_methods_name_only_controls_there_are() -> None:
    for spec in METHODS.values():
        assert set(spec.controls) <= set(CONTROLS)


@pytest.mark.parametrize("wrong", [{"exact_outside": True}, {"silhouette": True}])
def test_what_needs_a_mask_says_so(wrong: dict[str, Any]) -> None:
    with pytest.raises(OptionError, match="expected a mask with it"):
        check_controls(METHODS["gatys"], (PLAIN,), Controls(**wrong))
