import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from impasto.cli.guidance_flags import controls_from_flags, plan_guidance
from impasto.guidance.controls import Controls
from impasto.image.codec import open_image
from impasto.stylizers.catalog import get_method

Run = Callable[..., Any]


@pytest.fixture
def left(folder: Path) -> np.ndarray:
    mask = np.zeros((24, 32), np.uint8)
    mask[:, :12] = 255
    Image.fromarray(mask).save(folder / "left.png")
    return mask > 0


def test_flags_not_given_are_defaults() -> None:
    assert controls_from_flags({"strength": None, "semantic": False}) == Controls()
    assert controls_from_flags({"strength": 0.0}) == Controls(strength=0)


def test_a_single_style_as_it_is_stays_plain(folder: Path) -> None:
    plan = plan_guidance(
        get_method("gatys"), ["style.png"], blend=None, masks=(), controls=Controls()
    )
    assert plan.is_plain
    assert plan.label == "style"
    request = plan.request(open_image("a.png"), method="gatys", options=None, size=(24, 32))  # type: ignore[arg-type]
    assert (request.is_plain, request.style_name) == (True, "style.png")


def test_labels_name_a_few_styles(folder: Path) -> None:
    plan = plan_guidance(
        get_method("gatys"), ["style.png"] * 5, blend=None, masks=(), controls=Controls()
    )
    assert plan.label == "style-style-style-2-more"


BAD: dict[str, tuple[list[str], int, str]] = {
    "blend": (["-s", "dots", "--blend", "1"], 2, "expected 2 numbers"),
    "no numbers": (["-s", "dots", "--blend", "1,x"], 2, "numbers such as 0.7,0.3"),
    "masks": (["--mask", "left.png", "--mask", "rest"], 2, "one mask for all styles"),
    "no mask": (["--mask", "missing.png"], 1, "missing.png"),
    "shape": (["--mask", "tall.png"], 1, "shape of the photograph"),
    "texture": (["-m", "fast", "--texture"], 2, "use gatys or texture"),
    "exact": (["--exact-outside"], 2, "expected a mask with it"),
    "colour": (["--keep-color", "hue"], 2, "luminance, histogram, statistics"),
    "scale": (["--style-scale", "3"], 2, "0.5 to 2 times"),
    "matches": (["--matches", "m.png"], 2, "expected --semantic"),
}


@pytest.mark.parametrize(("flags", "code", "message"), BAD.values(), ids=BAD)
def test_bad_input(
    flags: list[str],
    code: int,
    message: str,
    run: Run,
    networks: Path,
    left: np.ndarray,
    folder: Path,
) -> None:
    Image.new("L", (24, 32)).save(folder / "tall.png")
    outcome = run("stylize", "a.png", "-s", "stripes", *flags)
    assert outcome.code == code
    assert message in outcome.err
    assert outcome.err.count("\n") == 1


def test_fast_with_masks_blend_and_colours(
    run: Run, networks: Path, left: np.ndarray, folder: Path
) -> None:
    flags = "-s dots --blend 3,1 --mask left.png --keep-color luminance --strength 0.9 -o r.png"
    outcome = run("stylize", "a.png", "-s", "stripes", *flags.split(), "--json")
    assert (outcome.code, outcome.err) == (0, "")
    settings = json.loads(outcome.out)["settings"]
    assert settings["style"] == "stripes, dots"
    assert settings["controls"] == {"keep_color": "luminance"}
    assert settings["options"]["strength"] == 0.9
    assert settings["style_weights"] == {"stripes": 0.75, "dots": 0.25}
    assert [style["weight"] for style in settings["styles"]] == [3, 1]
    assert len({style["mask_sha256"] for style in settings["styles"]}) == 1
    made, photo = (open_image(folder / name).pixels for name in ("r.png", "a.png"))
    np.testing.assert_array_equal(made[~left], photo[~left])
    assert (made[left] != photo[left]).any()


def test_optimised_with_masks_and_the_outside_exact(
    stylize: Run, left: np.ndarray, folder: Path
) -> None:
    flags = "-s b.png --mask left.png --mask outside:left.png --keep-color statistics"
    assert stylize("a.png", *flags.split(), "--style-scale", "0.8", "-o", "two.png").code == 0
    outcome = stylize("a.png", "--mask", "left.png", "--exact-outside", "-o", "one.png", "--json")
    assert json.loads(outcome.out)["settings"]["controls"] == {"exact_outside": True}
    made, photo = (open_image(folder / name).pixels for name in ("one.png", "a.png"))
    np.testing.assert_array_equal(made[~left], photo[~left])
    assert (made[left] != photo[left]).any()


def test_strength_0_is_the_photograph_for_every_method(stylize: Run, folder: Path) -> None:
    photo = open_image(folder / "a.png").pixels
    for method in ("gatys", "lapstyle"):
        assert stylize("a.png", "-m", method, "--strength", "0", "-o", "r.png").code == 0
        np.testing.assert_array_equal(open_image(folder / "r.png").pixels, photo)


def test_what_is_done_is_left_out_with_masks_too(
    run: Run, networks: Path, left: np.ndarray
) -> None:
    def repeat(*flags: str) -> set[str]:
        arguments = ("a.png", "b.png", "-s", "stripes", "-o", "out/", "--json", *flags)
        return {report["reason"] for report in json.loads(run("stylize", *arguments).out)}

    painted, skipped = {"finished"}, {"skipped"}
    assert repeat() == painted
    assert repeat("--mask", "left.png") == painted
    assert repeat("--mask", "left.png") == skipped
    assert repeat("--mask", "outside:left.png") == painted
    assert repeat("--keep-color", "luminance") == painted
    assert repeat("--mask", "gradient:up") == painted
    assert repeat("--mask", "gradient:up") == painted
    assert repeat() == painted
    assert repeat() == skipped
