"""The command line in this process, and in one of its own."""

import os
import signal
import struct
import subprocess
import sys
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from impasto.cli.app import main


@dataclass(frozen=True)
class Outcome:
    code: int
    out: str
    err: str


Run = Callable[..., Outcome]

QUICK = ["--iterations", "2", "--levels", "1", "--device", "cpu", "--precision", "float32"]
SHALLOW = ["--style-layers", "relu1_1", "--content-layer", "relu1_2"]


@pytest.fixture(autouse=True)
def _offline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IMPASTO_OFFLINE", "1")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder: two photographs, a style, and every kind of broken file."""
    monkeypatch.chdir(tmp_path)
    generator = np.random.default_rng(0)
    for name in ("a.png", "b.png", "style.png"):
        pixels = generator.integers(0, 256, (24, 32, 3), dtype=np.uint8)
        Image.fromarray(pixels).save(tmp_path / name)
    (tmp_path / "empty.jpg").touch()
    (tmp_path / "text.jpg").write_text("not a picture")
    noise = generator.integers(0, 256, (64, 64, 3), dtype=np.uint8)
    Image.fromarray(noise).save(tmp_path / "whole.jpg")
    whole = (tmp_path / "whole.jpg").read_bytes()
    (tmp_path / "truncated.jpg").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "whole.jpg").unlink()
    Image.new("RGB", (15, 40)).save(tmp_path / "small.png")
    (tmp_path / "bomb.png").write_bytes(_png_that_claims(60_000, 60_000))
    (tmp_path / "out").mkdir()
    (tmp_path / "folder").mkdir()
    return tmp_path


@pytest.fixture
def run(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run ``impasto`` as its entry point does, in ``folder``."""

    def invoke(*arguments: object) -> Outcome:
        monkeypatch.setattr(sys, "argv", ["impasto", *map(str, arguments)])
        handler = signal.getsignal(signal.SIGINT)
        capsys.readouterr()
        with pytest.raises(SystemExit) as exit_:
            main()
        assert signal.getsignal(signal.SIGINT) is handler
        out, err = capsys.readouterr()
        assert isinstance(exit_.value.code, int)
        return Outcome(exit_.value.code, out, err)

    return invoke


@pytest.fixture
def stylize(run: Run) -> Run:
    """Run ``impasto stylize`` as quickly as it goes."""

    def invoke(*arguments: object) -> Outcome:
        return run("stylize", "--style", "style.png", *QUICK, *SHALLOW, *arguments)

    return invoke


@pytest.fixture
def start(folder: Path) -> Callable[..., "subprocess.Popen[str]"]:
    """Start ``python -m impasto`` as a process of its own, in ``folder``."""

    def launch(*arguments: object) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [sys.executable, "-m", "impasto", *map(str, arguments)],
            cwd=folder,
            env={**os.environ, "IMPASTO_OFFLINE": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    return launch


def _png_that_claims(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = zlib.compress(bytes(1000))
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
    )
