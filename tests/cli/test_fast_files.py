import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageCms

from impasto.image.codec import open_image

Run = Callable[..., Any]


@pytest.fixture
def fast(run: Run, networks: Path) -> Run:
    """Run ``impasto stylize`` in the style of an untrained network."""
    return lambda *arguments: run("stylize", "--style", "stripes", *arguments)


def test_one_photograph(fast: Run, folder: Path) -> None:
    outcome = fast("a.png", "--precision", "float32")
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out.startswith("a-stripes-fast.png  (")
    picture = open_image(folder / "a-stripes-fast.png")
    assert picture.size == (24, 32)
    assert json.loads(picture.metadata.text["impasto"])["precision"] == "float32"


def test_every_option_arrives(fast: Run, folder: Path) -> None:
    flags = "--method fast --engine onnxruntime --precision float32 --threads 1 --strength 0.4"
    outcome = fast("a.png", *flags.split(), "--size", "48", "-o", "r.webp", "--json")
    report = json.loads(outcome.out)
    assert (outcome.code, report["output"], report["steps"]) == (0, "r.webp", 0)
    settings = report["settings"]
    assert (settings["engine"], settings["size"]) == ("onnxruntime", [36, 48])
    assert settings["options"] == {
        "strength": 0.4,
        "engine": "onnxruntime",
        "precision": "float32",
        "threads": 1,
    }


def test_flags_of_other_methods_choose_one_of_them(run: Run, networks: Path) -> None:
    for flags in (["--iterations", "2"], ["--plot", "p.png"], ["--save-every", "2"]):
        outcome = run("stylize", "a.png", "-s", "stripes", *flags)
        assert outcome.code == 2
        assert "'stripes' is a fast style and not a picture" in outcome.err
    outcome = run("stylize", "a.png", "-s", "stripes", "--threads", "1", "--seed", "2")
    assert (outcome.code, "--threads is not an option of gatys" in outcome.err) == (2, True)


BAD: dict[str, tuple[list[str], int, str]] = {
    "strength": (["--strength", "1.6"], 2, "at most 1.5"),
    "engine": (["--engine", "abacus"], 2, "openvino"),
    "threads": (["--threads", "0"], 2, "threads"),
    "precision": (["--precision", "half"], 2, "bfloat16"),
    "engine and precision": (
        ["--engine", "onnxruntime", "--precision", "bfloat16"],
        1,
        "float32",
    ),
    "size": (["--size", "8"], 2, "16 px"),
    "other method's flag": (["-m", "fast", "--tv-weight", "1"], 2, "not an option of fast"),
    "plot": (["-m", "fast", "--plot", "p.png"], 2, "--plot"),
    "save every": (["-m", "fast", "--save-every", "3"], 2, "--save-every"),
    "blend": (["-s", "stripes:1,nothing:2"], 2, "no fast style 'nothing'"),
    "blend of two networks": (["-s", "stripes,lone"], 2, "only styles of one network"),
    "no network": (["-m", "fast", "-s", "mosaic"], 2, "impasto train"),
    "unknown": (["-m", "fast", "-s", "strip"], 2, "Did you mean 'stripes'"),
    "folder": (["-o", "a.png/out/"], 1, "a.png/out/"),
}


@pytest.mark.parametrize(("flags", "code", "message"), BAD.values(), ids=BAD)
def test_bad_input(flags: list[str], code: int, message: str, fast: Run) -> None:
    outcome = fast("a.png", *flags)
    assert outcome.code == code
    assert message in outcome.err
    assert outcome.err.count("\n") == 1


def test_many_photographs_and_broken_ones_among_them(fast: Run, folder: Path) -> None:
    broken = ["truncated.jpg", "text.jpg", "empty.jpg", "small.png", "bomb.png", "missing.png"]
    outcome = fast("a.png", *broken, "b.png", "-o", "new/folder/")
    assert outcome.code == 1
    assert len(outcome.out.splitlines()) == 2
    assert outcome.err.splitlines()[-1] == "6 of 8 photographs failed"
    for name in broken:
        assert f"error: {name}: " in outcome.err
    made = [folder / "new" / "folder" / f"{name}-stripes-fast.png" for name in "ab"]
    assert sorted((folder / "new" / "folder").iterdir()) == made


def test_what_is_done_is_left_out(fast: Run, folder: Path) -> None:
    def repeat(*flags: str) -> list[str]:
        reports = json.loads(fast("a.png", "b.png", "-o", "out/", "--json", *flags).out)
        return [report["reason"] for report in reports]

    painted, skipped = "finished", "skipped"
    assert repeat() == [painted, painted]
    assert repeat() == [skipped, skipped]
    os.utime(folder / "b.png", (time.time() + 60, time.time() + 60))
    assert repeat() == [skipped, painted]
    os.utime(folder / "b.png", (0, 0))
    assert repeat("--strength", "0.5") == [painted, painted]
    assert repeat("--strength", "0.5") == [skipped, skipped]
    assert repeat("--strength", "0.5", "--size", "40") == [painted, painted]
    assert repeat("--strength", "0.5", "--overwrite", "--size", "40") == [painted, painted]
    outcome = fast("a.png", "b.png", "-o", "out/", "--strength", "0.5", "--size", "40")
    assert (outcome.code, outcome.out) == (0, "")
    assert outcome.err.startswith("2 of 2 were done already")


