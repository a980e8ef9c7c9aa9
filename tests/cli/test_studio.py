from __future__ import annotations

import importlib.util
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from impasto.cli import studio
from impasto.errors import (
    ImageFormatError,
    ImageNotFoundError,
    MissingPackageError,
    OptionError,
    UnknownNameError,
)


def test_photographs_that_are_not_there(tmp_path: Path) -> None:
    with pytest.raises(ImageNotFoundError, match="no such file"):
        studio.studio_command(tmp_path / "none.jpg", folder=tmp_path)
    with pytest.raises(ImageFormatError):
        studio.studio_command(tmp_path, folder=tmp_path)


def test_segmenters_and_tokens_are_checked_first(tmp_path: Path) -> None:
    with pytest.raises(UnknownNameError, match="segmenter"):
        studio.studio_command(segmenter="none", folder=tmp_path)
    with pytest.raises(OptionError, match="12 characters"):
        studio.studio_command(token="short", folder=tmp_path, port=0)


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    find = importlib.util.find_spec

    def missing(name: str, *rest: Any) -> Any:
        return None if name == "uvicorn" else find(name, *rest)

    monkeypatch.setattr(importlib.util, "find_spec", missing)
    with pytest.raises(MissingPackageError, match=r"impasto\[studio\]"):
        studio.studio_command()


@pytest.mark.slow
def test_it_starts_says_where_it_is_and_ends_cleanly(tmp_path: Path, photo: Path) -> None:
    command = [sys.executable, "-m", "impasto", "studio", str(photo), "--no-browser", "--port", "0"]
    process = subprocess.Popen(
        [*command, "--folder", str(tmp_path / "data")],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert "http://127.0.0.1:" in line
        assert "&document=" in line
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
    finally:
        process.kill()
        process.communicate()
    assert process.returncode == 0
    assert "all documents are saved" in errors
