import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

MEASURES = ["style_distance", "style_left", "content_distance", "ssim", "laplacian_distance"]


def test_one_output(run: Callable[..., Any]) -> None:
    outcome = run("metrics", "a.png", "style.png", "a.png", "--json")
    assert not outcome.err
    measured = json.loads(outcome.out)
    assert list(measured) == MEASURES
    assert measured["content_distance"] < 1e-4
    assert measured["ssim"] > 0.999


def test_a_folder_of_outputs(run: Callable[..., Any], folder: Path) -> None:
    """Files of one name in several folders stay apart, and folders in a glob are left out."""
    (folder / "out" / "a.png").write_bytes((folder / "b.png").read_bytes())
    (folder / "out" / "kept apart").mkdir()
    flags = ["--size", "24", "--pooling", "average"]
    measured = json.loads(
        run("metrics", "a.png", "style.png", "a.png", "out/*", *flags, "--json").out
    )
    assert [Path(path) for path in measured] == [Path("a.png"), Path("out/a.png")]
    lines = run("metrics", "a.png", "style.png", "a.png", "out/*", *flags).out.splitlines()
    assert lines[0].split() == [*MEASURES, "output"]
    assert [Path(line.split()[-1]) for line in lines[1:]] == [Path("a.png"), Path("out/a.png")]