def test_the_colour_profile_is_a_setting_too(fast: Run, folder: Path) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    other = profile.replace(b"sRGB", b"mine")
    for name in ("a.png", "b.png"):
        with Image.open(folder / name) as image:
            image.save(folder / name, icc_profile=other)

    def repeat(*flags: str) -> set[str]:
        reports = json.loads(fast("a.png", "b.png", "-o", "out/", "--json", *flags).out)
        return {report["reason"] for report in reports}

    assert [repeat(), repeat()] == [{"finished"}, {"skipped"}]
    assert [repeat("--keep-profile"), repeat("--keep-profile")] == [{"finished"}, {"skipped"}]
    assert repeat() == {"finished"}


def test_a_folder_stands_for_its_pictures(fast: Run, folder: Path) -> None:
    for name in ("a.png", "b.png"):
        (folder / name).rename(folder / "folder" / name)
    (folder / "folder" / "notes.txt").write_text("no picture")
    outcome = fast("folder", "-o", "out/", "--strength", "0")
    assert (outcome.code, len(outcome.out.splitlines())) == (0, 2)
    original = open_image(folder / "folder" / "a.png").pixels
    np.testing.assert_array_equal(open_image(folder / "out/a-stripes-fast.png").pixels, original)


@pytest.mark.parametrize("flags", [["-s", "stripes"], ["-s", "style.png", "-m", "adain"]])
def test_neither_torch_nor_other_heavy_packages_are_imported(
    flags: list[str], networks: Path, any_style: Path, folder: Path
) -> None:
    code = f"""
import sys
from impasto.cli.app import main
sys.argv = ["impasto", "stylize", "a.png", *{flags}, "--size", "40"]
try:
    main()
except SystemExit as end:
    assert end.code == 0, end.code
heavy = {{"torch", "matplotlib", "scipy", "skimage", "tifffile", "rich.progress"}}
assert not heavy & set(sys.modules), heavy & set(sys.modules)
"""
    subprocess.run([sys.executable, "-c", code], cwd=folder, check=True)
    assert len(list(folder.glob("a-*.png"))) == 1


@pytest.mark.parametrize("method", ["adain", "wct", "sanet"])
def test_any_picture_as_the_style(method: str, run: Run, any_style: Path, folder: Path) -> None:
    def repeat(*flags: str) -> list[str]:
        command = ("stylize", "a.png", "b.png", "-s", "style.png", "-m", method, "-o", "out/")
        outcome = run(*command, "--json", *flags)
        assert outcome.code == 0
        reasons = [report["reason"] for report in json.loads(outcome.out)]
        assert ("done already" in outcome.err) == ("skipped" in reasons)
        return reasons

    painted, skipped = ["finished"] * 2, ["skipped"] * 2
    assert [repeat(), repeat()] == [painted, skipped]
    assert [repeat("--strength", "0.7"), repeat("--strength", "0.7")] == [painted, skipped]
    with Image.open(folder / "style.png") as style:
        style.rotate(180).save(folder / "style.png")
    assert [repeat("--strength", "0.7"), repeat("--strength", "0.7")] == [painted, skipped]
    assert [repeat(), repeat()] == [painted, skipped]
    assert open_image(folder / f"out/a-style-{method}.png").size == (24, 32)


def test_without_its_networks_a_method_says_what_to_do(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IMPASTO_ARBITRARY", str(folder / "empty"))
    outcome = run("stylize", "a.png", "-s", "style.png", "-m", "adain")
    assert outcome.code == 1
    assert "use method 'gatys'" in outcome.err
    assert not list(folder.glob("a-*"))


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C of another process needs POSIX")
def test_ctrl_c_keeps_what_is_finished(
    start: Callable[..., "subprocess.Popen[str]"], folder: Path, networks: Path
) -> None:
    (folder / "many").mkdir()
    with Image.open(folder / "a.png") as image:
        large = image.resize((1000, 700))
    large.save(folder / "many" / "0.png", compress_level=1)
    content = (folder / "many" / "0.png").read_bytes()
    for number in range(1, 60):
        (folder / "many" / f"{number}.png").write_bytes(content)
    process = start("stylize", "many", "-s", "stripes", "-o", "out/")
    deadline = time.monotonic() + 120
    while not list((folder / "out").glob("*.png")):
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=120)
    assert process.returncode == 130
    assert "Traceback" not in err
    written = sorted(path.name for path in (folder / "out").iterdir())
    assert sorted(Path(line.split("  (")[0]).name for line in out.splitlines()) == written
    assert 0 < len(written) < 60
    for name in written:
        assert open_image(folder / "out" / name).size == (700, 1000)
