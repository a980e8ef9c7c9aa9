"""All documents of a server: whose they are, which are open, and room for more."""

from __future__ import annotations

import json
import logging
import math
import secrets
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from impasto.errors import CapacityError, ImpastoError, ProjectError, UnknownNameError
from impasto.image.picture import Picture
from impasto.progress import Cancellation
from impasto.studio.autosave import (
    Autosave,
    SavedSession,
    create_session,
    open_session,
    remove_session,
    saved_sessions,
)
from impasto.studio.priority import LOADING_NICENESS, PAINTING_NICENESS, step_back
from impasto.studio.server.open_document import PREVIEW, OpenDocument, Workers
from impasto.studio.server.segmenting import segment
from impasto.studio.server.settings import Settings
from impasto.studio.server.tools import StudioTools
from impasto.studio.server.uploads import document_pixels, read_upload
from impasto.studio.server.watching import Watch, unwatched
from impasto.studio.session_folder import write_file

logger = logging.getLogger(__name__)

CARD = "card.json"
WARM_UP_BLOCKS = (12, 18)
WARM_UP_BLOCK_PX = 16


@dataclass(frozen=True, kw_only=True)
class Card:
    """What is known of a document that need not be open.

    Attributes:
        visitor: Whose it is.
        segmenter: Name of the segmenter it was begun with.
    """

    visitor: str
    segmenter: str


