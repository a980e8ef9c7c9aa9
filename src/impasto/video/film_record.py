"""What a film says about how it was painted: the last line of its comment."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from impasto.provenance.record import Record, parse_record
from impasto.video.av_library import reading
from impasto.video.probing import open_container

COMMENT = "comment"
"""The one fact about a film that every container has a place for."""
BEGIN = "impasto "


def film_record(settings: Mapping[str, Any]) -> dict[str, Any]:
    """What a film says about itself: all that decides how it looks, as plain JSON values.

    Args:
        settings: Those of the film's plan, which name places on this machine. A record has
            the names of the files alone, and not where the work was divided.
    """
    record = {name: value for name, value in settings.items() if name != "segments"}
    record["film"] = Path(settings["film"][0]).name
    record["masks"] = [Path(name).name for name in settings["masks"]]
    return record


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
