"""Paints a pair, or finds that it is painted already."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from impasto.errors import ImpastoError
from impasto.evaluation.plan import EvaluationPlan, Task
from impasto.image.codec import open_image
from impasto.image.picture import Picture
from impasto.progress import Cancellation
from impasto.provenance.record import Record, read_record
from impasto.render import RenderRequest, device_for, render
from impasto.sources import find_style, resolve_size, style_for
from impasto.stylizers.guidance_settings import guidance_settings, networks_settings, picture_digest
from impasto.version import __version__

if TYPE_CHECKING:
    from impasto.render import RenderResult

PAINTINGS = "paintings"


def request_for(plan: EvaluationPlan, task: Task) -> RenderRequest:
    """What is asked of a method for a pair.

    Raises:
        ImpastoError: if photograph or style cannot be had.
    """
    content = open_photo(task.content.place)
    style = (
        style_for(task.method, task.style.place)
        if task.method.takes == "network"
        else open_style(task.style.look)
    )
    return RenderRequest(
        content=content,
        style=style,
        method=task.method.name,
        options=plan.options(task.method),
        size=resolve_size(plan.size, content.size),
        style_name=task.style.name,
    )


def paint(
    request: RenderRequest, task: Task, device: str, cancellation: Cancellation | None = None
) -> RenderResult:
    """Render a request on a device."""
    return render(request, device=device_for(task.method, device), cancellation=cancellation)


def painting_path(folder: Path, task: Task) -> Path:
    """Where a painting lies in the folder of a report."""
    file = f"{task.content.name}--{task.style.name}.png"
    return folder / PAINTINGS / task.method.name / file


def find_painting(path: Path, request: RenderRequest) -> Record | None:
    """The record of a painting that is there and what the request would give, else ``None``."""
    try:
        record = read_record(path)
    except ImpastoError:
        return None
    wanted = _wanted(request)
    same = all(record.settings.get(name) == value for name, value in wanted.items())
    return record if same and record.settings.get("reason") != "cancelled" else None


@lru_cache(maxsize=4)
def open_photo(place: str) -> Picture:
    """A photograph, kept while its styles are painted."""
    return open_image(place)


@lru_cache(maxsize=64)
def open_style(place: str) -> Picture:
    """A style image, kept for the next photograph."""
    return find_style(place)


def _wanted(request: RenderRequest) -> Mapping[str, Any]:
    """The settings that make a painting the one that is asked for."""
    assert request.options is not None
    assert request.size is not None
    settings = {
        "impasto": __version__,
        "method": request.method,
        "options": asdict(request.options),
        **guidance_settings(request),
        "content_sha256": picture_digest(request.content),
        "size": list(request.size),
        **networks_settings(request.options),
    }
    found: dict[str, Any] = json.loads(json.dumps(settings))
    return found
