"""A scripted person: five regions, four styles and the background, by mouse and keyboard alone."""

from __future__ import annotations

import base64
import io
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image
from skimage import data as photographs

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

Pixels = npt.NDArray[np.uint8]

# JPEG may move a few pixels near an edge this much; between two styles there is far more.
JPEG_NOISE = 80
MARGIN_PX = 24
LEAST_PERCENT = 0.7
MOST_PERCENT = 12
"""Of the viewport: a region worth painting, and one that leaves something for the others."""
SPOTS = {
    "face": (0.44, 0.23),
    "suit": (0.33, 0.62),
    "flag": (0.12, 0.42),
    "shuttle": (0.73, 0.32),
    "arm": (0.62, 0.80),
}
STYLE_OF = {
    "face": "Swapped", "suit": "Inverted", "flag": "Posterised", "shuttle": "Warm",
    "arm": "Inverted",
}  # fmt: skip


class Person:
    """Somebody with a mouse, a keyboard and eyes."""

    def __init__(self, page: Page, folder: Path) -> None:
        self.page = page
        self.folder = folder

    def open(self, address: str, photo: Path) -> None:
        self.page.goto(address)
        with self.page.expect_file_chooser() as chooser:
            self.page.get_by_role("button", name="Choose a photograph").click()
        chooser.value.set_files(photo)
        self.wait_for(".options:not([hidden])")
        self.page.evaluate(
            "addEventListener('beforeunload', () => {});"
            "globalThis.patches = [];"
            "document.addEventListener('impasto:painted', ({detail}) => patches.push(detail.box));"
        )

    def wait_for(self, selector: str) -> None:
        self.page.wait_for_selector(selector)

    def until(self, seen: Callable[[], bool], what: str) -> None:
        deadline = time.monotonic() + 90
        while not seen():
            assert time.monotonic() < deadline, what
            self.page.wait_for_timeout(50)

    def place(self, spot: tuple[float, float]) -> tuple[float, float]:
        frame = self.page.locator("canvas.picture").bounding_box()
        assert frame is not None
        return frame["x"] + spot[0] * frame["width"], frame["y"] + spot[1] * frame["height"]

    def point(self, spot: tuple[float, float]) -> None:
        x, y = self.place(spot)
        self.page.mouse.move(x - 3, y)
        self.page.mouse.move(x, y)

    def click(self, spot: tuple[float, float]) -> None:
        self.point(spot)
        self.page.mouse.click(*self.place(spot))

    def select(self, spot: tuple[float, float]) -> None:
        """Click, then walk to larger regions until a piece worth painting is selected."""
        self.click(spot)
        self.page.wait_for_timeout(60)
        if not self.page.locator(".object.is-pending").count():
            # An object lies there: a region in it instead.
            self.page.keyboard.press("[")
            self.page.mouse.click(*self.place(spot))
        self.wait_for(".object.is-pending")
        for turn in range(60):
            if self.share() >= LEAST_PERCENT:
                break
            if turn % 2:
                self.page.keyboard.press("]")
            else:
                self.page.mouse.wheel(0, -120)
            self.page.wait_for_timeout(20)
        if self.share() > MOST_PERCENT:
            self.page.keyboard.press("[")
            self.page.wait_for_timeout(50)

    def share(self) -> float:
        """Percent of the viewport's overlay that the selection covers, as it is seen."""
        covered = self.page.evaluate(
            """() => {
              const overlay = document.querySelector("#overlay");
              const {width, height} = overlay;
              const {data} = overlay.getContext("2d").getImageData(0, 0, width, height);
              let count = 0;
              for (let at = 3; at < data.length; at += 4) count += data[at] > 0;
              return 100 * count / (width * height);
            }"""
        )
        return float(covered)

    def style(self, title: str) -> None:
        self.page.get_by_role("radio", name=title).click()

    def objects(self) -> Locator:
        return self.page.locator(".object[data-id]:not([data-id=background])")

    def painting(self) -> Pixels:
        url = self.page.evaluate("document.querySelector('canvas.picture').toDataURL('image/png')")
        picture = Image.open(io.BytesIO(base64.b64decode(url.split(",")[1])))
        return np.asarray(picture.convert("RGB"))

    def settled(self) -> Pixels:
        """The painting once nothing changes any more."""
        before = self.painting()
        for _ in range(100):
            self.page.wait_for_timeout(250)
            now = self.painting()
            if np.array_equal(before, now) and not self.page.get_by_text("painting…").count():
                return now
            before = now
        raise AssertionError("the painting did not come to rest")

    def patches(self) -> list[list[int]]:
        """Boxes of the patches drawn since this was asked last."""
        boxes: list[list[int]] = self.page.evaluate("patches.splice(0)")
        return boxes

    def mask(self, at: int = 0) -> npt.NDArray[np.bool_]:
        """Where an object of the list is, as the studio says."""
        identity = self.objects().nth(at).get_attribute("data-id")
        answer = self.page.evaluate(
            """async (identity) => {
              const id = new URLSearchParams(location.search).get("document");
              const base = `/api/documents/${id}`;
              const {state, width, height} = await (await fetch(base)).json();
              const {box} = state.objects.find((each) => each.id === identity);
              const file = await fetch(`${base}/objects/${identity}/mask.png?scale=1`);
              const bytes = new Uint8Array(await file.arrayBuffer());
              return {box, width, height, bytes: [...bytes]};
            }""",
            identity,
        )
        alpha = np.asarray(Image.open(io.BytesIO(bytes(answer["bytes"]))))[..., 3]
        left, top, right, bottom = answer["box"]
        mask = np.zeros((answer["height"], answer["width"]), bool)
        mask[top:bottom, left:right] = alpha > 0
        return mask

    def look(self, name: str) -> None:
        self.page.screenshot(path=self.folder / f"{name}.png")


