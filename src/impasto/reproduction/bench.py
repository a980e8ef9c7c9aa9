"""The workbench of a part: photographs, sizes, device; paints, reports progress, stops."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from impasto.errors import CancelledError
from impasto.progress import Cancellation, ProgressCallback, ProgressEvent
from impasto.render import RenderRequest, RenderResult, device_for, render
from impasto.reproduction.setup import Photograph, Sizes
from impasto.stylizers.catalog import get_method

Report = Callable[[float, str], None]
"""Told which share of a part is done, 0 to 1, and what is being done."""


def _say_nothing(_share: float, _words: str) -> None:
    pass


@dataclass(kw_only=True)
class Bench:
    """What a part works with.

    Attributes:
        sizes: How large and how often everything is.
        photographs: At least one.
        device: ``auto``, ``cpu``, ``cuda``, ``cuda:N`` or ``mps``.
        cancellation: Ends the part; nothing of it is kept.
        report: Told how far the part is.
    """

    sizes: Sizes
    photographs: tuple[Photograph, ...]
    device: str = "auto"
    cancellation: Cancellation = field(default_factory=Cancellation)
    report: Report = _say_nothing
    _count: int = 1
    _begun: int = 0

    def plan(self, count: int) -> None:
        """Say of how many stages of about one length the part is made."""
        self._count, self._begun = max(1, count), 0

    def begin(self, words: str) -> Callable[[float], None]:
        """Begin the next stage.

        Args:
            words: What is being done.

        Returns:
            What is to be told which share of the stage is done, 0 to 1.

        Raises:
            CancelledError: if the part is to end.
        """
        self._check()
        before = min(self._begun, self._count - 1)
        self._begun += 1

        def tell(share: float) -> None:
            self.report((before + min(1.0, share)) / self._count, words)

        tell(0.0)
        return tell

    def paint(
        self,
        words: str,
        request: RenderRequest,
        *,
        image_every: int = 0,
        on_progress: ProgressCallback | None = None,
    ) -> RenderResult:
        """Paint, as a stage of its own.

        Args:
            words: What is being painted.
            request: What to render.
            image_every: Give every n-th progress event an image; 0 for none.
            on_progress: Told of every step, too.

        Raises:
            CancelledError: if the part is to end.
        """
        tell = self.begin(words)

        def hear(event: ProgressEvent) -> None:
            tell(event.step / max(1, event.total))
            if on_progress is not None:
                on_progress(event)

        result = render(
            request,
            device=device_for(get_method(request.method), self.device),
            on_progress=hear,
            cancellation=self.cancellation,
            image_every=image_every,
        )
        self._check()
        return result

    def _check(self) -> None:
        if self.cancellation.is_cancelled:
            raise CancelledError("stopped; the parts that are done are kept.")
