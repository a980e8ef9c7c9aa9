import hashlib
import json
from dataclasses import replace
from pathlib import Path

import numpy as np

from impasto.guidance.controls import Controls, StyleUse
from impasto.image.picture import Picture
from impasto.stylizers.fast_style import parse_fast_style
from impasto.stylizers.guidance_settings import digest, guidance_settings, picture_digest
from impasto.stylizers.request import RenderRequest

PICTURE = Picture(pixels=np.arange(768, dtype=np.uint16).astype(np.uint8).reshape(16, 16, 3))


def test_a_plain_request_names_its_style() -> None:
    request = RenderRequest(content=PICTURE, style=PICTURE, style_name="candy")
    found = guidance_settings(request)
    assert (found["style"], found["controls"]) == ("candy", {})
    assert [each["sha256"] for each in found["styles"]] == [picture_digest(PICTURE)]


def test_a_fast_style_is_recorded_by_its_network(networks: Path) -> None:
    style = parse_fast_style("stripes:1,dots:2")
    entry = guidance_settings(RenderRequest(content=PICTURE, style=style))["styles"][0]
    assert entry["style_weights"] == {"stripes": 1 / 3, "dots": 2 / 3}
    assert entry["network"] == "tiny"
    assert entry["weights_sha256"] == style.network.card["sha256"]["weights.safetensors"]
    assert entry["sha256"] is None


def test_transparency_is_part_of_a_picture() -> None:
    alpha = np.full((16, 16), 9, np.uint8)
    expected = hashlib.sha256(PICTURE.pixels.tobytes() + alpha.tobytes()).hexdigest()
    assert picture_digest(replace(PICTURE, alpha=alpha)) == expected
    assert picture_digest(PICTURE) == digest(PICTURE.pixels)


def test_every_control_and_digest_is_recorded() -> None:
    mask = np.eye(16, dtype=bool)
    uses = (
        StyleUse.of(
            PICTURE, name="one", mask=mask, mask_name="eye.png", weight=0.7, layers=("relu1_1",)
        ),
        StyleUse(style=PICTURE, name="two", strength=0.5, scale=2),
    )
    controls = Controls(keep_color="luminance", exact_outside=True)
    found = guidance_settings(RenderRequest(content=PICTURE, styles=uses, controls=controls))
    assert found == json.loads(json.dumps(found))
    assert found["style"] == "one, two"
    assert found["controls"] == {"keep_color": "luminance", "exact_outside": True}
    sha256 = hashlib.sha256(PICTURE.pixels.tobytes()).hexdigest()
    levels = np.where(mask, 65_535, 0).astype(np.uint16)
    assert found["styles"] == [
        {
            "name": "one",
            "sha256": sha256,
            "weight": 0.7,
            "strength": 1.0,
            "scale": 1.0,
            "layers": ["relu1_1"],
            "mask": "eye.png",
            "mask_sha256": hashlib.sha256(levels.tobytes()).hexdigest(),
        },
        {
            "name": "two",
            "sha256": sha256,
            "weight": 1.0,
            "strength": 0.5,
            "scale": 2,
            "layers": None,
            "mask": "",
            "mask_sha256": None,
        },
    ]


def test_digests_do_not_depend_on_the_order_in_memory() -> None:
    assert digest(PICTURE.pixels) == digest(np.asfortranarray(PICTURE.pixels))
