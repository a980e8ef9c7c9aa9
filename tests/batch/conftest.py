"""Photographs for batches, and work that needs no picture."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from impasto.image.codec import save_image
from impasto.image.picture import Picture


@pytest.fixture
def photos(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with photographs ``a.png`` to ``d.png``, of 24 × 32 pixels each."""
    folder = tmp_path / "photos"
    folder.mkdir()
    generator = np.random.default_rng(0)
    for name in "abcd":
        pixels = generator.integers(0, 256, (24, 32, 3), np.uint8)
        save_image(Picture(pixels=pixels), folder / f"{name}.png")
    monkeypatch.chdir(tmp_path)
    return folder


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The module of scripted work, as processes of pools import it too."""
    monkeypatch.syspath_prepend(str(Path(__file__).parent))
    import scripted_work

    return scripted_work


@pytest.fixture
def begun(tmp_path: Path) -> Callable[[], list[tuple[int, int]]]:
    """The tasks begun so far by work that logs to ``log.txt``: number and process."""

    def read() -> list[tuple[int, int]]:
        path = tmp_path / "log.txt"
        lines = path.read_text().splitlines() if path.exists() else []
        return [(int(number), int(process)) for number, process in map(str.split, lines)]

    return read


@pytest.fixture
def films(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The module that makes small films."""
    pytest.importorskip("av")
    monkeypatch.syspath_prepend(str(Path(__file__).parent))
    import films

    return films
