from pathlib import Path
from typing import Any

import numpy as np
import pytest

from impasto.errors import OptionError
from impasto.guidance.controls import Controls, StyleUse
from impasto.image.picture import Picture
from impasto.stylizers.fast_passes import FastPass, plan_passes
from impasto.stylizers.fast_style import parse_fast_style
from impasto.stylizers.request import RenderRequest

CONTENT = Picture(pixels=np.zeros((20, 30, 3), np.uint8))
LEFT = np.zeros((20, 30), bool)
LEFT[:, :10] = True


def plan(*uses: tuple[str, dict[str, Any]], strength: float = 1, **controls: Any) -> list[FastPass]:
    styles = tuple(StyleUse.of(parse_fast_style(name), **others) for name, others in uses)
    request = RenderRequest(
        content=CONTENT, styles=styles, method="fast", controls=Controls(**controls)
    )
    return plan_passes(request, strength, CONTENT.size)


def test_styles_that_meet_are_one_pass(networks: Path) -> None:
    (only,) = plan(("stripes", {"weight": 3}), ("dots", {"weight": 1}))
    assert only.style.weights == {"stripes": 0.75, "dots": 0.25}
    assert (only.strength, only.scale, only.mask) == (1, 1, None)


def test_a_blend_of_a_blend(networks: Path) -> None:
    (only,) = plan(("stripes:0.5,dots:0.5", {}), ("dots", {}))
    assert only.style.weights == {"stripes": 0.25, "dots": 0.75}


def test_different_strengths_blend_as_rows_do(networks: Path) -> None:
    """Σ share · ((1 − s) identity + s style), against the rows themselves."""
    (only,) = plan(("stripes", {"strength": 0.5}), ("dots", {}), strength=0.8)
    rows = [parse_fast_style("stripes").row(0.4), parse_fast_style("dots").row(0.8)]
    assert rows[0] is not None
    assert rows[1] is not None
    expected = 0.5 * rows[0] + 0.5 * rows[1]
    np.testing.assert_allclose(only.style.row(only.strength), expected, atol=1e-6)


def test_masks_part_styles_of_any_network(networks: Path) -> None:
    found = plan(("stripes", {"mask": LEFT}), ("lone", {"mask": ~LEFT, "strength": 0}))
    assert [each.style.name for each in found] == ["stripes", "lone"]
    assert [each.paints for each in found] == [True, False]
    assert not plan(("dots", {"mask": LEFT & False}))[0].paints


def test_scales_multiply_and_change_the_size_painted_at(networks: Path) -> None:
    (only,) = plan(("dots", {"scale": 0.5}), style_scale=2)
    assert only.paint_size((20, 30)) == (20, 30)
    (half,) = plan(("dots", {}), style_scale=0.5)
    assert half.paint_size((20, 30)) == (40, 60)
    (double,) = plan(("dots", {}), style_scale=2)
    assert double.paint_size((20, 90)) == (16, 45)


BAD: dict[str, tuple[list[tuple[str, dict[str, Any]]], dict[str, Any], str]] = {
    "networks": ([("stripes", {}), ("lone", {})], {}, "give each a mask"),
    "scales": ([("stripes", {"scale": 2}), ("dots", {})], {}, "have one scale"),
    "scale": ([("dots", {})], {"style_scale": 3}, "0.5 to 2 times"),
    "strength": ([("dots", {"strength": 1.5})], {"strength": 1.5}, "strength: expected"),
}


@pytest.mark.parametrize(("uses", "controls", "message"), BAD.values(), ids=BAD)
def test_refusals(
    uses: list[tuple[str, dict[str, Any]]],
    controls: dict[str, Any],
    message: str,
    networks: Path,
) -> None:
    with pytest.raises(OptionError, match=message):
        plan(*uses, **controls)


def test_a_picture_is_no_fast_style() -> None:
    request = RenderRequest(content=CONTENT, style=CONTENT, method="fast")
    with pytest.raises(OptionError, match="takes a fast style, got a picture"):
        plan_passes(request, 1, CONTENT.size)
