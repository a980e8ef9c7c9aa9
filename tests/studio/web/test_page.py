"""The page in Chromium, by mouse, keyboard and touch alone, as a person uses it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page

Pixels = npt.NDArray[np.uint8]

NOISE = 80
"""Two JPEGs of one picture differ by less, also beside sharp edges; two styles by far more."""

MARGIN_PX = 24
OTTER = (0.52, 0.55)
STEPS = (
    ("otter", OTTER, "Red"),
    ("shore", (0.25, 0.85), "Gold"),
    ("water", (0.82, 0.25), "Blue"),
    ("swimmer", (0.14, 0.58), "Green"),
    ("toy", (0.2, 0.14), "Red"),
)
"""Spots of the studio's own photograph, and what each is painted in: four styles in all."""

SUIT, SHUTTLE = (0.33, 0.62), (0.73, 0.32)
"""Spots of the astronaut."""


def grown(mask: npt.NDArray[np.bool_], by: int) -> npt.NDArray[np.bool_]:
    from scipy.ndimage import binary_dilation

    return np.asarray(binary_dilation(mask, np.ones((3, 3)), by), bool)


def difference(a: Pixels, b: Pixels) -> npt.NDArray[np.int64]:
    return np.abs(a.astype(int) - b.astype(int)).max(axis=2)


@pytest.mark.slow
def test_five_regions_four_styles_and_the_background(somebody: Any, studio: Any) -> None:
    person = somebody
    person.open(studio.address)
    person.look("1-opened")
    photograph, _ = person.painting()
    assert photograph.shape == (675, 1200, 3)
    before = photograph
    for name, spot, title in STEPS:
        person.select(spot)
        person.look(f"2-{name}-selected")
        person.style(title)
        person.until(lambda t=title: t in person.objects().first.inner_text(), "its style")
        now, boxes = person.painting()
        changed = difference(before, now)
        mask = person.mask()
        assert np.median(changed[mask]) > 30
        assert changed[~grown(mask, MARGIN_PX)].max(initial=0) <= NOISE
        untouched = np.ones(mask.shape, bool)
        for left, top, right, bottom in boxes:
            untouched[top:bottom, left:right] = False
        assert not changed[untouched].any()
        before = now
    assert person.objects().count() == len(STEPS)
    person.look("3-five-objects")

    background = person.page.locator(".object[data-id=background] .object-main")
    background.click()
    person.style("Gold")
    person.until(lambda: "Gold" in background.inner_text(), "a background")
    painted, _ = person.painting()
    person.look("4-background")
    objects = np.any([person.mask(at) for at in range(len(STEPS))], axis=0)
    changed = difference(before, painted)
    assert np.median(changed[~grown(objects, 6)]) > 30
    assert np.median(changed[objects]) <= 2

    for _ in range(len(STEPS) + 1):
        person.page.keyboard.press("Control+z")
    person.until(lambda: person.objects().count() == 0, "no object after undo")
    restored, _ = person.painting()
    person.look("5-undone")
    assert difference(photograph, restored).max() <= NOISE
    for _ in range(len(STEPS) + 1):
        person.page.keyboard.press("Control+Shift+z")
    person.until(lambda: "Gold" in background.inner_text(), "all of it after redo")
    assert person.objects().count() == len(STEPS)
    assert difference(painted, person.painting()[0]).max() <= NOISE


def test_the_region_under_the_pointer_lights_up_without_a_round_trip(person: Any) -> None:
    person.page.context.set_offline(True)
    assert person.light() == 0
    person.point(SUIT)
    person.until(lambda: person.light() > 0, "a light")
    for _ in range(20):
        person.page.keyboard.press("[")
    # The least of all regions holds nothing smaller, and the largest holds all.
    small = person.light()
    for _ in range(4):
        person.page.mouse.wheel(0, -120)
    person.until(lambda: person.light() > small, "a larger light by the wheel")
    person.page.mouse.wheel(0, 120)
    for _ in range(20):
        person.page.keyboard.press("[")
    person.until(lambda: person.light() <= small, "a smaller light")
    person.page.mouse.move(5, 5)
    person.until(lambda: person.light() == 0, "no light outside")
    person.page.context.set_offline(False)


def test_shift_adds_alt_removes_enter_keeps(person: Any) -> None:
    person.select(SUIT)
    first = person.share()
    person.page.keyboard.down("Shift")
    person.click(SHUTTLE)
    person.page.keyboard.up("Shift")
    person.until(lambda: person.share() > first, "more is selected")
    both = person.share()
    person.page.keyboard.down("Alt")
    person.click(SHUTTLE)
    person.page.keyboard.up("Alt")
    person.until(lambda: person.share() < both, "less is selected")
    person.page.keyboard.press("Enter")
    person.until(lambda: person.objects().count() == 1, "an object")
    assert person.mask().any()


