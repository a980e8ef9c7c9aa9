"""A document that is open: its state, its picture, and whoever looks at it."""

from __future__ import annotations

import secrets
import threading
from collections import OrderedDict
from collections.abc import Iterable
from concurrent.futures import Executor
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

import numpy as np

from impasto.errors import CapacityError, ImpastoError, NotReadyError, UnknownNameError
from impasto.progress import Cancellation
from impasto.studio.autosave import Autosave
from impasto.studio.box import Box, Pixels
from impasto.studio.compositor import Compositor
from impasto.studio.document import BACKGROUND, Document
from impasto.studio.history import History
from impasto.studio.mask import Mask
from impasto.studio.photograph import Photograph
from impasto.studio.server import schemas
from impasto.studio.server.edit_commands import apply_edit
from impasto.studio.server.encoding import reduce
from impasto.studio.server.message_fields import PromptsBody
from impasto.studio.server.saver import Saver, Step
from impasto.studio.server.segmenting import Segmented
from impasto.studio.server.settings import Limits


class Topic(StrEnum):
    """What clients are told about."""

    DOCUMENT = "document"
    LOADING = "loading"
    STATE = "state"
    SAVED = "saved"
    STYLES = "styles"
    JOBS = "jobs"


class Subscriber(Protocol):
    """Somebody who looks at a document; called from any thread, and must return at once."""

    def painted(self, boxes: Iterable[Box]) -> None:
        """These pixels are others now."""

    def changed(self, topic: Topic) -> None:
        """Something about this is different now."""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of an edit.

    Attributes:
        revision: Of the document, afterwards.
        region: Id of what was added or touched.
    """

    revision: int
    region: str | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class Candidate:
    """A mask that prompts gave.

    Attributes:
        id: Tells it from all others.
        mask: Which pixels.
        quality: How sure the segmenter is, from 0 to 1.
    """

    id: str
    mask: Mask
    quality: float


class Workspace:
    """One open document. Safe to use from several threads.

    Args:
        document_id: Its id.
        autosave: The session it is saved in.
        saving: Runs the saving.
        styles: Stylised versions of the photograph.
        limits: How many candidates and connections there may be.
    """

    def __init__(
        self,
        document_id: str,
        autosave: Autosave,
        saving: Executor,
        styles: StylePixels,
        limits: Limits,
    ) -> None:
        self.id = document_id
        self.photograph: Photograph = autosave.photograph
        self.cancellation = Cancellation()
        self.saved_revision = 0
        self._styles = styles
        self._limits = limits
        self._lock = threading.RLock()
        self._history: History = autosave.history
        self._revision = 0
        self._gesture: object = None
        self._segmented: Segmented | None = None
        self._candidates: OrderedDict[str, Candidate] = OrderedDict()
        self._subscribers: tuple[Subscriber, ...] = ()
        self._compositor = Compositor(self.photograph.pixels, styles)
        self._compositor.show(self._history.document)
        self.saver = Saver(autosave, saving, self._saved)

    @property
    def size(self) -> tuple[int, int]:
        """(H, W) in pixels."""
        return self.photograph.size

    @property
    def state(self) -> tuple[History, int]:
        """The history, and the revision it has."""
        with self._lock:
            return self._history, self._revision

    @property
    def document(self) -> Document:
        """The state that is shown."""
        with self._lock:
            return self._history.document

    @property
    def is_watched(self) -> bool:
        """Whether somebody looks at it."""
        return bool(self._subscribers)

    @property
    def segmented(self) -> Segmented:
        """What the segmenter knows.

        Raises:
            NotReadyError: while it is still looking.
        """
        if self._segmented is None:
            raise NotReadyError("The regions are still being found; try again in a moment.")
        return self._segmented

    @segmented.setter
    def segmented(self, segmented: Segmented) -> None:
        self._segmented = segmented

    def edit(self, message: Any, client: object = None) -> Outcome:
        """Do what a message says, paint it, tell everybody, and save it soon.

        Args:
            message: One of the edits in :mod:`impasto.studio.server.schemas`.
            client: Whose gestures are told apart.

        Raises:
            ImpastoError: if it cannot be done; nothing is changed.
        """
        gesture = None if message.gesture is None else (client, message.gesture)
        with self._lock:
            history, region = self._after(message, gesture)
            if history == self._history:
                return Outcome(revision=self._revision, region=region)
            revision = self._revision + 1
            boxes = self._compositor.show(history.document)
            self.saver.save(Step(history=history, revision=revision, gesture=gesture))
            self._history, self._revision, self._gesture = history, revision, gesture
        self.tell_painted(boxes)
        self.tell(Topic.STATE)
        self._styles.want(history.document.styles)
        return Outcome(revision=revision, region=region)

    def repaint(self, style: str) -> None:
        """Paint the regions of a style again, since it is there now."""
        with self._lock:
            boxes = self._compositor.repaint(style)
        self.tell_painted(boxes)

    def picture(self, box: Box, scale: int, *, painted: bool = True) -> tuple[Pixels, int]:
        """A box of the picture at a scale, and the revision it shows; a new array.

        Args:
            box: Inside the picture.
            scale: By how much it is reduced.
            painted: Whether the painting is meant, or the photograph.
        """
        with self._lock:
            pixels = self._compositor.frame if painted else self.photograph.pixels
            return reduce(pixels[box.slices], scale), self._revision

    def frame(self) -> Pixels:
        """The whole painting, (H, W, 3) uint8: a read-only view that later edits change."""
        return self._compositor.frame

    def propose(self, body: PromptsBody) -> list[Candidate]:
        """Masks for prompts, the likeliest first; they can be named in edits for a while.

        Raises:
            NotReadyError: while the segmenter is still looking.
            OptionError: if the prompts say nothing.
        """
        candidates = [
            Candidate(id=secrets.token_hex(8), mask=mask, quality=quality)
            for mask, quality in self.segmented.predict(body)
        ]
        with self._lock:
            self._candidates.update((each.id, each) for each in candidates)
            while len(self._candidates) > self._limits.candidates:
                self._candidates.popitem(last=False)
        return candidates

    def candidate(self, candidate_id: str) -> Candidate:
        """A mask that prompts gave.

        Raises:
            UnknownNameError: if there is none of that id, or it was too long ago.
        """
        with self._lock:
            if candidate_id not in self._candidates:
                raise UnknownNameError("There is no such mask any more; point at it again.")
            return self._candidates[candidate_id]

    def pick(self, x: float, y: float) -> str:
        """Id of the topmost object that shows at a point, or the background's."""
        height, width = self.size
        column, row = min(max(int(x), 0), width - 1), min(max(int(y), 0), height - 1)
        pixel = Box(top=row, left=column, bottom=row + 1, right=column + 1)
        for each in reversed(self.document.objects):
            if each.visible and np.any(each.mask.crop(pixel) >= 128):
                return each.id
        return BACKGROUND

    def subscribe(self, subscriber: Subscriber) -> None:
        """Tell somebody from now on.

        Raises:
            CapacityError: if too many look already.
        """
        with self._lock:
            if len(self._subscribers) >= self._limits.connections:
                raise CapacityError(
                    f"connections: expected at most {self._limits.connections} for one document; "
                    "close it elsewhere."
                )
            self._subscribers = (*self._subscribers, subscriber)

    def unsubscribe(self, subscriber: Subscriber) -> None:
        """Tell somebody no longer."""
        with self._lock:
            self._subscribers = tuple(s for s in self._subscribers if s is not subscriber)

    def tell(self, *topics: Topic) -> None:
        """Say that something is different now."""
        for subscriber in self._subscribers:
            for topic in topics:
                subscriber.changed(topic)

    def tell_painted(self, boxes: Iterable[Box]) -> None:
        """Say that pixels are others now."""
        for subscriber in self._subscribers:
            subscriber.painted(boxes)

    def _after(self, message: Any, gesture: object) -> tuple[History, str | None]:
        if isinstance(message, schemas.Undo):
            return self._history.undo(), None
        if isinstance(message, schemas.Redo):
            return self._history.redo(), None
        applied = apply_edit(self._history.document, message, self._find_mask)
        if gesture is not None and gesture == self._gesture:
            return self._history.amend(applied.document), applied.region
        return self._history.push(applied.document), applied.region

    def _find_mask(self, source: schemas.MaskSource) -> Mask:
        if isinstance(source, schemas.CandidateMask):
            return self.candidate(source.candidate).mask
        return self.segmented.regions.mask(source.nodes, self.size)

    def _saved(self, revision: int, error: ImpastoError | None) -> None:
        if error is None:
            self.saved_revision = revision
            self.tell(Topic.SAVED)


class StylePixels(Protocol):
    """Stylised versions of a photograph, made when they are wanted."""

    def get(self, style: str) -> Pixels | None:
        """The photograph in a style; ``None`` while there is none."""

    def want(self, styles: Iterable[str]) -> None:
        """Paint these before others, as far as they are not there."""
