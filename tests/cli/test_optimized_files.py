from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from impasto.cli import optimized_files
from impasto.errors import OutputError
from impasto.render import RenderResult


def test_a_failure_does_not_stop_the_rest(
    stylize: Callable[..., Any], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save = RenderResult.save

    def full(self: RenderResult, path: Path, **others: Any) -> Path:
        if path.name.startswith("a"):
            raise OutputError(f"{path}: disk full")
        return save(self, path, **others)

    monkeypatch.setattr(optimized_files.RenderResult, "save", full)
    outcome = stylize("a.png", "b.png", "-o", "out/")
    assert outcome.code == 1
    assert outcome.out.startswith("out/b-style-gatys.png  (")
    assert "error: out/a-style-gatys.png: disk full\n1 of 2 photographs failed" in outcome.err


def test_a_photograph_that_cannot_be_read_is_found_first(
    stylize: Callable[..., Any], folder: Path
) -> None:
    outcome = stylize("a.png", "text.jpg", "-o", "out/")
    assert outcome.code == 1
    assert "text.jpg" in outcome.err
    assert not list((folder / "out").iterdir())
