from __future__ import annotations

from types import ModuleType

import numpy as np
import pytest

from impasto.errors import OptionError
from impasto.image.picture import Picture
from impasto.progress import Cancellation
from impasto.segmentation.prompts import Box, Point
from impasto.studio.server import segmenting
from impasto.studio.server.message_fields import PromptsBody
from impasto.studio.server.segmenting import read_prompts, segment

SIZE = (40, 60)


def _read(**body: object) -> object:
    return read_prompts(PromptsBody.model_validate(body), SIZE, SIZE)


def test_points_are_counted_from_the_middle_of_the_first_pixel() -> None:
    prompts = _read(points=[{"x": 10.5, "y": 3.5}, {"x": 0, "y": 39.9, "add": False}])
    assert prompts.points == (Point(10, 3), Point(0, 39, add=False))


def test_what_lies_outside_is_brought_in() -> None:
    prompts = _read(points=[{"x": -5, "y": 1e6}], box=[-10, 5, 200, 20])
    assert prompts.points == (Point(0, 39),)
    assert (prompts.box.left, prompts.box.right) == (0, 60)


def test_scribbles_inside_and_around() -> None:
    prompts = _read(
        scribbles=[
            {"points": [[5.5, 5.5], [9.5, 5.5]]},
            {"points": [[0.5, 0.5], [1.5, 0.5], [30.5, 0.5]], "add": False},
        ]
    )
    assert prompts.scribble == ((5, 5), (9, 5))
    assert prompts.points == (Point(0, 0, add=False), Point(30, 0, add=False))


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"points": [{"x": 1, "y": 1, "add": False}]},
        {"box": [5, 5, 5, 9]},
        {"box": [70, 0, 80, 9]},
    ],
)
def test_prompts_that_say_nothing(body: dict[str, object]) -> None:
    with pytest.raises(OptionError):
        _read(**body)


def test_a_photograph_is_looked_at_once(stand_ins: ModuleType) -> None:
    picture = Picture(pixels=np.zeros((*SIZE, 3), np.uint8))
    heard: list[str] = []
    found = segment(
        stand_ins.open_grid("grid"), picture, lambda e: heard.append(e.stage), Cancellation()
    )
    assert heard == ["blocks"]
    assert found.regions.leaves == 24
    mask, quality = found.predict(PromptsBody.model_validate({"points": [{"x": 1, "y": 1}]}))[0]
    assert (mask.full()[:10, :10] == 255).all()
    assert quality == pytest.approx(0.9)


def test_large_photographs_are_seen_smaller(
    stand_ins: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(segmenting, "SEEN_PIXELS", SIZE[0] * SIZE[1])
    size = (120, 180)
    picture = Picture(pixels=np.zeros((*size, 3), np.uint8))
    found = segment(stand_ins.open_grid("grid"), picture, lambda _: None, Cancellation())
    assert (found.size, found.seen) == (size, SIZE)
    assert found.regions.labels.shape == SIZE
    pointed = PromptsBody.model_validate({"points": [{"x": 179, "y": 119}]})
    corner = found.predict(pointed)[0][0]
    assert corner.size == size
    assert (corner.full()[92:, 152:] == 255).all()
    assert not corner.full()[:88].any()
    drawn = read_prompts(PromptsBody.model_validate({"box": [30, 30, 90, 60]}), size, SIZE)
    assert drawn.box == Box(10, 10, 30, 20)
