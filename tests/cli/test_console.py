import io
import json
import signal
import time

import pytest
from rich.console import Console

from impasto.cli import console
from impasto.cli.console import (
    cancel_on_interrupt,
    download_bar,
    late_progress_bar,
    print_columns,
    print_json,
    progress_bar,
)
from impasto.progress import ProgressEvent


def event(step: int = 7, **changes: object) -> ProgressEvent:
    values = {
        "stage": "4096x3072 px",
        "step": step,
        "total": 2000,
        "elapsed_s": 3599.0,
        "remaining_s": 754.2,
        "losses": {"content": 1.0, "total": 12345.678},
    }
    return ProgressEvent(**{**values, **changes})  # type: ignore[arg-type]


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """Standard error as a terminal of 80 columns."""
    written = io.StringIO()
    drawn = Console(
        file=written,
        force_terminal=True,
        width=80,
        color_system=None,
        legacy_windows=False,
        _environ={"TERM": "xterm"},
    )
    monkeypatch.setattr(console, "stderr", drawn)
    return written


def test_json_is_strict(capsys: pytest.CaptureFixture[str]) -> None:
    print_json({"nan": float("nan"), "deep": [(1.5, float("inf"))], "name": "é", 3: None})
    written = capsys.readouterr().out

    def refuse(name: str) -> None:
        pytest.fail(f"{name} is not JSON")

    assert json.loads(written, parse_constant=refuse) == {
        "nan": None,
        "deep": [[1.5, None]],
        "name": "é",
        "3": None,
    }


def test_columns_are_never_cut(capsys: pytest.CaptureFixture[str]) -> None:
    path = "/a/long/path" * 20 + "[x].png"
    print_columns([["name", "path"], ["寿司", path], ["longer name", "p"]])
    assert capsys.readouterr().out.splitlines() == [
        "name         path",
        f"寿司         {path}",
        "longer name  p",
    ]


@pytest.mark.parametrize("title", ["a.png", "寿司" * 20 + ".png", "[/x] :smile: and much more.jpg"])
def test_bar_is_one_line_of_80_columns(title: str, terminal: io.StringIO) -> None:
    with progress_bar(title) as report:
        report(event(1999))
    written = terminal.getvalue()
    assert written.count("\n") == 1
    assert "1999/2000  4096x3072 px  loss 1.23e+04  59:59  12:34 left" in written


def test_bar_disappears_when_the_work_fails(terminal: io.StringIO) -> None:
    with pytest.raises(ValueError, match="no"):
        _fail_after_a_step()
    assert terminal.getvalue().endswith("\x1b[1A\x1b[2K")


def test_plain_lines_where_there_is_no_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = iter([0.0, 1.0, 11.0, 11.0, 12.0])
    monkeypatch.setattr(time, "monotonic", lambda: next(clock))
    with progress_bar("[a].png") as report:
        for step in (1, 2, 3):
            report(event(step))
    assert capsys.readouterr().err.splitlines() == [
        f"[a].png: {step}/2000, 4096x3072 px, loss 1.23e+04, 59:59, 12:34 left" for step in (2, 3)
    ]


def test_nothing_is_printed_when_nothing_happened(capsys: pytest.CaptureFixture[str]) -> None:
    with progress_bar("a.png"):
        pass
    with pytest.raises(ValueError, match="no"):
        _fail_after_a_step()
    assert capsys.readouterr().err == ""


def test_downloads_are_told_in_mebibytes(capsys: pytest.CaptureFixture[str]) -> None:
    with download_bar("vgg16") as report:
        report(event(2**20, total=3 * 2**20, elapsed_s=3725, remaining_s=None))
    assert capsys.readouterr().err == "vgg16: 1.0/3.0 MiB, 1:02:05\n"


def test_first_interrupt_asks_and_second_one_interrupts(
    capsys: pytest.CaptureFixture[str],
) -> None:
    before = signal.getsignal(signal.SIGINT)
    with cancel_on_interrupt() as cancellation:
        signal.raise_signal(signal.SIGINT)
        assert cancellation.is_cancelled
        assert "Stopping" in capsys.readouterr().err
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is before


def _fail_after_a_step() -> None:
    with progress_bar("a.png") as report:
        report(event())
        raise ValueError("no")


@pytest.mark.parametrize(("after_s", "shown"), [(60.0, False), (0.0, True)])
def test_quick_work_shows_no_bar(
    after_s: float,
    shown: bool,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(console, "LATE_S", after_s)
    with late_progress_bar("style") as show:
        show(event(1))
        show(event(2))
    assert ("style: 2/2000" in capsys.readouterr().err) == shown
