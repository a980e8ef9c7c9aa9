"""Answers of the REST interface as types, for its OpenAPI description."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel


class ErrorContent(BaseModel):
    """What went wrong: a code for programs, a message for people."""

    code: str
    message: str


class ErrorReply(BaseModel):
    """The answer to a request that failed."""

    error: ErrorContent


class StudioReply(BaseModel):
    """The studio itself."""

    version: str
    protocol: int
    segmenters: list[str]
    segmenter: str
    limits: dict[str, int | list[int]]
    export_formats: list[str]


class SavedDocument(BaseModel):
    """A document in the list."""

    id: str
    name: str
    width: int
    height: int
    saved_at: float
    is_open: bool


class DocumentsReply(BaseModel):
    """All documents of a visitor."""

    documents: list[SavedDocument]


class Size(BaseModel):
    """Width and height in pixels."""

    width: int
    height: int


class Stage(BaseModel):
    """One part of the loading."""

    name: str
    title: str
    fraction: float | None


class Loading(BaseModel):
    """How far a document is loaded."""

    stages: list[Stage]
    picture: bool
    regions: bool
    error: ErrorContent | None


class Look(BaseModel):
    """How a region is painted."""

    id: str
    name: str
    style: str | None
    strength: float
    preserve_colors: bool
    visible: bool


class ObjectReply(Look):
    """An object of a document."""

    feather_px: float
    box: tuple[int, int, int, int]
    area: int
    mask: str


class StateReply(BaseModel):
    """A state of a document; objects from bottom to top."""

    revision: int
    saved_revision: int
    can_undo: bool
    can_redo: bool
    close_gaps_px: int
    background: Look
    objects: list[ObjectReply]


class StyleReply(BaseModel):
    """A style, and how far it is for this photograph."""

    name: str
    title: str
    own: bool
    status: Literal["waiting", "painting", "ready", "failed", "missing"]
    thumbnail: bool
    fraction: float | None
    error: str | None
    job: str | None


class JobReply(BaseModel):
    """A job, and how far it is."""

    id: str
    kind: Literal["style", "export"]
    title: str
    state: Literal["running", "done", "failed", "cancelled"]
    stage: str
    fraction: float | None
    remaining_s: float | None
    error: str | None
    url: str | None
    style: str | None


class DocumentReply(BaseModel):
    """All of a document but its pixels."""

    id: str
    name: str
    width: int
    height: int
    original: Size
    segmenter: str
    loading: Loading
    state: StateReply
    styles: list[StyleReply]
    jobs: list[JobReply]


class StylesReply(BaseModel):
    """All styles of a document."""

    styles: list[StyleReply]


class JobsReply(BaseModel):
    """All jobs of a document."""

    jobs: list[JobReply]


class CandidateReply(BaseModel):
    """A mask that prompts gave."""

    id: str
    quality: float
    box: tuple[int, int, int, int]
    area: int


class CandidatesReply(BaseModel):
    """Masks that prompts gave, the likeliest first."""

    candidates: list[CandidateReply]


class EditReply(BaseModel):
    """What became of an edit."""

    state: StateReply
    region: str | None


ERRORS: dict[int | str, dict[str, object]] = {
    status: {"model": ErrorReply} for status in (400, 401, 403, 404, 409, 413, 415, 422, 503, 507)
}
"""Statuses that any request may get, all in one form."""
