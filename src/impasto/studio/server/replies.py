"""Answers of the REST interface as types, for its OpenAPI description."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict


class Reply(BaseModel):
    """What all answers share: what is said below a field describes it."""

    model_config = ConfigDict(use_attribute_docstrings=True)


class ErrorContent(Reply):
    """What went wrong: a code for programs, a message for people."""

    code: str
    """For programs: the name of the error."""
    message: str
    """For people."""


class ErrorReply(Reply):
    """The answer to a request that failed."""

    error: ErrorContent
    """What went wrong."""


class StudioReply(Reply):
    """The studio itself."""

    version: str
    """Of Impasto."""
    protocol: int
    """Of the interface; another number is another interface."""
    segmenters: list[str]
    """Names of what finds regions."""
    segmenter: str
    """The one that is used if none is named."""
    limits: dict[str, int | list[int]]
    """How much is taken on, by name."""
    export_formats: list[str]
    """Formats of exports."""
    own_styles_at_once: bool
    """Whether one's own styles are painted in one pass, and by optimisation only when asked."""


class SavedDocument(Reply):
    """A document in the list."""

    id: str
    """Of the document."""
    name: str
    """Of the photograph's file."""
    width: int
    """In pixels."""
    height: int
    """In pixels."""
    saved_at: float
    """Seconds since 1970."""
    is_open: bool
    """Whether it is in memory."""


class DocumentsReply(Reply):
    """All documents of a visitor."""

    documents: list[SavedDocument]
    """The last saved first."""


class Size(Reply):
    """Width and height in pixels."""

    width: int
    """In pixels."""
    height: int
    """In pixels."""


class Stage(Reply):
    """One part of the loading."""

    name: str
    """For programs."""
    title: str
    """For people."""
    fraction: float | None
    """0 to 1; null while that is not known."""


class Loading(Reply):
    """How far a document is loaded."""

    stages: list[Stage]
    """In order."""
    picture: bool
    """Whether it can be shown and edited."""
    regions: bool
    """Whether prompts are answered and the region map is there."""
    error: ErrorContent | None
    """Why regions could not be found."""


class Look(Reply):
    """How a region is painted."""

    id: str
    """Of the object, or `background`."""
    name: str
    """For people."""
    style: str | None
    """Name of its style; null for the photograph."""
    strength: float
    """0 for the photograph, 1 for the style, up to 1.5."""
    preserve_colors: bool
    """Whether colours stay the photograph's."""
    visible: bool
    """Whether it is painted."""


class ObjectReply(Look):
    """An object of a document."""

    feather_px: float
    """Standard deviation of its soft edge."""
    box: tuple[int, int, int, int]
    """[left, top, right, bottom] of its mask, right and bottom excluded."""
    area: int
    """Pixels that are more its than not."""
    mask: str
    """Changes when the mask does, and only then."""


class StateReply(Reply):
    """A state of a document; objects from bottom to top."""

    revision: int
    """Grows with every change."""
    saved_revision: int
    """The last one that is on disk."""
    can_undo: bool
    """Whether there is a state before."""
    can_redo: bool
    """Whether there is a state after."""
    close_gaps_px: int
    """Half the width of the widest gap that is closed."""
    background: Look
    """Look of what no object has."""
    objects: list[ObjectReply]
    """From bottom to top."""


class StylePart(Reply):
    """A style in a mix."""

    name: str
    """For programs."""
    share: float
    """0 to 1; shares sum to 1."""


class StyleReply(Reply):
    """A style, and how far it is for this photograph."""

    name: str
    """For programs."""
    title: str
    """For people."""
    own: bool
    """Whether it was brought by a person."""
    status: Literal["waiting", "painting", "ready", "failed", "missing"]
    """How far the photograph in it is; `missing` if the document names it and it is not here."""
    thumbnail: bool
    """Whether there is a small picture."""
    fraction: float | None
    """0 to 1, of one's own while it is painted."""
    error: str | None
    """Why it failed."""
    job: str | None
    """Id of the job that paints it, for one's own."""
    parts: list[StylePart]
    """What a mix is made of; empty for a style that is none."""
    matched: bool
    """Whether regions are matched by meaning."""
    mixes: bool
    """Whether it can be mixed with any other that can, and matched by meaning."""
    refined: bool
    """Whether it was painted by optimisation, for one's own."""


class JobReply(Reply):
    """A job, and how far it is."""

    id: str
    """Of the job."""
    kind: Literal["style", "refine", "export"]
    """What it makes."""
    title: str
    """For people."""
    status: Literal["running", "done", "failed", "cancelled"]
    """What became of it."""
    stage: str
    """What is being done."""
    fraction: float | None
    """0 to 1; null while that is not known."""
    remaining_s: float | None
    """Estimated seconds to its end."""
    error: str | None
    """Why it failed."""
    url: str | None
    """Where the file is, once it is done."""
    style: str | None
    """Name of the style it paints."""


class DocumentReply(Reply):
    """All of a document but its pixels."""

    id: str
    """Of the document."""
    name: str
    """Of the photograph's file."""
    width: int
    """In pixels, as it is worked on."""
    height: int
    """In pixels, as it is worked on."""
    original: Size
    """As it is exported."""
    segmenter: str
    """What finds its regions."""
    loading: Loading
    """How far it is loaded."""
    state: StateReply
    """What is shown."""
    styles: list[StyleReply]
    """All styles, one's own first."""
    jobs: list[JobReply]
    """The first begun first."""


class StylesReply(Reply):
    """All styles of a document."""

    styles: list[StyleReply]
    """One's own first."""


class JobsReply(Reply):
    """All jobs of a document."""

    jobs: list[JobReply]
    """The first begun first."""


class CandidateReply(Reply):
    """A mask that prompts gave."""

    id: str
    """To be named in edits, for a while."""
    quality: float
    """How sure the segmenter is, from 0 to 1."""
    box: tuple[int, int, int, int]
    """[left, top, right, bottom] of the mask, right and bottom excluded."""
    area: int
    """Pixels of the mask."""


class CandidatesReply(Reply):
    """Masks that prompts gave, the likeliest first."""

    candidates: list[CandidateReply]
    """The likeliest first."""


class EditReply(Reply):
    """What became of an edit."""

    state: StateReply
    """Afterwards."""
    region: str | None
    """Id of what was added or touched."""


ERRORS: dict[int | str, dict[str, object]] = {
    status: {"model": ErrorReply} for status in (400, 401, 403, 404, 409, 413, 415, 422, 503, 507)
}
"""Statuses that any request may get, all in one form."""
