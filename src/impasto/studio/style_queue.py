"""In which order styles are painted: what was asked for, small pictures, then all the rest."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from impasto.errors import UnknownNameError


class StyleStatus(StrEnum):
    """How far the whole picture in a style is."""

    WAITING = "waiting"
    PAINTING = "painting"
    READY = "ready"
    FAILED = "failed"


@dataclass(frozen=True, kw_only=True)
class StyleJob:
    """One picture to paint.

    Attributes:
        style: The style's name.
        thumbnail: Whether the small picture is meant, or the whole photograph.
    """

    style: str
    thumbnail: bool


@dataclass(frozen=True, kw_only=True)
class StyleEvent:
    """What became of one style; sent from the worker's thread.

    Attributes:
        style: Its name.
        status: How far it is now.
        thumbnail: Whether the small picture is meant, or the whole photograph.
        error: Why it failed.
    """

    style: str
    status: StyleStatus
    thumbnail: bool = False
    error: Exception | None = None


class StyleQueue:
    """What has been painted and what comes next. For one thread at a time."""

    def __init__(self, styles: Iterable[str]) -> None:
        self._status = dict.fromkeys(styles, StyleStatus.WAITING)
        self._errors: dict[str, Exception] = {}
        self._thumbnails_done: set[str] = set()
        self._asked: list[str] = []

    @property
    def styles(self) -> tuple[str, ...]:
        """All names, in the order they were added."""
        return tuple(self._status)

    @property
    def steps(self) -> tuple[int, int]:
        """Pictures done or given up, and pictures in all."""
        settled = sum(self.is_settled(style) for style in self._status)
        return settled + len(self._thumbnails_done), 2 * len(self._status)

    def add(self, style: str) -> None:
        """Know one more style; one that is known stays as it is."""
        self._status.setdefault(style, StyleStatus.WAITING)

    def remove(self, style: str) -> None:
        """Know a style no longer."""
        self._status.pop(style, None)
        self._errors.pop(style, None)
        self._thumbnails_done.discard(style)
        self._asked = [each for each in self._asked if each != style]

    def status(self, style: str) -> StyleStatus:
        """How far a style is.

        Raises:
            UnknownNameError: if there is no such style.
        """
        if style not in self._status:
            raise UnknownNameError(
                f"There is no style {style!r} here; there are: {', '.join(self._status) or 'none'}."
            )
        return self._status[style]

    def error(self, style: str) -> Exception | None:
        """Why a style failed, if it did."""
        return self._errors.get(style)

    def is_settled(self, style: str) -> bool:
        """Whether a style is ready or has failed."""
        return self.status(style) in (StyleStatus.READY, StyleStatus.FAILED)

    def ask(self, style: str) -> None:
        """Put a style before all others, and forget that it failed.

        Raises:
            UnknownNameError: if there is no such style.
        """
        status = self.status(style)
        if status is StyleStatus.READY:
            return
        if status is StyleStatus.FAILED:
            self._status[style] = StyleStatus.WAITING
            self._errors.pop(style, None)
        self._asked = [style, *(each for each in self._asked if each != style)]

    def take(self) -> StyleJob | None:
        """The next picture to paint, from now on under way; ``None`` if there is none."""
        job = self._choose()
        if job is not None and not job.thumbnail:
            self._status[job.style] = StyleStatus.PAINTING
        return job

    def finish(self, job: StyleJob) -> None:
        """A picture is there."""
        if job.thumbnail:
            self._thumbnails_done.add(job.style)
        else:
            self._settle(job.style, StyleStatus.READY)

    def fail(self, job: StyleJob, error: Exception) -> None:
        """A picture could not be painted: the style is given up until it is asked for again."""
        self._thumbnails_done.add(job.style)
        if self._status[job.style] is not StyleStatus.READY:
            self._settle(job.style, StyleStatus.FAILED)
            self._errors[job.style] = error

    def _settle(self, style: str, status: StyleStatus) -> None:
        self._status[style] = status
        self._errors.pop(style, None)
        self._asked = [each for each in self._asked if each != style]

    def _choose(self) -> StyleJob | None:
        waiting = [name for name, at in self._status.items() if at is StyleStatus.WAITING]
        for style in self._asked:
            if style in waiting:
                return StyleJob(style=style, thumbnail=False)
        for style in waiting:
            if style not in self._thumbnails_done:
                return StyleJob(style=style, thumbnail=True)
        return StyleJob(style=waiting[0], thumbnail=False) if waiting else None
