"""Films by optimisation: each frame goes on from the one before, as Ruder et al. 2016 do."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, cast

from impasto.errors import OptionError
from impasto.flow.film_memory import LONG_TERM, SHORT_TERM, FilmMemory
from impasto.image.picture import Picture
from impasto.render import render
from impasto.stylizers.options import OptimizationOptions
from impasto.stylizers.request import FilmPast
from impasto.video.frame_painter import PainterState
from impasto.video.painters import FrameMasks, FrameStyle, RenderPainter

if TYPE_CHECKING:
    from impasto.device import DeviceChoice
    from impasto.video.frame import Pixels

LATER_SHARE = 0.25
"""Steps of a frame that goes on from another, as a part of those of the first."""


@dataclass(frozen=True, kw_only=True)
class FilmOptions:
    """How the frames of an optimised film hang together.

    Attributes:
        temporal_weight: Weight of the temporal loss.
        long_term: Also look two and four frames back, for what was hidden in between.
        later_iterations: Steps of every frame but the first of a scene; ``None`` for a
            quarter of those.

    Raises:
        OptionError: if a value is out of its range.
    """

    temporal_weight: float = 200.0
    long_term: bool = False
    later_iterations: int | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.temporal_weight < float("inf"):
            raise OptionError(
                f"temporal_weight: expected a finite number from 0 on, got {self.temporal_weight}."
            )
        if self.later_iterations is not None and self.later_iterations < 1:
            raise OptionError(f"later_iterations: expected 1 or more, got {self.later_iterations}.")


class OptimizedFilmPainter(RenderPainter):
    """Optimises the frames of a film one after the other.

    The first frame of a scene is painted as a picture is. Every other one begins with the
    previous result, moved by optical flow, at its full size and in fewer steps; the temporal
    loss keeps it there where the flow is consistent.

    Args:
        style: Styles, controls, and an optimised method with its options.
        options: How the frames hang together.
        device: Where it runs; ``None`` to choose.
        masks: Where the styles go, where that changes from frame to frame.

    Raises:
        OptionError: if the method is a feed-forward one.

    Source: Ruder, Dosovitskiy, Brox 2016.
    """

    def __init__(
        self,
        style: FrameStyle,
        options: FilmOptions | None = None,
        *,
        device: DeviceChoice | None = None,
        masks: FrameMasks | None = None,
    ) -> None:
        super().__init__(style, device=device, masks=masks)
        if not isinstance(self.options, OptimizationOptions):
            raise OptionError(
                f"method: expected one that optimises, got {style.method!r}; hold its films "
                "still with FlowPainter."
            )
        self.film_options = options or FilmOptions()
        offsets = LONG_TERM if self.film_options.long_term else SHORT_TERM
        self._memory = FilmMemory(offsets=offsets)

    def paint(self, pixels: Pixels, *, index: int, time: Fraction) -> Pixels:
        """Paint a frame; see :class:`~impasto.video.frame_painter.FramePainter`."""
        request = self._request(Picture(pixels=pixels), self._uses(pixels, index, time))
        known = self._memory.recall(pixels)
        if known is not None:
            request = replace(
                request,
                options=self._later_options(),
                initial_image=Picture(pixels=known.moved),
                past=FilmPast(
                    moved=known.moved,
                    known=known.known,
                    weight=self.film_options.temporal_weight,
                ),
            )
        painted = render(request, device=self._device).picture.pixels
        self._memory.keep(pixels, painted)
        return painted.copy()

    def reset(self) -> None:
        """Forget the frames before, and their masks."""
        super().reset()
        self._memory.reset()

    def state(self) -> PainterState:
        """The frames before and their results, and what the masks remember."""
        held = {f"film.{name}": array for name, array in self._memory.state().items()}
        return {**super().state(), **held}

    def restore(self, state: PainterState) -> None:
        """Put back what :meth:`state` gave."""
        prefix = "film."
        self._memory.restore(
            {
                name.removeprefix(prefix): array
                for name, array in state.items()
                if name.startswith(prefix)
            }
        )
        super().restore(
            {name: array for name, array in state.items() if not name.startswith(prefix)}
        )

    def _later_options(self) -> OptimizationOptions:
        options = cast("OptimizationOptions", self.options)
        steps = self.film_options.later_iterations
        if steps is None:
            steps = max(1, round(LATER_SHARE * options.iterations))
        return replace(options, iterations=steps, levels=1)
