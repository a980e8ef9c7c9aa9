"""Paints one frame after another in the look of the moment, and changes looks without a hitch."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from impasto.errors import ImpastoError
from impasto.live.brush import Brush, Mixture, Size, dissolve, glide
from impasto.live.look import Look
from impasto.stylizers.fast_style import FastStyle
from impasto.weights.style_networks import StyleNetwork

if TYPE_CHECKING:
    from impasto.runtime.protocol import Pixels

DISSOLVE_S = 0.4
"""How long one network's picture dissolves into another's."""

BRUSHES_KEPT = 3

OpenBrush = Callable[[StyleNetwork], Brush]
Steady = Callable[["Pixels", "Pixels"], "Pixels"]
"""Steadies what was painted: takes the frame and the painting, gives the painting to show."""


class LivePainter:
    """Paints frames; looks may be changed from other threads meanwhile.

    Styles of one network glide into each other by their rows. A style of another network is
    shown once that is open, which happens in a thread of its own, and dissolves in.

    Args:
        look: What to begin with.
        open_brush: Makes a network ready.
        steady: Steadies what was painted; ``None`` where the network does that itself.
        on_change: Called when a network was opened, or could not be.

    Raises:
        ImpastoError: if the look's style is not to be had.
    """

    def __init__(
        self,
        look: Look,
        open_brush: OpenBrush,
        *,
        steady: Steady | None = None,
        on_change: Callable[[ImpastoError | None], None] = lambda _error: None,
    ) -> None:
        self._open_brush = open_brush
        self._steady = steady
        self._on_change = on_change
        self._lock = threading.Lock()
        self._opener = ThreadPoolExecutor(1, "impasto-brush")
        self._opening: Future[None] | None = None
        self._brushes: dict[Path, Brush] = {}
        self._sizes: Sequence[Size] = ()
        self._brush: Brush | None = None
        self._mixture: Mixture | None = None
        self._target: Mixture | None = None
        self._last: Pixels | None = None
        self._last_s = 0.0
        self._held: tuple[Pixels, float] | None = None
        self.look = look
        style = look.fast_style()
        if style is not None:
            self._take_up(self._opened(style.network), look, style)

    @property
    def is_loading(self) -> bool:
        """Whether a network is being opened."""
        with self._lock:
            return self._opening is not None and not self._opening.done()

    @property
    def brush(self) -> Brush | None:
        """The network that paints; ``None`` before the first style was chosen."""
        return self._brush

    def prepare(self, sizes: Sequence[Size]) -> None:
        """Make ready to paint these sizes (H, W), so that none of them comes with a hitch."""
        self._sizes = sizes
        if (brush := self._brush) is not None:
            brush.warm_up(sizes)

    def change(self, look: Look) -> None:
        """Paint in another look from now on, or as soon as its network is open.

        Raises:
            ImpastoError: if there is no such style, or its two styles cannot be blended.
        """
        style = look.fast_style()
        with self._lock:
            self.look = look
            if style is None:
                self._glide_to_nothing()
            elif style.network.folder in self._brushes:
                self._take_up(self._brushes[style.network.folder], look, style)
            else:
                self._opening = self._opener.submit(self._open, style.network)

    def paint(self, pixels: Pixels, now_s: float) -> Pixels:
        """The painting of a frame (H, W, 3) uint8, which it leaves as it is."""
        with self._lock:
            brush, held = self._brush, self._held
            mixture = self._step(now_s)
        painted = pixels
        if brush is not None and mixture is not None:
            painted = brush.paint(pixels, mixture)
            if self._steady is not None and painted is not pixels:
                painted = self._steady(pixels, painted)
        if held is not None:
            painted = self._dissolved(held, painted, now_s)
        self._last = painted
        return painted

    def close(self) -> None:
        """Open no more networks."""
        self._opener.shutdown(wait=False, cancel_futures=True)

    def _step(self, now_s: float) -> Mixture | None:
        elapsed_s, self._last_s = now_s - self._last_s, now_s
        if self._mixture is None or self._target is None:
            return self._target
        self._mixture = glide(self._mixture, self._target, max(0.0, elapsed_s))
        return self._mixture

    def _dissolved(self, held: tuple[Pixels, float], painted: Pixels, now_s: float) -> Pixels:
        """The last picture of the network before, giving way to this one."""
        before, since_s = held
        share = (now_s - since_s) / DISSOLVE_S
        if share >= 1 or before.shape != painted.shape:
            self._held = None
            return painted
        return dissolve(before, painted, max(0.0, share))

    def _take_up(self, brush: Brush, look: Look, style: FastStyle) -> None:
        self._target = brush.mixture(style, look.strength)
        if brush is not self._brush:
            self._brush = brush
            self._mixture = self._target
            if self._last is not None:
                self._held = self._last, self._last_s

    def _glide_to_nothing(self) -> None:
        if self._target is not None:
            nothing = self._target * 0
            nothing[0] = 1.0
            self._target = nothing

    def _open(self, network: StyleNetwork) -> None:
        """In the opener's thread: open a network, and paint with it if it is still wanted."""
        try:
            brush = self._opened(network)
            brush.warm_up(self._sizes)
            with self._lock:
                look = self.look
                style = look.fast_style()
                if style is not None and style.network.folder == network.folder:
                    self._take_up(brush, look, style)
        except ImpastoError as error:
            self._on_change(error)
        else:
            self._on_change(None)

    def _opened(self, network: StyleNetwork) -> Brush:
        if network.folder not in self._brushes:
            brush = self._open_brush(network)
            while len(self._brushes) >= BRUSHES_KEPT:
                self._brushes.pop(next(iter(self._brushes)))
            self._brushes[network.folder] = brush
        return self._brushes[network.folder]
