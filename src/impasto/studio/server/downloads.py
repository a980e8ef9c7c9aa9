"""Names of downloaded files."""

from __future__ import annotations

from pathlib import PurePath
from urllib.parse import quote


def attachment_headers(photograph: str, suffix: str) -> dict[str, str]:
    """Headers that make browsers save an answer under the photograph's name.

    Args:
        photograph: The photograph's file name.
        suffix: Takes the place of its own.

    Example:
        >>> attachment_headers("Größe.jpg", ".png")["Content-Disposition"]
        "attachment; filename*=UTF-8''Gr%C3%B6%C3%9Fe-impasto.png"
    """
    stem = PurePath(photograph).stem or "photograph"
    name = f"{stem}{suffix}" if suffix == ".impasto" else f"{stem}-impasto{suffix}"
    return {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}"}
