import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from impasto.image.codec import open_image

Run = Callable[..., Any]

pytestmark = pytest.mark.usefixtures("networks")


@pytest.fixture
def batch(run: Run) -> Run:
    """Run ``impasto batch`` in the style of an untrained network, into ``out``."""
    return lambda *arguments: run("batch", "-s", "stripes", "-o", "out", *arguments)


def test_good_ones_are_painted_and_broken_ones_set_aside(batch: Run, folder: Path) -> None:
    broken = ["truncated.jpg", "text.jpg", "empty.jpg", "small.png", "bomb.png", "missing.png"]
    outcome = batch("a.png", *broken, "b.png")
    assert outcome.code == 1
    assert outcome.out.startswith("8 photographs: 2 painted, 6 failed  (")
    assert outcome.err.count("error: ") == 5
    assert "6 of 8 photographs failed" in outcome.err
    assert sorted(path.name for path in (folder / "out").iterdir()) == [
        "a-stripes-fast.png",
        "b-stripes-fast.png",
        "failed.jsonl",
    ]
    lines = [json.loads(line) for line in (folder / "out/failed.jsonl").read_text().splitlines()]
    assert [Path(line["content"]).name for line in lines] == broken
    assert all(line["error"] for line in lines)


def test_what_is_done_is_left_out_and_the_summary_is_json(batch: Run, folder: Path) -> None:
    first, second = (json.loads(batch("a.png", "b.png", "--json").out) for _ in range(2))
    assert (first["done"], first["skipped"], first["failures"]) == (2, 0, None)
    assert (second["done"], second["skipped"]) == (0, 2)
    assert json.loads(batch("a.png", "--overwrite", "--json").out)["done"] == 1
    outcome = batch("a.png", "b.png")
    assert outcome.out.startswith("2 photographs: 0 painted, 2 done before  (")


def test_every_flag_arrives(batch: Run, folder: Path) -> None:
    flags = "--strength 0.4 --keep-color luminance --size 48 --format webp --threads 1"
    assert batch("a.png", *flags.split(), "--engine", "onnxruntime").code == 0
    picture = open_image(folder / "out/a-stripes-fast.webp")
    settings = json.loads(picture.metadata.text["impasto"])
    assert picture.size == (36, 48)
    assert settings["controls"] == {"keep_color": "luminance"}
    assert (settings["options"]["strength"], settings["engine"]) == (0.4, "onnxruntime")


def test_a_manifest_alone(run: Run, folder: Path) -> None:
    lines = [
        {"content": "a.png", "style": "dots", "output": "deep/one.jpg"},
        {"content": "a.png", "style": ["stripes", "dots"], "strength": 0.5},
    ]
    (folder / "jobs.jsonl").write_text("\n".join(json.dumps(line) for line in lines))
    outcome = run("batch", "--manifest", "jobs.jsonl", "-o", "out", "--actors", "2")
    assert (outcome.code, outcome.err) == (0, "")
    assert (folder / "out/deep/one.jpg").is_file()
    assert (folder / "out/a-stripes-dots-fast.png").is_file()


def test_optimised_methods(run: Run, folder: Path) -> None:
    quick = "--iterations 2 --levels 1 --style-layers relu1_1 --content-layer relu1_2"
    outcome = run("batch", "a.png", "-s", "style.png", "-o", "out", *quick.split())
    assert outcome.code == 0
    settings = json.loads(open_image(folder / "out/a-style-gatys.png").metadata.text["impasto"])
    assert settings["options"]["iterations"] == 2


BAD: dict[str, tuple[list[str], int, str]] = {
    "nothing to do": ([], 2, "expected photographs or --manifest"),
    "no such folder": (["none/"], 1, "none"),
    "format": (["a.png", "--format", "gif"], 2, "--format: expected one of"),
    "strength": (["a.png", "--strength", "9"], 2, "at most 1.5"),
    "other method": (["a.png", "--iterations", "3"], 2, "is not an option of fast"),
    "style": (["a.png", "-s", "none.jpg", "-m", "gatys"], 2, "is a fast style"),
    "gpus": (["a.png", "--gpus-per-actor", "1"], 2, "--address"),
    "manifest": (["--manifest", "bad.jsonl"], 2, "bad.jsonl, line 2: strenght: "),
    "no manifest": (["--manifest", "none.jsonl"], 1, "manifest: none.jsonl"),
}


@pytest.mark.parametrize(("flags", "code", "message"), BAD.values(), ids=BAD)
def test_bad_input(flags: list[str], code: int, message: str, batch: Run, folder: Path) -> None:
    (folder / "bad.jsonl").write_text('{"content": "a.png"}\n{"content": "b.png", "strenght": 1}')
    outcome = batch(*flags)
    assert (outcome.code, message in outcome.err) == (code, True), outcome.err
    assert outcome.err.count("\n") == 1
    assert not (folder / "out").exists() or list((folder / "out").iterdir()) == []


def test_the_extra_is_named_only_when_a_cluster_is_asked_for(
    batch: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    assert batch("a.png").code == 0
    outcome = batch("a.png", "--address", "auto")
    assert (outcome.code, "pip install 'impasto[distributed]'" in outcome.err) == (1, True)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C of another process needs POSIX")
@pytest.mark.parametrize("actors", ["1", "2"])
def test_ctrl_c_keeps_what_is_finished(
    start: Callable[..., "subprocess.Popen[str]"], folder: Path, actors: str
) -> None:
    (folder / "many").mkdir()
    with Image.open(folder / "a.png") as image:
        image.resize((800, 600)).save(folder / "many" / "0.png", compress_level=1)
    content = (folder / "many" / "0.png").read_bytes()
    for number in range(1, 80):
        (folder / "many" / f"{number}.png").write_bytes(content)
    process = start("batch", "many", "-s", "stripes", "-o", "out", "--actors", actors)
    deadline = time.monotonic() + 120
    while not list((folder / "out").glob("*.png")):
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=120)
    assert process.returncode == 130, err
    assert "Traceback" not in err
    assert "are left; run it again to go on" in err
    written = list((folder / "out").iterdir())
    assert 0 < len(written) < 80
    assert all(open_image(path).size == (600, 800) for path in written)
