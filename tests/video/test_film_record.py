import json
from pathlib import Path
from typing import Any

import pytest

from impasto.errors import RecordError
from impasto.video.film_record import film_record, read_film_record, with_record
from impasto.video.joining import join_segments

from .conftest import write_clip
from .test_joining import styled

RECORD: dict[str, Any] = {
    "impasto": "0.1.0",
    "method": "fast",
    "film": "täst.mp4",
    "size": [48, 64],
}


@pytest.mark.parametrize("ending", ["mp4", "mov", "mkv"])
def test_a_film_says_how_it_was_painted(tmp_path: Path, ending: str) -> None:
    clip = write_clip(tmp_path / "clip.mp4", frames=30)
    job, segments = styled(clip, tmp_path / "parts", "h264")
    output = tmp_path / f"out.{ending}"
    join_segments(job, segments, output, record=RECORD)
    assert read_film_record(output).settings == RECORD
    with pytest.raises(RecordError, match="does not say how"):
        read_film_record(clip)


def test_the_films_own_comment_stays_and_an_older_record_goes() -> None:
    once = with_record({"Comment": "By the sea.\nIn May.", "title": "Sea"}, RECORD)
    again = with_record(once, {**RECORD, "method": "adain"})
    *own, last = again["Comment"].splitlines()
    assert own == ["By the sea.", "In May."]
    assert json.loads(last.removeprefix("impasto "))["method"] == "adain"
    assert again["title"] == "Sea"
    assert with_record(again, None)["Comment"] == "By the sea.\nIn May."
    assert with_record({}, None) == {}


def test_a_record_names_files_and_no_places() -> None:
    settings = {
        "method": "fast",
        "film": ["/home/me/sea.mp4", 10, 1],
        "masks": ["/home/me/mask.mp4 7", "ab12"],
        "segments": [[0, None]],
    }
    expected = {"method": "fast", "film": "sea.mp4", "masks": ["mask.mp4 7", "ab12"]}
    assert film_record(settings) == expected
