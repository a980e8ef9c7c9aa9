from __future__ import annotations

from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from impasto.errors import OptionError
from impasto.image.codec import open_image
from impasto.progress import Cancellation, ProgressEvent
from impasto.studio.box import Pixels
from impasto.studio.document import Background, Document, Look, PhotoObject
from impasto.studio.mask import make_mask
from impasto.studio.photograph import Photograph, photograph_from_pixels, read_photograph
from impasto.studio.server.export import Export, enlarge_document, export_picture

RED = np.array([200, 30, 20], np.uint8)


def _style_image(style: str, photograph: Photograph) -> Pixels | None:
    return np.broadcast_to(RED, photograph.pixels.shape).copy() if style == "red" else None


def _export(tmp_path: Path, stand_ins: ModuleType, **changes: Any) -> Export:
    photograph = read_photograph(stand_ins.make_photo(40, 60), name="p.png")
    values = np.zeros((40, 60), bool)
    values[10:20, 10:30] = True
    each = PhotoObject(
        id="1", name="Sky", mask=make_mask(values), look=Look(style="red"), feather_px=0.0
    )
    document = Document(photograph=photograph.reference, objects=(each,))
    fields = {
        "document": document, "photograph": photograph, "original": None, "output": "png",
        "quality": 95, "scratch": tmp_path, "memory_bytes": 10**6, **changes,
    }  # fmt: skip
    return Export(**fields)


def test_the_picture_is_written_with_its_settings(tmp_path: Path, stand_ins: ModuleType) -> None:
    export, path = _export(tmp_path, stand_ins), tmp_path / "out.png"
    heard: list[ProgressEvent] = []
    assert export_picture(export, path, _style_image, heard.append, Cancellation())
    picture = open_image(path)
    expected = np.array(export.photograph.pixels)
    expected[10:20, 10:30] = RED
    assert (picture.pixels == expected).all()
    assert '"style": "red"' in picture.metadata.text["impasto"]
    assert [event.step for event in heard] == [0, 1]


def test_the_original_is_painted_at_its_own_size(tmp_path: Path, stand_ins: ModuleType) -> None:
    original = stand_ins.make_photo(120, 180, seed=5)
    export, path = _export(tmp_path, stand_ins, original=original), tmp_path / "out.png"
    assert export_picture(export, path, _style_image, lambda _: None, Cancellation())
    pixels = open_image(path).pixels
    assert pixels.shape == (120, 180, 3)
    assert (pixels[34:56, 34:86] == RED).all()
    assert (pixels[70:] == read_photograph(original).pixels[70:]).all()


def test_what_is_cancelled_is_not_written(tmp_path: Path, stand_ins: ModuleType) -> None:
    cancellation = Cancellation()
    cancellation.cancel()
    path = tmp_path / "out.png"
    export = _export(tmp_path, stand_ins)
    assert not export_picture(export, path, _style_image, lambda _: None, cancellation)
    assert not path.exists()


def test_styles_that_are_missing_leave_the_photograph(
    tmp_path: Path, stand_ins: ModuleType
) -> None:
    export = _export(tmp_path, stand_ins)
    document = Document(
        photograph=export.photograph.reference, background=Background(look=Look(style="none"))
    )
    export = _export(tmp_path, stand_ins, document=document, photograph=export.photograph)
    path = tmp_path / "out.png"
    assert export_picture(export, path, _style_image, lambda _: None, Cancellation())
    assert (open_image(path).pixels == export.photograph.pixels).all()


def test_feathers_and_gaps_grow_too(tmp_path: Path, stand_ins: ModuleType) -> None:
    document = _export(tmp_path, stand_ins).document
    large = photograph_from_pixels(np.zeros((120, 180, 3), np.uint8))
    assert enlarge_document(document, large).size == (120, 180)
    small = photograph_from_pixels(np.zeros((20, 30, 3), np.uint8))
    with pytest.raises(OptionError, match="larger"):
        enlarge_document(document, small)
