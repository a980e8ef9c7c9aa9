"""The styles of one open document: those of the networks, and a person's own."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from impasto.errors import ImpastoError, OptionError, UnknownNameError
from impasto.image.codec import open_image
from impasto.image.picture import change_bit_depth
from impasto.progress import Cancellation, ProgressEvent
from impasto.studio.box import Pixels
from impasto.studio.server.encoding import shrink
from impasto.studio.server.jobs import Job, JobBoard
from impasto.studio.server.own_palette import OwnPalette, describe_style
from impasto.studio.server.own_styles import OwnStyle
from impasto.studio.server.paint_queue import Urgency
from impasto.studio.server.style_painter import StylePainter
from impasto.studio.server.tools import StudioTools, StyleEntry
from impasto.studio.server.watching import Showing, Watch, unwatched
from impasto.studio.server.workspace import Topic, Workspace
from impasto.studio.style_queue import StyleEvent, StyleStatus
from impasto.studio.styled_images import THUMBNAIL_PX, StyledImages

MISSING = "missing"

MOST_MIXES = 8
"""Mixes that are kept though nothing shows them now: undo brings them back."""


class Palette:
    """Knows which styles there are, paints them, and hands them to the compositor.

    Safe to use from several threads. :meth:`begin` starts the painting.

    Args:
        tools: What paints.
        own: The person's own styles so far.
        memory_bytes: For whole pictures; the rest lies on disk.
        folder: Where on disk.
    """

    def __init__(
        self, tools: StudioTools, own: Iterable[OwnStyle], memory_bytes: int, folder: Path
    ) -> None:
        self._tools = tools
        self._entries: Mapping[str, StyleEntry] = dict(tools.styles())
        self._own = OwnPalette(own, tools.optimize, is_instant=tools.mix is not None)
        self._painter = StylePainter(tools, self._entries, self._own.find)
        self._memory_bytes = memory_bytes
        self._folder = folder
        self._lock = threading.Lock()
        self._wanted: dict[str, None] = {}
        self._styled: StyledImages | None = None
        self._workspace: Workspace | None = None
        self._show = Showing(unwatched(""))
        self.fraction = 0.0
        """How much of the painting ahead is done."""

    def begin(self, workspace: Workspace, jobs: JobBoard, watch: Watch = unwatched) -> None:
        """Paint all styles for a document, those that it has first; ``watch`` shows how far."""
        self._workspace = workspace
        self._show = Showing(watch(workspace.photograph.reference.name))
        cancellation = Cancellation()
        size = workspace.photograph.size

        def paint(pixels: Pixels, style: str) -> Pixels:
            with self._tools.queue.turn(self._urgency(style, pixels.shape[:2] != size)):
                if cancellation.is_cancelled:
                    return pixels
                return self._painter.paint(pixels, style, cancellation)

        styled = StyledImages(
            workspace.photograph.pixels,
            self._entries,
            paint,
            memory_bytes=self._memory_bytes,
            folder=self._folder,
            on_event=self._heard,
            on_progress=self._progressed,
            cancellation=cancellation,
        )
        self._own.begin(workspace, jobs, styled)
        self._styled = styled
        self.want([*workspace.document.styles, *self._wanted])
        for own in self._own:
            workspace.repaint(own.name)
        workspace.tell(Topic.STYLES)

    def get(self, style: str) -> Pixels | None:
        """The photograph in a style; until a mix is there in the one it has most of.

        Returns:
            ``None`` while there is none.
        """
        if self._styled is None:
            return None
        pixels = self._styled.get(style)
        if pixels is None and not (mix := self._painter.mix(style)).is_single:
            return self._styled.get(mix.main)
        return pixels

    def want(self, styles: Iterable[str]) -> None:
        """Paint these before others, as far as they are not there; unknown ones are passed over."""
        for style in reversed([*styles]):
            if self._painter.can_paint(style) and not self._is_there(style):
                with self._lock:
                    self._wanted[style] = None
                if self._styled is not None:
                    self._styled.add(style)
                    self._styled.request(style)
        self._forget_mixes()

    def wait(self, style: str) -> Pixels | None:
        """The photograph in a style as soon as it is there; ``None`` if it cannot be painted."""
        if self._styled is not None and self._painter.can_paint(style):
            self._styled.add(style)
            return self._styled.wait(style)
        return self.get(style)

    def ask(self, style: str) -> None:
        """Paint a style before others; one of a person's own that failed is painted again.

        Raises:
            UnknownNameError: if there is none of that name.
            CapacityError: if it is one's own, and too many jobs run.
        """
        if (own := self._own.find(style)) is not None:
            self._own.ask(own)
        elif self._painter.can_paint(style):
            self.want([style])
        else:
            raise self._unknown()

    def add(self, own: OwnStyle, count: int) -> Job:
        """Take a person's own style and paint it.

        Raises:
            CapacityError: if there are ``count`` already, or too many jobs run.
        """
        return self._own.add(own, count)

    def refine(self, style: str) -> Job:
        """Paint a person's own style by optimisation, in place of what is there.

        Raises:
            UnknownNameError: if there is none of that name.
            CapacityError: if too many jobs run.
            OptionError: if that is done, or being done.
        """
        if (own := self._own.find(style)) is None:
            raise self._unknown()
        return self._own.refine(own)

    def remove(self, style: str) -> None:
        """Forget a person's own style.

        Raises:
            UnknownNameError: if there is none of that name.
            OptionError: if it is not a person's own, or something is painted in it.
        """
        own = self._own.find(style)
        if own is None and style in self._entries:
            raise OptionError("style: expected one of your own; those that ship cannot be removed.")
        if own is None:
            raise self._unknown()
        self._own.remove(own)

    def own(self, style: str) -> OwnStyle | None:
        """A person's own style."""
        return self._own.find(style)

    def thumbnail(self, style: str) -> Pixels | None:
        """The photograph in a style, small; ``None`` while there is none."""
        self._check(style)
        return None if self._styled is None else self._styled.thumbnail(style)

    def image(self, style: str) -> Pixels | None:
        """The picture a style was learned from, small; ``None`` where there is none."""
        self._check(style)
        if (own := self._own.find(style)) is not None:
            return shrink(np.asarray(own.image.pixels, np.uint8), THUMBNAIL_PX)
        path = self._entries[style].image
        if path is None:
            return None
        pixels = change_bit_depth(open_image(path).pixels, 8)
        return shrink(np.asarray(pixels, np.uint8), THUMBNAIL_PX)

    def describe(self, used: Iterable[str]) -> list[dict[str, Any]]:
        """What a client is told of all styles, and of those a document uses that are not here."""
        own = self._own.describe()
        known = [self._describe(name, entry.title) for name, entry in self._entries.items()]
        others = [name for name in used if name not in self._entries and not self._own.find(name)]
        mixed = [
            {**self._describe(name, self._painter.title(name)), **self._painter.describe(name)}
            if self._painter.can_paint(name)
            else describe_style(name, self._painter.title(name), MISSING)
            for name in others
        ]
        return [*own, *known, *mixed]

    def close(self) -> None:
        """Stop painting."""
        if self._styled is not None:
            self._styled.close(timeout_s=0.2)
        self._show.close()

    def _urgency(self, style: str, is_small: bool) -> Urgency:
        if is_small:
            return Urgency.THUMBNAIL
        with self._lock:
            return Urgency.ASKED if style in self._wanted else Urgency.AHEAD

    def _forget_mixes(self) -> None:
        """Let go of mixes that nothing shows: a slider that was dragged leaves many."""
        styled, workspace = self._styled, self._workspace
        if styled is None or workspace is None:
            return
        used = workspace.document.styles
        unused = [
            style
            for style in styled.styles
            if style not in used
            and not self._painter.mix(style).is_single
            and styled.status(style) in (StyleStatus.READY, StyleStatus.FAILED)
        ]
        for style in unused[: max(0, len(unused) - MOST_MIXES)]:
            styled.remove(style)

    def _is_there(self, style: str) -> bool:
        return self._styled is not None and self._styled.get(style) is not None

    def _check(self, style: str) -> None:
        if style not in self._entries and self._own.find(style) is None:
            raise self._unknown()

    @staticmethod
    def _unknown() -> UnknownNameError:
        return UnknownNameError("There is no such style here; choose one of the list.")

    def _heard(self, event: StyleEvent) -> None:
        workspace = self._workspace
        if workspace is None:
            return
        if event.status is StyleStatus.READY and not event.thumbnail:
            workspace.repaint(event.style)
            for style in workspace.document.styles:
                # It may show until the mix is there.
                if style != event.style and self._painter.mix(style).main == event.style:
                    workspace.repaint(style)
        workspace.tell(Topic.STYLES)

    def _progressed(self, event: ProgressEvent) -> None:
        self.fraction = event.step / event.total if event.total else 1.0
        self._show(event)
        if event.step >= event.total:
            self._show.close()
        if self._workspace is not None:
            self._workspace.tell(Topic.LOADING)

    def _describe(self, name: str, title: str) -> dict[str, Any]:
        mixes = self._painter.has_picture(name)
        if self._styled is None or name not in self._styled.styles:
            return {**describe_style(name, title, StyleStatus.WAITING.value), "mixes": mixes}
        error = self._styled.error(name)
        return {
            **describe_style(name, title, self._styled.status(name).value),
            "mixes": mixes,
            "thumbnail": self._styled.thumbnail(name) is not None,
            "error": str(error) if isinstance(error, ImpastoError) else error and "It failed.",
        }