def test_keys_alone_are_enough(person: Any) -> None:
    keyboard = person.page.keyboard
    person.page.locator("#viewport").focus()
    for key in ("ArrowLeft", "ArrowDown", "Enter"):
        keyboard.press(key)
    person.wait_for(".object.is-pending")
    keyboard.press("2")
    person.until(lambda: person.objects().count() == 1, "an object")
    person.until(lambda: "Green" in person.objects().first.inner_text(), "the second style")
    keyboard.press("c")
    colors = person.page.get_by_role("switch", name="Keep the photograph")
    person.until(colors.is_checked, "colours")
    keyboard.press("h")
    person.until(lambda: "Hidden" in person.objects().first.inner_text(), "it hides")
    keyboard.press("Delete")
    person.until(lambda: person.objects().count() == 0, "it is gone")
    keyboard.press("?")
    person.wait_for("dialog[open] .keys")
    person.look("help")
    keyboard.press("Escape")
    person.until(lambda: person.page.locator("dialog").count() == 0, "the sheet closes")


def test_a_group_of_choices_is_one_stop_and_arrows_choose(person: Any) -> None:
    tools = person.page.get_by_role("radiogroup", name="Tools")
    assert tools.locator("[role=radio][tabindex='0']").count() == 1
    tools.get_by_role("radio", name="Select regions").focus()
    person.page.keyboard.press("ArrowDown")
    box = tools.get_by_role("radio", name="Draw a box")
    person.until(lambda: box.get_attribute("aria-checked") == "true", "the next tool")
    assert box.evaluate("(each) => each === document.activeElement")


def test_the_brush_corrects_the_mask(person: Any) -> None:
    person.paint(SUIT, "Green")
    before = person.mask()
    person.page.keyboard.press("b")
    person.drag((0.8, 0.9), (0.86, 0.9))
    person.until(lambda: int(person.mask().sum()) > int(before.sum()) + 100, "a larger mask")
    assert person.mask()[230, 210]
    person.page.keyboard.press("Control+z")
    person.until(lambda: np.array_equal(person.mask(), before), "one stroke, one undo")


def test_a_box_finds_something(person: Any) -> None:
    person.page.keyboard.press("r")
    person.drag((0.3, 0.05), (0.58, 0.42))
    person.wait_for(".object.is-pending")
    person.look("box")
    person.page.keyboard.press("Enter")
    person.until(lambda: person.objects().count() == 1, "an object")
    rows, columns = np.nonzero(person.mask())
    assert 0.2 < np.median(columns) / 256 < 0.7
    assert np.median(rows) / 256 < 0.5


def test_a_slider_drag_is_one_step_back(person: Any) -> None:
    person.paint(SUIT, "Green")
    slider = person.page.get_by_role("slider", name="Strength")
    frame = slider.bounding_box()
    assert frame is not None
    y = frame["y"] + frame["height"] / 2
    row = person.objects().first
    person.page.mouse.move(frame["x"] + frame["width"] * 0.66, y)
    person.page.mouse.down()
    for part in (0.6, 0.5, 0.4, 0.3):
        person.page.mouse.move(frame["x"] + frame["width"] * part, y)
        reached = slider.get_attribute("aria-valuetext")
        person.until(lambda text=reached: text in row.inner_text(), "a weaker style")
    person.page.mouse.up()
    person.page.keyboard.press("Control+z")
    person.until(lambda: "%" not in row.inner_text() and "Green" in row.inner_text(), "undone")


def test_the_page_comes_back_when_the_studio_does(person: Any, studio: Any) -> None:
    person.paint(SUIT, "Green")
    person.wait_for(".saved-note:text('Saved')")
    painted, _ = person.painting()
    studio.stop()
    person.wait_for(".toast.is-error")
    person.look("lost")
    studio.start()
    person.until(lambda: not person.page.locator(".toast.is-error").count(), "it is back")
    person.until(lambda: person.objects().count() == 1, "the object")

    def is_painted() -> bool:
        return bool(difference(painted, person.painting()[0]).max() <= NOISE)

    # The studio shows the photograph until the style is painted once more.
    person.until(is_painted, "the object in its style")
    person.style("Gold")
    person.until(lambda: "Gold" in person.objects().first.inner_text(), "it goes on")


def test_before_and_after_and_the_start_page(person: Any) -> None:
    person.paint(SUIT, "Green")
    keyboard = person.page.keyboard
    keyboard.press("y")
    person.wait_for("img.picture-before:not([hidden])")
    keyboard.press("y")
    keyboard.down("\\")
    person.wait_for(".badge-before:not([hidden])")
    keyboard.up("\\")
    person.wait_for(".saved-note:text('Saved')")
    person.page.get_by_role("button", name="Menu").click()
    person.page.get_by_role("menuitem", name="Start page").click()
    person.wait_for(".recent-item")
    person.look("recent")


