"""Whether a method honours what a request asks for: what it cannot is refused, never ignored."""

from __future__ import annotations

from collections.abc import Sequence

from impasto.errors import OptionError
from impasto.guidance.controls import CONTROLS, Controls, StyleUse
from impasto.stylizers.catalog import METHODS, MethodSpec


def check_controls(method: MethodSpec, uses: Sequence[StyleUse], controls: Controls) -> None:
    """Refuse a request that a method cannot honour to the letter.

    Args:
        method: The method.
        uses: The styles of the request.
        controls: What steers the picture.

    Raises:
        OptionError: naming the control, and the methods that do honour it; or if controls
            contradict the styles.
    """
    for name in wanted_controls(uses, controls):
        if name in method.controls:
            continue
        flag = CONTROLS[name].flag or f"{name} of a style"
        takers = [each.name for each in METHODS.values() if name in each.controls]
        raise OptionError(
            f"{flag}: method {method.name!r} cannot honour it ({CONTROLS[name].meaning}); "
            f"leave it out, or use {' or '.join(takers)}."
        )
    masked = any(use.mask is not None for use in uses)
    for name in ("exact_outside", "silhouette"):
        if getattr(controls, name) and not masked:
            raise OptionError(f"{CONTROLS[name].flag}: expected a mask with it, got none.")


def wanted_controls(uses: Sequence[StyleUse], controls: Controls) -> list[str]:
    """Names of the controls that a request makes use of, in the order of the table."""
    given = {
        "styles": len(uses) > 1,
        "layers": any(use.layers is not None for use in uses),
        "masks": any(use.mask is not None for use in uses),
        "strength": any(use.strength != 1 for use in uses),
        "style_scale": any(use.scale != 1 for use in uses),
    }
    asked = controls.given()
    return [name for name in CONTROLS if given.get(name) or name in asked]