@pytest.fixture(scope="module")
def photo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The astronaut of scikit-image, 512 × 512."""
    path = tmp_path_factory.mktemp("photo") / "astronaut.png"
    Image.fromarray(photographs.astronaut()).save(path)
    return path


@pytest.fixture
def person(page: Page, studio: Any, photo: Path, tmp_path: Path) -> Iterator[Person]:
    somebody = Person(page, tmp_path)
    somebody.open(studio.address, photo)
    yield somebody
    somebody.look("at-the-end")


def grown(mask: npt.NDArray[np.bool_], by: int) -> npt.NDArray[np.bool_]:
    from scipy.ndimage import binary_dilation

    return np.asarray(binary_dilation(mask, np.ones((3, 3)), by), bool)


def difference(a: Pixels, b: Pixels) -> npt.NDArray[np.int64]:
    return np.abs(a.astype(int) - b.astype(int)).max(axis=2)


@pytest.mark.slow
def test_five_regions_four_styles_and_the_background(person: Person) -> None:
    person.look("1-opened")
    photograph = person.settled()
    assert photograph.shape == (512, 512, 3)
    before = photograph
    for count, (name, spot) in enumerate(SPOTS.items(), start=1):
        if count > 1:
            # Objects that are there would be chosen; a new one is made beside them.
            person.page.keyboard.press("Escape")
        person.select(spot)
        person.look(f"2-{name}-selected")
        person.patches()
        person.style(STYLE_OF[name])
        person.until(lambda n=count: person.objects().count() == n, "an object more")  # type: ignore[misc]
        now = person.settled()
        changed = difference(before, now)
        mask = person.mask()
        assert np.median(changed[mask]) > 10
        assert changed[~grown(mask, MARGIN_PX)].max(initial=0) <= JPEG_NOISE
        untouched = np.ones(mask.shape, bool)
        for left, top, right, bottom in person.patches():
            untouched[top:bottom, left:right] = False
        assert not changed[untouched].any()
        before = now
    person.look("3-five-objects")

    person.page.locator(".object[data-id=background] .object-main").click()
    person.style("Warm")
    person.until(
        lambda: "Warm" in person.page.locator("[data-id=background]").inner_text(), "a background"
    )
    painted = person.settled()
    person.look("4-background")
    others = np.any([person.mask(at) for at in range(5)], axis=0)
    changed = difference(before, painted)
    assert np.median(changed[~grown(others, 6)]) > 10
    assert np.median(changed[others]) <= 2

    for _ in range(6):
        person.page.keyboard.press("Control+z")
        person.page.wait_for_timeout(50)
    person.until(lambda: person.objects().count() == 0, "no object after undo")
    restored = person.settled()
    person.look("5-undone")
    assert difference(photograph, restored).max() <= JPEG_NOISE
    for _ in range(6):
        person.page.keyboard.press("Control+Shift+z")
        person.page.wait_for_timeout(50)
    person.until(lambda: person.objects().count() == 5, "five objects after redo")
    assert difference(painted, person.settled()).max() <= JPEG_NOISE


def test_the_region_under_the_pointer_lights_up_without_a_round_trip(person: Person) -> None:
    person.page.context.set_offline(True)
    assert person.share() == 0
    person.point(SPOTS["suit"])
    person.until(lambda: person.share() > 0, "a light")
    small = person.share()
    for _ in range(4):
        person.page.mouse.wheel(0, -120)
    person.until(lambda: person.share() > small, "a larger light")
    for _ in range(20):
        person.page.keyboard.press("[")
    person.until(lambda: person.share() <= small, "a smaller light")
    person.page.mouse.move(5, 5)
    person.until(lambda: person.share() == 0, "no light outside")
    person.page.context.set_offline(False)


def test_shift_adds_alt_removes_enter_keeps(person: Person) -> None:
    person.select(SPOTS["suit"])
    first = person.share()
    person.page.keyboard.down("Shift")
    person.click(SPOTS["shuttle"])
    person.page.keyboard.up("Shift")
    person.page.mouse.move(5, 5)
    person.until(lambda: person.share() > first, "more is selected")
    person.page.keyboard.down("Alt")
    person.click(SPOTS["shuttle"])
    person.page.keyboard.up("Alt")
    person.page.keyboard.press("Enter")
    person.until(lambda: person.objects().count() == 1, "an object")
    assert person.mask().any()


def test_keys_alone_are_enough(person: Person) -> None:
    keyboard = person.page.keyboard
    person.page.locator("#viewport").focus()
    for key in ("ArrowLeft", "ArrowDown", "Enter", "]", "]"):
        keyboard.press(key)
    person.wait_for(".object.is-pending")
    keyboard.press("2")
    person.until(lambda: person.objects().count() == 1, "an object")
    assert "Inverted" in person.objects().first.inner_text()
    keyboard.press("c")
    person.until(
        lambda: person.page.get_by_role("switch", name="Keep the photograph").is_checked(),
        "colours",
    )
    keyboard.press("h")
    person.until(lambda: "Hidden" in person.objects().first.inner_text(), "it hides")
    keyboard.press("Delete")
    person.until(lambda: person.objects().count() == 0, "it is gone")
    keyboard.press("?")
    person.wait_for("dialog[open] .keys")
    person.look("help")
    keyboard.press("Escape")
    person.until(lambda: person.page.locator("dialog").count() == 0, "the sheet closes")


def test_the_brush_corrects_the_mask(person: Person) -> None:
    person.select(SPOTS["suit"])
    person.style("Inverted")
    person.until(lambda: person.objects().count() == 1, "an object")
    before = person.mask()
    person.page.keyboard.press("b")
    x, y = person.place((0.8, 0.9))
    person.page.mouse.move(x, y)
    person.page.mouse.down()
    person.page.mouse.move(x + 40, y, steps=8)
    person.page.mouse.up()
    person.until(lambda: int(person.mask().sum()) > int(before.sum()) + 500, "a larger mask")
    after = person.mask()
    assert after[460, 420]
    person.page.keyboard.press("Control+z")
    person.until(lambda: np.array_equal(person.mask(), before), "one stroke, one undo")


def test_a_box_finds_something(person: Person) -> None:
    person.page.keyboard.press("r")
    x, y = person.place((0.3, 0.05))
    person.page.mouse.move(x, y)
    person.page.mouse.down()
    person.page.mouse.move(*person.place((0.58, 0.42)), steps=5)
    person.page.mouse.up()
    person.wait_for(".object.is-pending")
    person.look("box")
    person.page.keyboard.press("Enter")
    person.until(lambda: person.objects().count() == 1, "an object")
    rows, columns = np.nonzero(person.mask())
    assert 0.2 < np.median(columns) / 512 < 0.7
    assert np.median(rows) / 512 < 0.5


def test_a_slider_drag_is_one_step_back(person: Person) -> None:
    person.select(SPOTS["suit"])
    person.style("Inverted")
    person.until(lambda: person.objects().count() == 1, "an object")
    slider = person.page.get_by_role("slider", name="Strength")
    frame = slider.bounding_box()
    assert frame is not None
    y = frame["y"] + frame["height"] / 2
    person.page.mouse.move(frame["x"] + frame["width"] * 0.66, y)
    person.page.mouse.down()
    for part in (0.6, 0.5, 0.4, 0.3):
        person.page.mouse.move(frame["x"] + frame["width"] * part, y)
        person.page.wait_for_timeout(60)
    person.page.mouse.up()
    row = person.objects().first
    person.until(lambda: "%" in row.inner_text(), "a weaker style")
    person.page.wait_for_timeout(300)
    person.page.keyboard.press("Control+z")
    person.until(lambda: "%" not in row.inner_text() and "Inverted" in row.inner_text(), "undone")


def test_the_page_comes_back_when_the_studio_does(person: Person, studio: Any) -> None:
    person.select(SPOTS["suit"])
    person.style("Inverted")
    person.until(lambda: person.objects().count() == 1, "an object")
    person.wait_for(".saved-note:text('Saved')")
    painted = person.settled()
    studio.stop()
    person.wait_for(".toast.is-error")
    person.look("lost")
    studio.start()
    person.until(lambda: not person.page.locator(".toast.is-error").count(), "it is back")
    person.until(lambda: person.objects().count() == 1, "nothing is lost")
    assert difference(painted, person.settled()).max() <= JPEG_NOISE
    person.style("Warm")
    person.until(lambda: "Warm" in person.objects().first.inner_text(), "it goes on")


def test_before_and_after_and_the_start_page(person: Person) -> None:
    person.select(SPOTS["suit"])
    person.style("Inverted")
    person.until(lambda: person.objects().count() == 1, "an object")
    person.page.keyboard.press("y")
    person.wait_for("img.picture-before:not([hidden])")
    person.page.keyboard.press("y")
    person.page.keyboard.down("\\")
    person.wait_for(".badge-before:not([hidden])")
    person.page.keyboard.up("\\")
    person.wait_for(".saved-note:text('Saved')")
    person.page.get_by_role("button", name="Menu").click()
    person.page.get_by_role("menuitem", name="Start page").click()
    person.wait_for(".recent-item")
    person.look("recent")


@pytest.mark.parametrize("page", [{"viewport": {"width": 360, "height": 740}}], indirect=True)
def test_nothing_is_wider_than_a_phone(page: Page, person: Person) -> None:
    for tab in ("Styles", "Objects", "Adjust"):
        page.get_by_role("tab", name=tab).click()
        person.look(f"phone-{tab}")
        wide = page.evaluate(
            """() => [...document.querySelectorAll("#bar *, .float, .float *, .sheet-tabs *, .look *, .object *")]
              .filter((each) => each.checkVisibility())
              .filter((each) => each.getBoundingClientRect().right > innerWidth + 1
                || each.getBoundingClientRect().left < -1)
              .map((each) => each.className?.baseVal ?? each.className)"""
        )
        assert wide == []


def test_a_file_that_is_no_picture_is_refused_in_words(
    page: Page, studio: Any, tmp_path: Path
) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("no picture")
    page.goto(studio.address)
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Choose a photograph").click()
    chooser.value.set_files(path)
    page.wait_for_selector(".toast.is-error")
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