def test_what_was_removed_can_be_had_back_until_the_next_step(person: Any) -> None:
    person.paint(SUIT, "Green")
    toast = person.page.locator(".toast", has_text="is removed")
    person.page.keyboard.press("Delete")
    toast.get_by_role("button", name="Undo").click()
    person.until(lambda: person.objects().count() == 1, "it is back")
    person.objects().locator(".object-main").click()
    person.page.keyboard.press("Delete")
    person.until(lambda: toast.count() == 1, "the offer")
    person.page.keyboard.press("Control+z")
    person.until(lambda: person.objects().count() == 1, "it is back")
    person.until(lambda: toast.count() == 0, "no offer to undo another step")


def test_a_style_of_ones_own_comes_and_goes(person: Any, photo: Path) -> None:
    page = person.page
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Your own").click()
    chooser.value.set_files(photo)
    page.get_by_role("dialog").get_by_label("Name").fill("Mine")
    page.get_by_role("button", name="Paint", exact=True).click()
    card = page.get_by_role("radio", name="Mine", exact=True)
    card.wait_for()
    person.until(lambda: not person.see("stylesToCome"), "the style")
    card.click()
    background = page.locator("[data-id=background]")
    person.until(lambda: "Mine" in background.inner_text(), "it is painted")
    refine = page.get_by_role("button", name="Refine by optimisation")
    refine.click()
    person.until(lambda: not refine.is_visible(), "it is refined")

    def remove() -> None:
        page.get_by_role("button", name="Remove Mine").click()
        page.get_by_role("dialog").get_by_role("button", name="Remove", exact=True).click()

    remove()
    page.get_by_role("alert").wait_for()
    assert card.count() == 1
    page.keyboard.press("Control+z")
    person.until(lambda: "Mine" not in background.inner_text(), "it is not painted")
    remove()
    person.until(lambda: card.count() == 0, "it is gone")


def test_styles_are_mixed_matched_and_used_everywhere(person: Any, photo: Path) -> None:
    page = person.page
    background = page.locator("[data-id=background]")

    person.paint(SUIT, "Green")
    background.locator(".object-main").click()
    person.style("Red")
    page.get_by_label("Blend with").select_option("Blue")
    person.until(lambda: "Red 50% + Blue 50%" in background.inner_text(), "a blend")
    person.look("1-blend")
    slider = page.get_by_label("Its share")
    slider.focus()
    for _ in range(2):
        page.keyboard.press("ArrowRight")
    person.until(lambda: "Red 30% + Blue 70%" in background.inner_text(), "its share")
    page.get_by_label("Match by meaning").check()
    person.until(lambda: "matched" in background.inner_text(), "it is matched")
    person.until(lambda: "painting" not in background.inner_text(), "it is painted")
    person.look("2-matched")
    page.get_by_role("button", name="Use on the whole photograph").click()
    figure = person.objects().first
    person.until(lambda: "matched" in figure.inner_text(), "it is everywhere")
    page.keyboard.press("Control+z")
    person.until(lambda: "Green" in figure.inner_text(), "one step back")
    assert page.get_by_role("radio", name="Red").get_attribute("aria-checked") == "true"


@pytest.mark.parametrize("page", [{"viewport": {"width": 360, "height": 740}}], indirect=True)
def test_nothing_is_wider_than_a_phone(page: Page, person: Any) -> None:
    for tab in ("Styles", "Objects", "Adjust"):
        page.get_by_role("tab", name=tab).click()
        person.look(f"phone-{tab}")
        assert person.see("beyond") == []
    page.locator("[data-tool=brush]").click()
    assert person.see("beyond") == []


def test_a_file_that_is_no_picture_is_refused_in_words(
    page: Page, studio: Any, tmp_path: Path
) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("no picture")
    page.goto(studio.address)
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Choose a photograph").click()
    chooser.value.set_files(path)
    refusal = page.get_by_role("alert")
    refusal.wait_for()
    assert "letter.txt cannot be opened" in refusal.inner_text()
    assert page.get_by_role("button", name="Choose a photograph").is_enabled()


def test_the_page_keeps_to_its_own_files(page: Page, studio: Any) -> None:
    """Nothing is loaded from elsewhere, nothing inline, and the policy is never violated."""
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.goto(studio.address)
    page.wait_for_selector(".drop")
    assert asked
    assert all(url.startswith((studio.address.split("?")[0], "blob:", "data:")) for url in asked)
    assert not [text for text in said if "Content Security Policy" in text]
