"""One photograph, how it is painted, and where the result goes: a line of a manifest."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from impasto.batch import storage

REPORTED = ("error", "attempts")
"""What a line of ``failed.jsonl`` has beside the job; no notice is taken of it."""


@dataclass(frozen=True, kw_only=True)
class PhotoJob:
    """A job.

    Attributes:
        content: The photograph: a path from the root, or a URI.
        output: The file it becomes, the same.
        words: The recipe, as :func:`~impasto.batch.recipe.read_recipe` takes it.
    """

    content: str
    output: str
    words: Mapping[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The photograph's, without its folder."""
        return storage.stem(self.content)

    def line(self) -> dict[str, Any]:
        """The job as a line of a manifest."""
        return {"content": self.content, "output": self.output, **self.words}

    def to_json(self) -> str:
        """The line as text."""
        return json.dumps(self.line(), ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> PhotoJob:
        """A job from the text of its line."""
        line = json.loads(text)
        return cls(content=line.pop("content"), output=line.pop("output"), words=line)
