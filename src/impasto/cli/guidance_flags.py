"""Flags that steer any method: styles with shares and masks, and controls."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import typer

from impasto.errors import OptionError
from impasto.guidance.controls import Controls, StyleUse
from impasto.stylizers.control_check import check_controls
from impasto.stylizers.request import RenderRequest

if TYPE_CHECKING:
    from impasto.guidance.mask_levels import Levels
    from impasto.image.picture import Picture
    from impasto.stylizers.catalog import MethodSpec
    from impasto.stylizers.fast_style import FastStyle
    from impasto.stylizers.options import MethodOptions

PANEL = "Guidance"
NAMED_IN_LABEL = 3
"""So many styles are named in the name of a result."""


@dataclass(frozen=True, kw_only=True)
class GuidancePlan:
    """What the flags say about styles and controls, for all photographs.

    Attributes:
        uses: The styles, found; without masks.
        masks: Words of :func:`~impasto.guidance.mask_words.find_masks`: none, one for all
            styles, or one a style.
        controls: What steers the whole picture.
    """

    uses: tuple[StyleUse, ...]
    masks: tuple[str, ...] = ()
    controls: Controls = field(default_factory=Controls)

    @property
    def is_plain(self) -> bool:
        """Whether one style is used as it is."""
        return len(self.uses) == 1 and not self.masks and not self.controls.given()

    @property
    def depends_on_photo(self) -> bool:
        """Whether masks differ from photograph to photograph."""
        from impasto.guidance.mask_words import depends_on_photo

        return any(depends_on_photo(word) for word in self.masks)

    @property
    def label(self) -> str:
        """What the styles are called in the names of files."""
        names = [_label(use) for use in self.uses]
        more = len(names) - NAMED_IN_LABEL
        shown = names[:NAMED_IN_LABEL] + ([f"{more}-more"] if more > 0 else [])
        return "-".join(shown)

    def check(self, method: MethodSpec) -> None:
        """Refuse what a method cannot honour, before any work.

        Raises:
            OptionError: naming the flag.
        """
        some = np.ones((1, 1), bool) if self.masks else None
        check_controls(
            method, [StyleUse.of(use.style, mask=some) for use in self.uses], self.controls
        )

    def settled_uses(self) -> tuple[StyleUse, ...]:
        """The styles with masks that do not depend on the photograph, as they will be recorded.

        Raises:
            ImpastoError: if a mask cannot be had.
        """
        from impasto.guidance.mask_words import settled_mask

        if not self.masks:
            return self.uses
        return self._with_masks([settled_mask(word) for word in self.masks])

    def uses_on(self, photo: Picture) -> tuple[StyleUse, ...]:
        """The styles with their masks on a photograph.

        Raises:
            ImpastoError: if a mask cannot be had.
        """
        if not self.masks:
            return self.uses
        from impasto.guidance.mask_words import find_masks

        return self._with_masks(find_masks(self.masks, photo))

    def _with_masks(self, masks: list[Levels]) -> tuple[StyleUse, ...]:
        times = len(self.uses) if len(masks) == 1 else 1
        return tuple(
            replace(use, mask=mask, mask_name=word)
            for use, mask, word in zip(self.uses, masks * times, self.masks * times, strict=True)
        )

    def request(
        self,
        content: Picture,
        *,
        method: str,
        options: MethodOptions,
        size: tuple[int, int],
        initial_image: Picture | None = None,
    ) -> RenderRequest:
        """What is asked for a photograph."""
        request = RenderRequest(
            content=content,
            styles=self.uses_on(content),
            controls=self.controls,
            method=method,
            options=options,
            size=size,
            initial_image=initial_image,
        )
        if not self.is_plain:
            return request
        use = self.uses[0]
        style = cast("Picture | FastStyle", use.style)
        return replace(request, style=style, style_name=use.name, styles=())


def plan_guidance(
    method: MethodSpec,
    styles: Sequence[str],
    *,
    blend: str | None,
    masks: Sequence[str],
    controls: Controls,
) -> GuidancePlan:
    """The plan that flags make, held against what a method honours.

    Raises:
        OptionError: if numbers do not fit the styles, or the method cannot honour a flag.
        ImpastoError: if a style cannot be had.
    """
    from impasto.sources import find_use

    weights = _weights(blend, len(styles))
    if masks and len(masks) not in (1, len(styles)):
        raise OptionError(
            f"--mask: expected one mask for all styles or one for each of the {len(styles)}, "
            f"got {len(masks)}."
        )
    uses = [
        StyleUse(style=style, name=style, weight=weight)
        for style, weight in zip(styles, weights, strict=True)
    ]
    plan = GuidancePlan(uses=tuple(uses), masks=tuple(masks), controls=controls)
    plan.check(method)
    return replace(plan, uses=tuple(find_use(method, use) for use in uses))


def control_flag(name: str) -> Any:
    """A typer option for a field of the controls, unset by default."""
    declared = next(each for each in fields(Controls) if each.name == name)
    text = declared.metadata["help"]
    if declared.metadata["choices"]:
        text += f" One of {', '.join(declared.metadata['choices'])}."
    flag = f"--{name.replace('_', '-')}"
    return typer.Option(flag, help=text, rich_help_panel=PANEL)


def guidance_flag(*names: str, help: str) -> Any:
    """A typer option about styles and masks."""
    return typer.Option(*names, help=help, rich_help_panel=PANEL)


def controls_from_flags(flags: Mapping[str, Any]) -> Controls:
    """Controls from the flags that were given; ``None`` and false ones were not.

    Raises:
        OptionError: if a value is out of its range, or two contradict each other.
    """
    given = {
        name: value for name, value in flags.items() if value is not None and value is not False
    }
    return Controls(**given)


def _weights(blend: str | None, count: int) -> list[float]:
    if blend is None:
        return [1.0] * count
    try:
        weights = [float(number) for number in blend.split(",")]
    except ValueError as error:
        raise OptionError(f"--blend: expected numbers such as 0.7,0.3, got {blend!r}.") from error
    if len(weights) != count:
        raise OptionError(
            f"--blend: expected {count} numbers, one for each style, got {len(weights)}."
        )
    return weights


def _label(use: StyleUse) -> str:
    label = getattr(use.style, "label", None)
    return label if isinstance(label, str) else Path(use.name).stem