class Library:
    """All documents of a server. Safe to use from several threads.

    Clients' ids are only ever looked up among those there are: no path is made of them.

    Args:
        settings: Where they are saved, and how much there may be.
        tools: What paints and segments.
        watch: Shows in the terminal how far regions and styles are.
    """

    def __init__(
        self,
        settings: Settings,
        tools: StudioTools,
        watch: Watch = unwatched,
    ) -> None:
        self.settings = settings
        self.tools = tools
        self._watch = watch
        self._root = settings.folder / "sessions"
        self._scratch = settings.folder / "scratch"
        self._lock = threading.RLock()
        self._opening = threading.Lock()
        self._open: dict[str, OpenDocument] = {}
        self._pools = [
            ThreadPoolExecutor(1, "impasto-loading", step_back, (LOADING_NICENESS,)),
            ThreadPoolExecutor(2, "impasto-saving"),
            ThreadPoolExecutor(2, "impasto-jobs", step_back, (PAINTING_NICENESS,)),
        ]
        self._workers = Workers(loading=self._pools[0], saving=self._pools[1], jobs=self._pools[2])
        for folder in (self._root, self._scratch):
            folder.mkdir(parents=True, exist_ok=True)
        self._cards = self._read_cards()

    def prepare(self) -> None:
        """Open the segmenter, and let it look at something, before the first document comes."""
        self._pools[0].submit(self._warm_up)

    def list(self, visitor: str) -> list[tuple[str, SavedSession, bool]]:
        """A visitor's documents: id, what is saved, and whether it is open; last saved first."""
        saved = saved_sessions(self._root)
        with self._lock:
            return [
                (each.folder.name, each, each.folder.name in self._open)
                for each in saved
                if (card := self._cards.get(each.folder.name)) and card.visitor == visitor
            ]

    def create(
        self, visitor: str, content: bytes, name: str, segmenter: str | None = None
    ) -> OpenDocument:
        """A new document from an uploaded photograph or project.

        Raises:
            ImpastoError: if it is neither, or too large, or there is no room.
        """
        segmenter = self._checked_segmenter(segmenter)
        limit = self.settings.limits.documents
        with self._lock:
            if sum(card.visitor == visitor for card in self._cards.values()) >= limit:
                raise CapacityError(
                    f"documents: expected at most {limit} saved ones; remove some first."
                )
        with self._opening:
            self._make_room(document_pixels(content, self.settings.limits))
            beginning = read_upload(content, name, self.settings.limits)
            document_id = secrets.token_urlsafe(18)
            card = Card(visitor=visitor, segmenter=segmenter)
            folder = self._root / document_id
            with ExitStack() as stack:
                stack.callback(remove_session, folder)
                autosave = create_session(folder, beginning.photograph, beginning.history)
                stack.callback(autosave.close)
                for attachment, held in beginning.attachments.items():
                    autosave.attach(attachment, held)
                text = json.dumps({"visitor": visitor, "segmenter": segmenter})
                write_file(folder / CARD, text.encode())
                stack.pop_all()
            with self._lock:
                self._cards[document_id] = card
                self._open[document_id] = self._opened(document_id, autosave, card)
                return self._open[document_id]

    def open(self, visitor: str, document_id: str) -> OpenDocument:
        """A document of a visitor, opened if it is not.

        Raises:
            UnknownNameError: if there is none of that id, or it is somebody else's.
            ImpastoError: if it is damaged, or there is no room.
        """
        card = self._card(visitor, document_id)
        with self._lock:
            if (document := self._open.get(document_id)) is not None:
                document.touch()
                return document
        with self._opening:
            with self._lock:
                if (document := self._open.get(document_id)) is not None:
                    return document
            folder = self._root / document_id
            found = [each for each in saved_sessions(self._root) if each.folder == folder]
            self._make_room(math.prod(found[0].photograph.size) if found else 0)
            autosave = self._reopened(folder)
            with self._lock:
                self._open[document_id] = self._opened(document_id, autosave, card)
                return self._open[document_id]

    def remove(self, visitor: str, document_id: str) -> None:
        """Remove a document for good.

        Raises:
            UnknownNameError: if there is none of that id, or it is somebody else's.
            OutputError: if it cannot be removed.
        """
        self._card(visitor, document_id)
        with self._opening:
            with self._lock:
                document = self._open.pop(document_id, None)
            if document is not None:
                document.close()
            remove_session(self._root / document_id)
            with self._lock:
                self._cards.pop(document_id, None)

    def preview(self, visitor: str, document_id: str) -> bytes:
        """The small picture of a document, open or not.

        Raises:
            UnknownNameError: if there is none.
        """
        self._card(visitor, document_id)
        try:
            return (self._root / document_id / PREVIEW).read_bytes()
        except OSError as error:
            raise UnknownNameError("There is no picture of this document.") from error

    def close(self) -> None:
        """Close all documents; they stay saved."""
        with self._opening:
            with self._lock:
                documents, self._open = [*self._open.values()], {}
            for document in documents:
                document.close()
            for pool in self._pools:
                pool.shutdown(wait=False, cancel_futures=True)

    def _warm_up(self) -> None:
        colors = np.random.default_rng(0).integers(0, 256, (*WARM_UP_BLOCKS, 3), np.uint8)
        pixels = colors.repeat(WARM_UP_BLOCK_PX, 0).repeat(WARM_UP_BLOCK_PX, 1)
        try:
            segmenter = self.tools.open_segmenter(self.settings.segmenter)
            segment(segmenter, Picture(pixels=pixels), lambda _event: None, Cancellation())
        # The first document says what is wrong.
        except Exception:
            logger.debug("The segmenter could not be prepared.", exc_info=True)

    def _reopened(self, folder: Path) -> Autosave:
        """A saved session; what is wrong with one is for the terminal, since it names folders."""
        try:
            return open_session(folder, max_pixels=self.settings.limits.working_pixels)
        except ImpastoError as error:
            logger.error("A document cannot be opened: %s", error)
            raise ProjectError(
                "This document cannot be opened: it is damaged, or open in another studio."
            ) from error

    def _opened(self, document_id: str, autosave: Autosave, card: Card) -> OpenDocument:
        return OpenDocument(
            document_id,
            autosave,
            self._checked_segmenter(card.segmenter, fallback=True),
            self.tools,
            self._workers,
            self.settings.limits,
            self._scratch,
            self._watch,
        )

    def _checked_segmenter(self, name: str | None, *, fallback: bool = False) -> str:
        if name in self.tools.segmenters:
            return name
        if name is None or fallback:
            return self.settings.segmenter
        raise UnknownNameError(
            f"segmenter: expected one of {', '.join(self.tools.segmenters)}, got {name[:40]!r}."
        )

    def _card(self, visitor: str, document_id: str) -> Card:
        with self._lock:
            card = self._cards.get(document_id)
        if card is None or card.visitor != visitor:
            raise UnknownNameError("There is no such document here.")
        return card

    def _make_room(self, pixels: int) -> None:
        """Close documents that nobody looks at until one more of that size fits.

        Raises:
            CapacityError: if it does not fit then either.
        """
        limits = self.settings.limits
        while not self._fits(pixels):
            with self._lock:
                idle = [each for each in self._open.values() if each.is_idle]
                if not idle:
                    raise CapacityError(
                        f"This studio has no room for one more document: {len(self._open)} of "
                        f"{limits.open_documents} are in use, within "
                        f"{limits.total_memory_bytes / 2**30:.1f} GiB of memory; close one, or "
                        "try again later."
                    )
                oldest = min(idle, key=lambda each: each.used_at_s)
                del self._open[oldest.id]
            oldest.close()

    def _fits(self, pixels: int) -> bool:
        limits, styles = self.settings.limits, len(self.tools.styles())
        with self._lock:
            sizes = [math.prod(each.workspace.size) for each in self._open.values()]
        if len(sizes) >= limits.open_documents:
            return False
        needed = [OpenDocument.estimated_bytes(each, limits, styles) for each in (*sizes, pixels)]
        return sum(needed) <= limits.total_memory_bytes

    def _read_cards(self) -> dict[str, Card]:
        cards = {}
        for path in self._root.glob(f"*/{CARD}"):
            try:
                card = json.loads(path.read_bytes())
                visitor, segmenter = str(card["visitor"]), str(card["segmenter"])
            except (OSError, ValueError, KeyError, TypeError, ImpastoError) as error:
                logger.warning("%s: left out: %s", path.parent, error)
                continue
            cards[path.parent.name] = Card(visitor=visitor, segmenter=segmenter)
        return cards
