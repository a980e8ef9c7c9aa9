from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from impasto.guidance.controls import Controls, StyleUse
from impasto.provenance.description import describe
from impasto.provenance.record import Record, read_record
from impasto.render import stylize
from impasto.stylizers.options import GatysOptions
from impasto.version import __version__
from impasto.weights.catalog import get_weights

QUICK = GatysOptions(iterations=2, levels=1, style_layers=("relu1_1",), content_layer="relu1_2")


def described(**settings: Any) -> list[tuple[str, str]]:
    return describe(Record(settings={"impasto": "0.1", "method": "fast", **settings}, file="r.png"))


def test_all_that_makes_a_picture_is_said(folder: Path) -> None:
    uses = [
        StyleUse.of("style.png", mask=np.eye(24, 32, dtype=bool), strength=0.5),
        StyleUse.of("candy", layers=("relu2_1",)),
    ]
    result = stylize(
        "photo.png", styles=uses, options=replace(QUICK, seed=7), controls=Controls(style_scale=2)
    )
    found = describe(read_record(result.save("r.png")))
    words = dict(found)
    settings = result.settings
    assert words["made by"] == f"Impasto {__version__}"
    assert words["method"].startswith("gatys (Gatys, Ecker, Bethge 2016)")
    assert words["size"] == "32 x 24 px"
    assert [text for label, text in found if label == "style"] == [
        "style.png, strength 0.5",
        "candy, layers relu2_1",
    ]
    assert words["  image"] == f"sha256 {settings['styles'][1]['sha256']}"
    assert words["  mask"] == f"sha256 {settings['styles'][0]['mask_sha256']}"
    assert words["controls"] == "style_scale 2"
    assert words["seed"] == "7"
    assert words["options"] == (
        "defaults, but style_layers relu1_1, iterations 2, levels 1, content_layer relu1_2"
    )
    assert words["photograph"] == f"sha256 {settings['content_sha256']}"
    assert words["weights"] == f"sha256 {get_weights('vgg19').sha256}"
    assert words["picture"] == f"sha256 {result.record['result_sha256']}"
    assert f"torch {settings['torch']}" in words["computed by"]
    assert f"{settings['threads']} threads" in words["computed by"]


def test_fast_styles_name_their_network(networks: Path, folder: Path) -> None:
    result = stylize("photo.png", style="stripes:1,dots:3")
    words = dict(describe(read_record(result.save("r.png"))))
    sha256 = result.settings["styles"][0]["weights_sha256"]
    assert words["style"] == "stripes:0.25,dots:0.75"
    assert words["  network"] == f"tiny, sha256 {sha256}"
    assert (words["options"], "weights" in words) == ("defaults", False)
    assert "openvino" in words["computed by"]


def test_how_it_ended() -> None:
    assert dict(described(reason="cancelled"))["ended"].startswith("interrupted")
    assert "ended" not in dict(described(reason="finished"))


def test_the_studio() -> None:
    settings = {"impasto": "0.1", "studio": {"objects": [1, 2]}}
    found = describe(Record(settings=settings, file="r.png"))
    assert found == [("made by", "Impasto 0.1, in the studio"), ("objects", "2")]


def test_what_a_record_lacks_is_left_out() -> None:
    assert [label for label, _ in described()] == ["made by", "method"]
