import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from impasto.cli.app import app
from impasto.version import __version__

COMMANDS = (
    "stylize",
    "compare",
    "texture",
    "inspect",
    "evaluate",
    "redo",
    "metrics",
    "styles",
    "methods",
    "weights",
    "doctor",
)
PHOTO = ["stylize", "a.png", "-s", "style.png", "-o", "result.png"]


def test_version() -> None:
    result = CliRunner().invoke(app, ["--version"])
    assert (result.exit_code, result.stdout) == (0, f"{__version__}\n")


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(command: str) -> None:
    result = CliRunner().invoke(app, [command, "--help"])
    assert result.exit_code == 0
    assert "Usage" in result.stdout


def test_no_arguments_show_the_help(run: Callable[..., Any]) -> None:
    outcome = run()
    assert outcome.code == 0
    assert "stylize" in outcome.out
    assert not outcome.err


# (arguments, exit code, what the message must say)
BAD: dict[str, tuple[list[str], int, str]] = {
    "missing photo": (["stylize", "none.jpg", "-s", "candy"], 1, "none.jpg"),
    "empty photo": (["stylize", "empty.jpg", "-s", "candy"], 1, "empty"),
    "truncated photo": (["stylize", "truncated.jpg", "-s", "candy"], 1, "truncated"),
    "text photo": (["stylize", "text.jpg", "-s", "candy"], 1, "expected an image"),
    "folder photo": (["stylize", "folder", "-s", "candy"], 1, "no picture in this folder"),
    "bomb": (["stylize", "bomb.png", "-s", "candy"], 1, "60000 x 60000"),
    "max pixels": ([*PHOTO, "--max-pixels", "100"], 1, "at most 100 pixels"),
    "small photo": (["stylize", "small.png", "-s", "candy"], 1, "16 px"),
    "small style": (["stylize", "a.png", "-s", "small.png"], 1, "16 px"),
    "size too small": ([*PHOTO, "--size", "8"], 2, "16 px"),
    "size too large": ([*PHOTO, "--size", "2000000"], 2, "pixels"),
    "sides beyond webp": (
        ["stylize", "a.png", "-s", "candy", "-o", "r.webp", "--size", "16384"],
        2,
        "pixels",
    ),
    "under a file": (["stylize", "a.png", "-s", "candy", "-o", "b.png/r.png"], 1, "not a folder"),
    "no output folder": (["stylize", "a.png", "-s", "candy", "-o", "no/r.png"], 1, "create it"),
    "folder in a file": (["stylize", "a.png", "-s", "candy", "-o", "b.png/no/"], 1, "b.png/no/"),
    "two into no folder": (
        ["stylize", "a.png", "b.png", "-s", "candy", "-o", "no"],
        1,
        "create it",
    ),
    "two into a file": (
        ["stylize", "a.png", "b.png", "-s", "candy", "-o", "r.png"],
        2,
        "need a folder",
    ),
    "suffix": (["stylize", "a.png", "-s", "candy", "-o", "r.gif"], 1, ".png"),
    "no suffix": (["stylize", "a.png", "-s", "candy", "-o", "result"], 1, ".png"),
    "long name": (["stylize", "a.png", "-s", "candy", "-o", "x" * 300 + ".png"], 1, "too long"),
    "the photo itself": (["stylize", "a.png", "-s", "candy", "-o", "a.png"], 1, "itself"),
    "one stem": (["stylize", "a.png", "out/../a.png", "-s", "candy"], 1, "one name"),
    "unreadable second": (
        ["stylize", "a.png", "text.jpg", "-s", "candy", "-m", "gatys"],
        1,
        "text.jpg",
    ),
    "glob": (["stylize", "*.bmp", "-s", "candy"], 1, "*.bmp"),
    "glob of folders": (["stylize", "fold*", "-s", "candy"], 1, "fold*"),
    "style": (["stylize", "a.png", "-s", "cand"], 1, "candy"),
    "method": ([*PHOTO, "--method", "magic"], 2, "lapstyle"),
    "encoder": ([*PHOTO, "--encoder", "resnet"], 2, "vgg19"),
    "encoder not here": ([*PHOTO, "--encoder", "vgg16"], 1, "vgg16"),
    "content layer": ([*PHOTO, "--content-layer", "relu9_9"], 2, "relu9_9"),
    "style layer": ([*PHOTO, "--style-layers", "relu1_1,x"], 2, "'x'"),
    "no style layer": ([*PHOTO, "--style-layers", ","], 2, "at least one"),
    "content weight": ([*PHOTO, "--content-weight", "-1"], 2, "content_weight"),
    "style weight": ([*PHOTO, "--style-weight", "-1"], 2, "style_weight"),
    "tv weight": ([*PHOTO, "--tv-weight", "nan"], 2, "tv_weight"),
    "tolerance": ([*PHOTO, "--tolerance", "inf"], 2, "tolerance"),
    "learning rate": ([*PHOTO, "--learning-rate", "-1"], 2, "learning_rate"),
    "optimizer": ([*PHOTO, "--optimizer", "sgd"], 2, "lbfgs"),
    "pooling": ([*PHOTO, "--pooling", "sum"], 2, "average"),
    "normalization": ([*PHOTO, "--normalization", "none"], 2, "relative"),
    "iterations": ([*PHOTO, "--iterations", "0"], 2, "iterations"),
    "not a number": ([*PHOTO, "--iterations", "many"], 2, "--iterations"),
    "levels": ([*PHOTO, "--levels", "9"], 2, "Use fewer levels"),
    "no levels": ([*PHOTO, "--levels", "0"], 2, "levels"),
    "seed": ([*PHOTO, "--seed", "-1"], 2, "seed"),
    "device": ([*PHOTO, "--device", "tpu"], 1, "cuda:N"),
    "precision": ([*PHOTO, "--precision", "half"], 1, "bfloat16"),
    "laplacian with gatys": ([*PHOTO, "--laplacian-weight", "1"], 2, "lapstyle"),
    "laplacian pooling": ([*PHOTO, "-m", "lapstyle", "--laplacian-pooling", "a"], 2, "whole"),
    "no laplacian pooling": ([*PHOTO, "-m", "lapstyle", "--laplacian-pooling", ","], 2, "one"),
    "plot of two": (["stylize", "a.png", "b.png", "-s", "candy", "--plot", "p.png"], 2, "--plot"),
    "plot nowhere": ([*PHOTO, "--plot", "no/p.png"], 1, "create it"),
    "plot over result": ([*PHOTO, "--plot", "result.png"], 2, "--plot"),
    "missing init": ([*PHOTO, "--init", "none.png"], 1, "none.png"),
    "damaged init": ([*PHOTO, "--init", "truncated.jpg"], 1, "truncated"),
    "quality": ([*PHOTO, "--quality", "101"], 2, "--quality"),
    "save every": ([*PHOTO, "--save-every", "-1"], 2, "--save-every"),
    "no photo": (["stylize", "-s", "candy"], 2, "impasto stylize --help"),
    "no style": (["stylize", "a.png"], 2, "--style"),
    "flag": ([*PHOTO, "--wonder"], 2, "--wonder"),
    "command": (["paint"], 2, "paint"),
    "compare nothing": (
        ["compare", "a.png", "-s", "candy", "-o", "r.png", "--methods", ","],
        2,
        "one",
    ),
    "compare method": (
        ["compare", "a.png", "-s", "candy", "-o", "r.png", "--methods", "x"],
        2,
        "'x'",
    ),
    "compare output": (["compare", "a.png", "-s", "candy", "-o", "no/r.png"], 1, "create it"),
    "compare photo": (["compare", "text.jpg", "-s", "candy", "-o", "r.png"], 1, "text.jpg"),
    "compare steps": (
        ["compare", "a.png", "-s", "candy", "-o", "r.png", "--iterations", "0"],
        2,
        "--iterations",
    ),
    "compare size": (["compare", "a.png", "-s", "candy", "-o", "r.png", "--size", "5"], 2, "16 px"),
    "texture output": (["texture", "candy", "-o", "folder"], 1, "folder"),
    "texture size": (["texture", "candy", "-o", "r.png", "--size", "wide"], 2, "WIDTHxHEIGHT"),
    "texture sides": (["texture", "candy", "-o", "r.png", "--size", "1x2x3"], 2, "two sides"),
    "texture too large": (
        ["texture", "candy", "-o", "r.png", "--size", "99999x99999"],
        2,
        "pixels",
    ),
    "texture for webp": (["texture", "candy", "-o", "r.webp", "--size", "16384x64"], 1, "16383"),
    "metrics output": (["metrics", "a.png", "candy", "none.png"], 1, "none.png"),
    "metrics glob": (["metrics", "a.png", "candy", "*.bmp"], 1, "*.bmp"),
    "metrics size": (["metrics", "a.png", "candy", "b.png", "--size", "3"], 2, "16 px"),
    "metrics style": (["metrics", "a.png", "cand", "b.png"], 1, "candy"),
    "weights": (["weights", "vgg16"], 1, "vgg16"),
    "weights name": (["weights", "vgg16", "vgg99"], 2, "vgg99"),
    "doctor": (["doctor", "--device", "cuda:99"], 1, "cuda:99"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_one_clear_line_before_any_work(
    case: str, run: Callable[..., Any], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def work(*_arguments: object, **_options: object) -> None:
        pytest.fail("work began before the input was checked")

    monkeypatch.setattr("impasto.stylizers.optimized.minimize", work)
    before = sorted(folder.rglob("*"))
    arguments, code, words = BAD[case]
    outcome = run(*arguments)
    assert outcome.code == code
    assert not outcome.out
    assert outcome.err.startswith("error: ")
    assert outcome.err.count("\n") == 1
    assert words in outcome.err
    assert sorted(folder.rglob("*")) == before


def test_messages_are_printed_as_they_are(run: Callable[..., Any]) -> None:
    """Neither markup, nor emoji codes, nor line breaks of a name get in the way."""
    name = "[bold][/x] :smile: " + "long " * 40 + "\nsecond.png"
    err = run("stylize", "a.png", "-s", "candy", "-o", name).err
    assert name.replace("\n", " ") in err
    assert err.count("\n") == 1


def test_what_the_system_refuses_is_one_line(
    run: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_value: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("impasto.cli.styles.print_json", full)
    outcome = run("styles", "--json")
    assert (outcome.code, outcome.err) == (1, "error: [Errno 28] No space left on device\n")


def test_a_process_of_its_own_fails_cleanly(
    start: Callable[..., "subprocess.Popen[str]"], folder: Path
) -> None:
    process = start("stylize", "truncated.jpg", "-s", "candy", "-o", "out")
    out, err = process.communicate(timeout=120)
    assert process.returncode == 1
    assert not out
    assert err.startswith("error: truncated.jpg")
    assert "Traceback" not in err
    assert not list((folder / "out").iterdir())


def test_a_closed_pipe_is_no_traceback(start: Callable[..., "subprocess.Popen[str]"]) -> None:
    process = start("styles", "--json")
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    with process.stderr as stream:
        assert not stream.read()
    assert process.wait(timeout=60) == 1
