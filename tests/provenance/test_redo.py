from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from impasto.errors import InputsDifferError, RecordError
from impasto.guidance.controls import Controls, StyleUse
from impasto.image.codec import open_image, save_image
from impasto.image.picture import Picture
from impasto.provenance.record import Record, read_record
from impasto.provenance.redo import GivenInputs, plan_redo, redo, surrounding_differences
from impasto.render import RenderResult, stylize
from impasto.stylizers import fast
from impasto.stylizers.options import FastOptions, GatysOptions

QUICK = GatysOptions(
    iterations=3, levels=1, style_layers=("relu1_1",), content_layer="relu1_2", style_weight=5.0
)


def redone(path: Path, given: GivenInputs) -> RenderResult:
    record = read_record(path)
    plan = plan_redo(record, given)
    plan.check()
    return redo(plan, record)


@pytest.fixture(autouse=True)
def new_engines() -> None:
    """As in a process of its own: no size has been painted yet."""
    fast._opened.cache_clear()


def assert_same(result: RenderResult, again: RenderResult) -> None:
    np.testing.assert_array_equal(result.picture.pixels, again.picture.pixels)
    assert again.record == result.record


@pytest.fixture
def photo(folder: Path) -> GivenInputs:
    return GivenInputs(content=open_image(folder / "photo.png"))


@pytest.mark.parametrize(
    ("style", "options", "controls"),
    [
        ("stripes", FastOptions(), Controls()),
        ("stripes:1,dots:2", FastOptions(strength=0.7), Controls(keep_color="luminance")),
        ("stripes", FastOptions(engine="torch", precision="float32"), Controls(style_scale=1.5)),
        ("lone", FastOptions(strength=0), Controls()),
    ],
)
def test_feed_forward_results_come_again_bit_for_bit(
    networks: Path, photo: GivenInputs, style: str, options: FastOptions, controls: Controls
) -> None:
    assert photo.content is not None
    result = stylize(photo.content, style=style, options=options, controls=controls, size=40)
    again = redone(result.save("r.png"), photo)
    np.testing.assert_array_equal(result.picture.pixels, again.picture.pixels)
    assert again.record["result_sha256"] == result.record["result_sha256"]
    assert not surrounding_differences(result.record, again.record)


def test_optimised_results_come_again_bit_for_bit(folder: Path, photo: GivenInputs) -> None:
    options = replace(QUICK, init="noise", seed=5)
    result = stylize("photo.png", style="style.png", options=options, size=(31, 40))
    assert_same(result, redone(result.save("r.jpg"), photo))


def test_masks_and_several_styles(folder: Path, photo: GivenInputs) -> None:
    half = np.zeros((24, 32, 3), np.uint8)
    half[:, :16] = 255
    save_image(Picture(pixels=half), folder / "mask.png")
    levels = half[..., 0]
    uses = [
        StyleUse.of("style.png", mask=levels, mask_name="mask.png", weight=2.0),
        StyleUse.of("other.png", mask=255 - levels, mask_name="rest", strength=0.5),
    ]
    result = stylize("photo.png", styles=uses, options=QUICK)
    assert_same(result, redone(result.save("r.png"), photo))
    save_image(Picture(pixels=255 - half), folder / "mask.png")
    plan = plan_redo(read_record("r.png"), photo)
    assert [each.what for each in plan.differences] == [
        "the mask of the style 'style.png'",
        "the mask of the style 'other.png'",
    ]
    moved = replace(photo, masks=("outside:mask.png", "rest"))
    assert not plan_redo(read_record("r.png"), moved).differences


def test_drawn_masks_are_asked_for(networks: Path, photo: GivenInputs) -> None:
    assert photo.content is not None
    mask = np.eye(24, 32, dtype=bool)
    result = stylize(photo.content, styles=[StyleUse.of("stripes", mask=mask)], method="fast")
    path = result.save("r.png")
    with pytest.raises(RecordError, match="--mask"):
        plan_redo(read_record(path), photo)
    save_image(Picture(pixels=np.repeat(mask[..., None], 3, -1) * np.uint8(255)), "m.png")
    again = redone(path, replace(photo, masks=("m.png",)))
    np.testing.assert_array_equal(result.picture.pixels, again.picture.pixels)
    with pytest.raises(RecordError, match="each of the 1"):
        plan_redo(read_record(path), replace(photo, masks=("m.png", "rest")))


def test_the_image_it_started_from(folder: Path, photo: GivenInputs) -> None:
    result = stylize("photo.png", style="candy", options=replace(QUICK, init="other.png"))
    path = result.save("r.png")
    assert_same(result, redone(path, photo))
    (folder / "other.png").rename("moved.png")
    assert not plan_redo(read_record(path), replace(photo, start="moved.png")).differences
    changed = plan_redo(read_record(path), replace(photo, start="style.png"))
    assert [each.what for each in changed.differences] == ["the image to start from"]


def test_all_that_differs_is_named(folder: Path, photo: GivenInputs) -> None:
    result = stylize("photo.png", style="style.png", options=QUICK)
    record = read_record(result.save("r.png"))
    other = open_image("other.png")
    save_image(other, "style.png")
    damaged = Record(
        settings={**record.settings, "weights_sha256": "0" * 64, "reason": "cancelled"},
        file=record.file,
    )
    plan = plan_redo(damaged, GivenInputs(content=other))
    assert [each.what for each in plan.differences] == [
        "the photograph",
        "the style 'style.png'",
        "the weights of vgg19",
        "the work",
    ]
    with pytest.raises(InputsDifferError, match=r"the photograph.*the style.*weights.*--force"):
        plan.check()


def test_a_texture_needs_no_photograph(folder: Path, photo: GivenInputs) -> None:
    texture = stylize(
        Picture(pixels=np.full((24, 32, 3), 128, np.uint8)), style="style.png", options=QUICK
    )
    path = texture.save("r.png")
    assert_same(texture, redone(path, GivenInputs()))
    result = stylize("photo.png", style="style.png", options=QUICK)
    with pytest.raises(RecordError, match="was made of a photograph"):
        plan_redo(read_record(result.save("r.png")), GivenInputs())


def test_results_of_the_studio_are_not_redone() -> None:
    record = Record(settings={"impasto": "0.1", "studio": {}}, file="r.png")
    with pytest.raises(RecordError, match="studio"):
        plan_redo(record, GivenInputs())


def test_a_picture_painted_among_many_of_its_size(networks: Path, photo: GivenInputs) -> None:
    assert photo.content is not None
    options = FastOptions(engine="openvino")
    results = [stylize(photo.content, style="stripes", options=options) for _ in range(4)]
    for number, result in enumerate(results):
        path = result.save(f"{number}.png")
        fast._opened.cache_clear()
        np.testing.assert_array_equal(result.picture.pixels, redone(path, photo).picture.pixels)
