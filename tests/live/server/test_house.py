from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from impasto.errors import CapacityError, UnknownNameError
from impasto.live.server.house import BROWSERS, House, default_choices
from impasto.studio.server.tools import StyleEntry
from impasto.styles.catalog import get_style, style_path


def test_there_are_so_many_browsers_and_no_more(house: House) -> None:
    shows = [house.open_browser_show() for _ in range(BROWSERS)]
    with pytest.raises(CapacityError, match="close another page"):
        house.open_browser_show()
    house.close_show(shows[0])
    assert shows[0].session.is_over
    house.open_browser_show()
    house.close()
    assert all(show.session.is_over for show in shows)


def test_recordings_are_fetched_by_a_name_that_none_can_guess(house: House, tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    path.write_bytes(b"film")
    ticket = house.keep(path)
    assert len(ticket) > 20
    assert house.recording(ticket) == path
    with pytest.raises(UnknownNameError):
        house.recording("film.mp4")
    path.unlink()
    with pytest.raises(UnknownNameError):
        house.recording(ticket)


def test_styles_are_described(house: House) -> None:
    described = {each["name"]: each for each in house.describe_styles()}
    assert described["stripes"] == {
        "name": "stripes",
        "title": "Stripes",
        "network": "tiny",
        "image": False,
    }
    with pytest.raises(UnknownNameError):
        house.style_image("stripes")


def test_pictures_of_styles_are_small(house: House) -> None:
    entry = StyleEntry(title="Candy", image=style_path(get_style("candy")))
    shipped = House(replace(house.choices, styles={"candy": entry}))
    image = Image.open(io.BytesIO(shipped.style_image("candy")))
    assert max(image.size) == 192
    assert shipped.style_image("candy") is shipped.style_image("candy")


def test_the_studio_begins_with_a_style_there_is(networks: Path) -> None:
    assert default_choices().look.style in ("stripes", "dots", "lone")
