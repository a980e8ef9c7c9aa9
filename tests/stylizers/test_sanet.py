from pathlib import Path

import numpy as np
import pytest

from impasto.errors import OptionError
from impasto.guidance.controls import Controls, StyleUse
from impasto.image.picture import Picture
from impasto.progress import Cancellation
from impasto.stylizers import sanet
from impasto.stylizers.feature_engines import StyleMemory
from impasto.stylizers.options import SanetOptions
from impasto.stylizers.request import Painting, RenderRequest
from impasto.stylizers.sanet import paint


@pytest.fixture(autouse=True)
def _networks(any_style: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sanet, "STYLE_MEMORY", StyleMemory())


def picture(height: int, width: int, seed: int) -> Picture:
    random = np.random.default_rng(seed)
    coarse = random.integers(0, 256, (height // 4 + 1, width // 4 + 1, 3), np.uint8)
    return Picture(pixels=coarse.repeat(4, 0).repeat(4, 1)[:height, :width])


PHOTO, STYLE, OTHER = picture(48, 64, 0), picture(32, 32, 1), picture(32, 32, 2)


def run(detail: float = 0.0, **others: object) -> Painting:
    return paint(
        RenderRequest(**{"content": PHOTO, "method": "sanet", **others}),  # type: ignore[arg-type]
        SanetOptions(precision="float32", engine="openvino", detail=detail),
        device=None,
        on_progress=None,
        cancellation=Cancellation(),
        image_every=0,
    )


def difference(first: Painting, second: Painting) -> int:
    pair = [each.picture.pixels.astype(int) for each in (first, second)]
    return int(np.abs(pair[0] - pair[1]).max())


def test_paints_at_the_photographs_size() -> None:
    painting = run(style=STYLE)
    assert painting.picture.size == (48, 64)
    assert painting.settings["engine"] == "openvino"


def test_strips_make_no_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = run(style=STYLE)
    monkeypatch.setattr(sanet, "ROWS_AT_ONCE", 0)
    assert difference(run(style=STYLE), whole) <= 1


def test_one_style_twice_is_one_style() -> None:
    uses = (StyleUse(style=STYLE, weight=1), StyleUse(style=STYLE, weight=2))
    assert difference(run(style=None, styles=uses), run(style=STYLE)) <= 1


def test_a_full_mask_is_no_mask() -> None:
    mask = np.ones((48, 64), bool)
    masked = run(style=None, styles=(StyleUse.of(STYLE, mask=mask),))
    assert difference(masked, run(style=STYLE)) <= 1


def test_outside_the_mask_nothing_changes() -> None:
    mask = np.zeros((48, 64), bool)
    mask[:, :32] = True
    painting = run(style=None, styles=(StyleUse.of(STYLE, mask=mask),))
    assert np.array_equal(painting.picture.pixels[:, 32:], PHOTO.pixels[:, 32:])


def test_transparent_parts_of_a_style_are_not_attended_to() -> None:
    pixels = np.concatenate([STYLE.pixels, OTHER.pixels], axis=1)
    alpha = np.zeros((32, 64), np.uint8)
    alpha[:, :32] = 255
    hidden = Picture(pixels=pixels, alpha=alpha)
    changed = pixels.copy()
    changed[:, 32:] = 255 - changed[:, 32:]
    same = Picture(pixels=changed, alpha=alpha)
    assert difference(run(style=hidden), run(style=same)) <= 2


def test_strength() -> None:
    assert run(style=STYLE, controls=Controls(strength=0)).picture is PHOTO
    half = run(style=STYLE, controls=Controls(strength=0.6))
    assert half.picture.size == (48, 64)


def test_at_no_strength_all_detail_is_the_photographs() -> None:
    use = StyleUse(style=STYLE, strength=0.001)
    assert (
        difference(
            run(1.0, style=None, styles=(use,)), run(style=STYLE, controls=Controls(strength=0))
        )
        <= 2
    )
    assert difference(run(1.0, style=STYLE), run(style=STYLE)) > 2


def test_large_styles_are_thinned_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sanet, "MOST_POSITIONS", 10)
    assert run(style=STYLE).picture.size == (48, 64)


def test_flat_pictures() -> None:
    flat = Picture(pixels=np.full((16, 16, 3), 200, np.uint8))
    assert run(style=flat).picture.size == (48, 64)
    assert run(style=STYLE, content=flat).picture.size == (16, 16)


def test_no_initial_image() -> None:
    with pytest.raises(OptionError, match="initial_image"):
        run(style=STYLE, initial_image=PHOTO)
