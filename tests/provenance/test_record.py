import json
from pathlib import Path
from typing import Any

import pytest

from impasto.errors import ImageFormatError, ImageNotFoundError, RecordError
from impasto.guidance.controls import Controls
from impasto.image.codec import open_image, save_image
from impasto.provenance.record import Record, read_record
from impasto.stylizers.options import GatysOptions

SETTINGS = {"impasto": "0.1", "method": "gatys", "size": [24, 32]}


def written(folder: Path, text: str, name: str = "result.png") -> Path:
    photo = open_image(folder / "photo.png")
    return save_image(photo, folder / name, image_text={"impasto": text})


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".webp", ".tif"])
def test_every_format_carries_a_record(folder: Path, suffix: str) -> None:
    record = read_record(written(folder, json.dumps(SETTINGS), f"result{suffix}"))
    assert (record.version, record.method.name, record.size) == ("0.1", "gatys", (24, 32))
    assert not record.is_of_studio


def test_a_picture_without_a_record_says_so(folder: Path) -> None:
    with pytest.raises(RecordError, match=r"photo\.png: expected a result that Impasto wrote"):
        read_record(folder / "photo.png")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "damaged"),
        ("[1]", "damaged: it is no object"),
        ("{}", "has no 'impasto'"),
        ('{"impasto": "9.0", "method": "oil"}', "expected one of gatys"),
    ],
)
def test_damaged_records(folder: Path, text: str, message: str) -> None:
    with pytest.raises(RecordError, match=message):
        read_record(written(folder, text))


def test_what_is_no_picture(folder: Path) -> None:
    (folder / "film.mp4").write_bytes(b"\0\0\0\x18ftypisom" + bytes(100))
    with pytest.raises(ImageFormatError, match=r"film\.mp4"):
        read_record(folder / "film.mp4")
    with pytest.raises(ImageNotFoundError):
        read_record(folder / "none.png")


def record(**settings: Any) -> Record:
    return Record(settings={**SETTINGS, **settings}, file="result.png")


def test_options_and_controls_become_objects_again() -> None:
    found = record(options={"iterations": 5, "style_layers": ["relu1_1"]}, controls={})
    assert found.options == GatysOptions(iterations=5, style_layers=("relu1_1",))
    assert found.controls == Controls()
    assert record(controls={"strength": 0.5}).controls == Controls(strength=0.5)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"options": {"magic": 1}}, "option 'magic'"),
        ({"options": {"iterations": -1}}, "does not suit"),
        ({"controls": {"magic": 1}}, "control 'magic'"),
        ({"styles": []}, "names no style"),
        ({"size": "large"}, "no 'size'"),
    ],
)
def test_what_this_version_does_not_know_is_refused(settings: dict[str, Any], message: str) -> None:
    asked = next(iter(settings))
    with pytest.raises(RecordError, match=message):
        getattr(record(**settings), asked)
