import hashlib
import json

import numpy as np

from impasto.guidance.controls import Controls, StyleUse
from impasto.image.picture import Picture
from impasto.stylizers.guidance_settings import digest, guidance_settings
from impasto.stylizers.request import RenderRequest

PICTURE = Picture(pixels=np.arange(768, dtype=np.uint16).astype(np.uint8).reshape(16, 16, 3))


def test_a_plain_request_adds_no_list_of_styles() -> None:
    request = RenderRequest(content=PICTURE, style=PICTURE, style_name="candy")
    assert guidance_settings(request) == {"style": "candy", "controls": {}, "styles": []}


def test_every_control_and_digest_is_recorded() -> None:
    mask = np.eye(16, dtype=bool)
    uses = (
        StyleUse.of(PICTURE, name="one", mask=mask, weight=0.7, layers=("relu1_1",)),
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
            "mask_sha256": hashlib.sha256(levels.tobytes()).hexdigest(),
        },
        {
            "name": "two",
            "sha256": sha256,
            "weight": 1.0,
            "strength": 0.5,
            "scale": 2,
            "layers": None,
            "mask_sha256": None,
        },
    ]


def test_digests_do_not_depend_on_the_order_in_memory() -> None:
    assert digest(PICTURE.pixels) == digest(np.asfortranarray(PICTURE.pixels))
