"""What a film says about how it was painted: the last line of its comment."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from impasto.provenance.record import Record, parse_record
from impasto.video.av_library import reading
from impasto.video.probing import open_container

if TYPE_CHECKING:
    from impasto.video.plan import VideoPlan

COMMENT = "comment"
"""The one fact about a film that every container has a place for."""
BEGIN = "impasto "
LATER = ("segments", "film")
"""What a plan's settings hold only for going on later on the same machine."""


def film_record(plan: VideoPlan) -> dict[str, Any]:
    """What a film says about itself: all that decides how it looks, as plain JSON values."""
    settings = {name: value for name, value in plan.settings().items() if name not in LATER}
    return {**settings, "film": plan.request.path.name}


def with_record(metadata: Mapping[str, str], record: Mapping[str, Any] | None) -> dict[str, str]:
    """Facts about a film and its record, if there is one: a line more in its comment.

    A record that the comment had already, because the source was painted too, is replaced.
    """
    name = next((name for name in metadata if name.lower() == COMMENT), COMMENT)
    kept = [line for line in metadata.get(name, "").splitlines() if not line.startswith(BEGIN)]
    if record is not None:
        kept.append(BEGIN + json.dumps(record, separators=(",", ":")))
    return {**metadata, name: "\n".join(kept)} if kept else dict(metadata)


def read_film_record(path: Path) -> Record:
    """How a film was painted.

    Raises:
        ImpastoError: if there is no such film, or it does not say.
    """
    with reading(path), open_container(path) as container:
        facts = {name.lower(): text for name, text in container.metadata.items()}
    lines = facts.get(COMMENT, "").splitlines()
    found = [line.removeprefix(BEGIN) for line in lines if line.startswith(BEGIN)]
    return parse_record(found[-1] if found else None, str(path))
