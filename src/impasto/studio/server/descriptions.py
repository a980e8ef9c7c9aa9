"""What clients are told of a document, as JSON values; always the whole of a topic."""

from __future__ import annotations

from typing import Any
from weakref import WeakKeyDictionary

import numpy as np

from impasto.studio.document import Background, PhotoObject
from impasto.studio.mask import Mask
from impasto.studio.server.jobs import write_job
from impasto.studio.server.open_document import OpenDocument
from impasto.studio.server.workspace import Candidate, Topic

_areas: WeakKeyDictionary[Mask, int] = WeakKeyDictionary()


def describe_topic(document: OpenDocument, topic: Topic) -> dict[str, Any]:
    """The event that brings a client up to date about a topic."""
    match topic:
        case Topic.DOCUMENT:
            content: Any = describe_document(document)
        case Topic.LOADING:
            content = document.loading
        case Topic.STATE:
            content = describe_state(document)
        case Topic.STYLES:
            content = describe_styles(document)
        case Topic.JOBS:
            content = describe_jobs(document)
        case Topic.SAVED:
            return {"event": "saved", "revision": document.workspace.saved_revision}
    return {"event": topic.value, topic.value: content}


def describe_document(document: OpenDocument) -> dict[str, Any]:
    """All that a client needs to begin with."""
    height, width = document.workspace.size
    original_height, original_width = document.original
    return {
        "id": document.id,
        "name": document.workspace.photograph.reference.name,
        "width": width,
        "height": height,
        "original": {"width": original_width, "height": original_height},
        "segmenter": document.segmenter,
        "loading": document.loading,
        "state": describe_state(document),
        "styles": describe_styles(document),
        "jobs": describe_jobs(document),
    }


def describe_state(document: OpenDocument) -> dict[str, Any]:
    """The state that is shown."""
    history, revision = document.workspace.state
    shown = history.document
    return {
        "revision": revision,
        "saved_revision": document.workspace.saved_revision,
        "can_undo": history.can_undo,
        "can_redo": history.can_redo,
        "close_gaps_px": shown.close_gaps_px,
        "background": {"id": "background", "name": "Background", **_look(shown.background)},
        "objects": [_describe_object(each) for each in shown.objects],
    }


def describe_styles(document: OpenDocument) -> list[dict[str, Any]]:
    """All styles, and how far they are."""
    return document.palette.describe(document.workspace.document.styles)


def describe_jobs(document: OpenDocument) -> list[dict[str, Any]]:
    """All jobs, and how far they are."""
    return [write_job(job, document.id) for job in document.jobs.jobs]


def describe_candidate(candidate: Candidate) -> dict[str, Any]:
    """A mask that prompts gave."""
    return {
        "id": candidate.id,
        "quality": candidate.quality,
        "box": _edges(candidate.mask),
        "area": _area(candidate.mask),
    }


def _describe_object(each: PhotoObject) -> dict[str, Any]:
    return {
        "id": each.id,
        "name": each.name,
        **_look(each),
        "feather_px": each.feather_px,
        "box": _edges(each.mask),
        "area": _area(each.mask),
        "mask": each.mask.digest[:16],
    }


def _look(region: Background | PhotoObject) -> dict[str, Any]:
    return {
        "style": region.look.style,
        "strength": region.look.strength,
        "preserve_colors": region.look.preserve_colors,
        "visible": region.visible,
    }


def _edges(mask: Mask) -> list[int]:
    box = mask.box
    return [box.left, box.top, box.right, box.bottom]


def _area(mask: Mask) -> int:
    """Pixels that are more the mask's than not; counted once."""
    if mask not in _areas:
        _areas[mask] = int(np.count_nonzero(mask.values >= 128))
    return _areas[mask]
