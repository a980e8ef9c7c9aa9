import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]


@pytest.fixture
def painting(run: Run, folder: Path, networks: Path) -> Path:
    outcome = run("stylize", "a.png", "-s", "stripes", "-o", "r.png")
    assert outcome.code == 0
    return folder / "r.png"


def test_a_result_explains_itself(run: Run, painting: Path) -> None:
    outcome = run("inspect", "r.png")
    assert (outcome.code, outcome.err) == (0, "")
    lines = outcome.out.splitlines()
    assert lines[0] == "r.png"
    assert "  style        stripes" in lines
    assert any(line.startswith("  method       fast (Johnson") for line in lines)


def test_json_is_all_there_is(run: Run, painting: Path) -> None:
    found = json.loads(run("inspect", "r.png", "--json").out)
    assert {"impasto", "method", "styles", "content_sha256", "result_sha256"} <= found.keys()
    (painting.parent / "s.png").write_bytes(painting.read_bytes())
    several = json.loads(run("inspect", "r.png", "s.png", "--json").out)
    assert several == {"r.png": found, "s.png": found}


def test_a_picture_that_says_nothing(run: Run, painting: Path) -> None:
    outcome = run("inspect", "b.png")
    assert (outcome.code, outcome.out) == (1, "")
    assert "b.png: expected a result that Impasto wrote" in outcome.err
    both = run("inspect", "r.png", "b.png")
    assert (both.code, "stripes" in both.out) == (1, True)
    assert "error: b.png" in both.err
