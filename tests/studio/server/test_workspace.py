from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from impasto.errors import CapacityError, ImpastoError, NotReadyError, UnknownNameError
from impasto.image.picture import Picture
from impasto.progress import Cancellation
from impasto.studio.autosave import create_session
from impasto.studio.box import Box, Pixels
from impasto.studio.compositor import Compositor
from impasto.studio.document import Document
from impasto.studio.history import History
from impasto.studio.photograph import read_photograph
from impasto.studio.server import schemas
from impasto.studio.server.message_fields import PromptsBody
from impasto.studio.server.segmenting import segment
from impasto.studio.server.settings import Limits
from impasto.studio.server.workspace import Topic, Workspace

Make = Callable[..., Workspace]


class FlatStyles:
    def __init__(self, size: tuple[int, int]) -> None:
        self.images = {"red": np.full((*size, 3), (200, 30, 20), np.uint8)}
        self.wanted: list[str] = []

    def get(self, style: str) -> Pixels | None:
        return self.images.get(style)

    def want(self, styles: Iterable[str]) -> None:
        self.wanted += styles


class Watcher:
    def __init__(self) -> None:
        self.boxes: list[Box] = []
        self.topics: list[Topic] = []

    def painted(self, boxes: Iterable[Box]) -> None:
        self.boxes += boxes

    def changed(self, topic: Topic) -> None:
        self.topics.append(topic)


@pytest.fixture
def make(tmp_path: Path, stand_ins: ModuleType) -> Iterator[Make]:
    with ThreadPoolExecutor(1) as executor:

        def begin(**limits: Any) -> Workspace:
            photograph = read_photograph(stand_ins.make_photo())
            history = History(states=(Document(photograph=photograph.reference),))
            autosave = create_session(tmp_path / "s", photograph, history)
            styles = FlatStyles(photograph.size)
            workspace = Workspace("id", autosave, executor, styles, Limits(**limits))
            picture = Picture(pixels=photograph.pixels)
            tools = stand_ins.open_grid("grid")
            workspace.segmented = segment(tools, picture, lambda _: None, Cancellation())
            workspace.styles_for_test = styles  # type: ignore[attr-defined]
            return workspace

        yield begin


def _say(workspace: Workspace, **message: Any) -> Any:
    return workspace.edit(schemas._MESSAGE.validate_python(message), "client")


def test_the_picture_is_that_of_the_document(make: Make) -> None:
    workspace, watcher = make(), Watcher()
    workspace.subscribe(watcher)
    _say(workspace, do="add_object", mask={"nodes": [3]}, style="red", feather_px=1)
    _say(workspace, do="add_object", mask={"nodes": [9]}, style="later")
    oracle = Compositor(workspace.photograph.pixels, workspace.styles_for_test)  # type: ignore[attr-defined]
    oracle.show(workspace.document)
    oracle.repaint_all()
    assert (workspace.frame() == oracle.frame).all()
    changed = (workspace.frame() != workspace.photograph.pixels).any(axis=2)
    for box in watcher.boxes:
        changed[box.slices] = False
    assert not changed.any()
    assert watcher.topics.count(Topic.STATE) == 2
    assert "later" in workspace.styles_for_test.wanted  # type: ignore[attr-defined]


def test_a_style_that_comes_later_is_painted_then(make: Make) -> None:
    workspace, watcher = make(), Watcher()
    _say(workspace, do="add_object", mask={"nodes": [3]}, style="blue", feather_px=0)
    assert (workspace.frame() == workspace.photograph.pixels).all()
    workspace.subscribe(watcher)
    blue = np.full((*workspace.size, 3), (0, 0, 255), np.uint8)
    workspace.styles_for_test.images["blue"] = blue  # type: ignore[attr-defined]
    workspace.repaint("blue")
    assert watcher.boxes
    assert (workspace.frame()[2:10, 40:46] == (0, 0, 255)).all()


def test_what_fails_changes_nothing(make: Make) -> None:
    workspace = make()
    before = workspace.state
    with pytest.raises(ImpastoError):
        _say(workspace, do="set_strength", region="background", strength=7)
    assert workspace.state == before


def test_what_changes_nothing_is_no_step(make: Make) -> None:
    workspace = make()
    outcome = _say(workspace, do="set_strength", region="background", strength=1, gesture=1)
    assert outcome.revision == 0
    _say(workspace, do="set_strength", region="background", strength=0.5, gesture=1)
    assert workspace.state[0].can_undo
    _say(workspace, do="undo")
    assert workspace.document.background.look.strength == 1


def test_undo_ends_a_gesture(make: Make) -> None:
    workspace = make()
    _say(workspace, do="set_strength", region="background", strength=0.5, gesture=1)
    _say(workspace, do="undo")
    _say(workspace, do="set_strength", region="background", strength=0.3, gesture=1)
    _say(workspace, do="undo")
    assert workspace.document.background.look.strength == 1


def test_candidates_are_kept_for_a_while(make: Make) -> None:
    workspace = make(candidates=3)
    body = PromptsBody.model_validate({"points": [{"x": 1, "y": 1}]})
    first = workspace.propose(body)
    assert workspace.candidate(first[0].id).mask.box.size == (12, 12)
    workspace.propose(body)
    with pytest.raises(UnknownNameError, match="point at it again"):
        workspace.candidate(first[0].id)


def test_regions_are_asked_for_too_early(tmp_path: Path, stand_ins: ModuleType) -> None:
    photograph = read_photograph(stand_ins.make_photo())
    history = History(states=(Document(photograph=photograph.reference),))
    autosave = create_session(tmp_path / "s", photograph, history)
    with ThreadPoolExecutor(1) as executor:
        styles = FlatStyles(photograph.size)
        workspace = Workspace("id", autosave, executor, styles, Limits())
        with pytest.raises(NotReadyError):
            _say(workspace, do="add_object", mask={"nodes": [0]})
        workspace.saver.close()


def test_the_topmost_object_that_shows_is_picked(make: Make) -> None:
    workspace = make()
    low = _say(workspace, do="add_object", mask={"nodes": [0, 1]}).region
    top = _say(workspace, do="add_object", mask={"nodes": [0]}).region
    assert workspace.pick(1, 1) == top
    assert workspace.pick(14, 1) == low
    assert workspace.pick(-100, 1e6) == "background"
    _say(workspace, do="set_visible", region=top, visible=False)
    assert workspace.pick(1, 1) == low


def test_only_so_many_look_at_a_time(make: Make) -> None:
    workspace = make(connections=1)
    watcher = Watcher()
    workspace.subscribe(watcher)
    with pytest.raises(CapacityError):
        workspace.subscribe(Watcher())
    workspace.unsubscribe(watcher)
    assert not workspace.is_watched
