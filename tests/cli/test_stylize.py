import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageCms

from impasto.image.codec import open_image
from impasto.progress import Cancellation
from impasto.stylizers.options import LapStyleOptions


def strict(text: str) -> Any:
    def refuse(name: str) -> None:
        pytest.fail(f"{name} is not JSON")

    return json.loads(text, parse_constant=refuse)


def test_result_and_what_is_printed(stylize: Callable[..., Any], folder: Path) -> None:
    outcome = stylize("a.png", "-o", "result.png")
    assert outcome.code == 0
    assert outcome.out.startswith("result.png  (")
    assert outcome.err.startswith("a.png: 2/2, 32x24 px, loss ")
    with Image.open(folder / "result.png") as image:
        assert image.size == (32, 24)
    assert not list(folder.glob(".impasto*"))


def test_every_method_option_arrives(stylize: Callable[..., Any], folder: Path) -> None:
    flags = """--method lapstyle --size 48 --iterations 3 --optimizer adam --learning-rate 0.05
        --content-weight 2 --style-weight 3 --tv-weight 0.5 --laplacian-weight 4
        --laplacian-pooling 1,2 --style-layers relu1_1,relu1_2 --content-layer relu1_1
        --encoder vgg19 --pooling max --normalization mean --levels 2 --tolerance 0.001
        --init noise --seed 5 --history 7"""
    outcome = stylize("a.png", "-o", "result.png", *flags.split(), "--json")
    assert outcome.code == 0
    report = strict(outcome.out)
    assert report["steps"] == 3
    assert set(report["losses"]) == {"content", "style", "total variation", "laplacian", "total"}
    settings = report["settings"]
    assert settings["size"] == [36, 48]
    assert (settings["device"], settings["precision"]) == ("cpu", "float32")
    given = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in settings["options"].items()
    }
    assert LapStyleOptions(**given) == LapStyleOptions(
        iterations=3,
        optimizer="adam",
        learning_rate=0.05,
        content_weight=2,
        style_weight=3,
        tv_weight=0.5,
        laplacian_weight=4,
        laplacian_pooling=(1, 2),
        style_layers=("relu1_1", "relu1_2"),
        content_layer="relu1_1",
        pooling="max",
        normalization="mean",
        levels=2,
        tolerance=0.001,
        init="noise",
        seed=5,
        history=7,
    )
    record = json.loads(open_image(folder / "result.png").metadata.text["impasto"])
    assert record.pop("result_sha256")
    assert record == settings


def test_init_from_a_picture_and_bfloat16(stylize: Callable[..., Any]) -> None:
    outcome = stylize("a.png", "--init", "b.png", "--precision", "bfloat16", "--json")
    assert outcome.code == 0
    settings = strict(outcome.out)["settings"]
    assert settings["options"]["init"] == "b.png"
    assert settings["precision"] == "bfloat16"


def test_several_photographs(stylize: Callable[..., Any], folder: Path) -> None:
    outcome = stylize("[ab].png", "a.png", "-o", "out/", "--json")
    assert outcome.code == 0
    reports = strict(outcome.out)
    written = [folder / "out" / f"{name}-style-gatys.png" for name in "ab"]
    assert [folder / report["output"] for report in reports] == written
    assert sorted((folder / "out").iterdir()) == written


def test_names_are_printed_as_they_are(stylize: Callable[..., Any], folder: Path) -> None:
    name = "[bold] :smile: [/x].png".replace("/", "")
    (folder / "a.png").rename(folder / name)
    outcome = stylize(name, "-o", "out")
    assert outcome.code == 0
    assert "[bold] :smile: [x]-style-gatys.png  (" in outcome.out
    assert outcome.err.startswith(f"{name}: ")


def test_intermediate_images_plot_and_quality(stylize: Callable[..., Any], folder: Path) -> None:
    flags = ["--save-every", "1", "--plot", "losses.png", "--quality", "10"]
    assert stylize("a.png", "-o", "out/low.jpg", *flags).code == 0
    assert sorted(path.name for path in (folder / "out").iterdir()) == [
        "low-step0001.jpg",
        "low-step0002.jpg",
        "low.jpg",
    ]
    with Image.open(folder / "losses.png") as image:
        assert image.size == (1050, 630)
    assert stylize("a.png", "-o", "out/high.jpg", "--quality", "100").code == 0
    sizes = [(folder / "out" / name).stat().st_size for name in ("low.jpg", "high.jpg")]
    assert sizes[0] < sizes[1]


def test_keep_profile(stylize: Callable[..., Any], folder: Path) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
    with Image.open(folder / "a.png") as image:
        image.save(folder / "tagged.png", icc_profile=profile.tobytes())
    outcome = stylize("tagged.png", "-o", "result.png", "--keep-profile")
    assert outcome.code == 0
    with Image.open(folder / "result.png") as image:
        assert image.info["icc_profile"] == profile.tobytes()


def test_max_pixels_lets_larger_photographs_in(stylize: Callable[..., Any]) -> None:
    assert stylize("a.png", "-o", "r.png", "--max-pixels", "767").code == 1
    assert stylize("a.png", "-o", "r.png", "--max-pixels", "768").code == 0


def test_nothing_is_written_before_the_first_step(
    stylize: Callable[..., Any], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Cancellation, "is_cancelled", True)
    outcome = stylize("[ab].png", "-o", "out", "--json")
    assert outcome.code == 130
    assert "no step yet" in outcome.err
    assert [report["output"] for report in strict(outcome.out)] == [None]
    assert not list((folder / "out").iterdir())


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C of another process needs POSIX")
def test_ctrl_c_keeps_the_best_image(
    start: Callable[..., "subprocess.Popen[str]"], folder: Path
) -> None:
    flags = ["--iterations", "100000", "--levels", "1", "--tolerance", "0", "--save-every", "1"]
    process = start("stylize", "a.png", "-s", "style.png", "-o", "out/r.png", "--json", *flags)
    deadline = time.monotonic() + 120
    while not (folder / "out" / "r-step0001.png").exists():
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert strict(out)["reason"] == "cancelled"
    assert "Stopping" in err
    assert "Traceback" not in err
    assert open_image(folder / "out" / "r.png").size == (24, 32)
    assert not list(folder.rglob(".impasto*"))
