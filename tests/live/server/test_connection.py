from __future__ import annotations

import time
from typing import Any

import numpy as np
import pytest

from impasto.errors import CameraError
from impasto.live.server.connection import CLOSE_ENDED, CLOSE_MALFORMED, CLOSE_TOO_MANY
from impasto.live.server.house import BROWSERS

LEVELS = {"stripes": 200, "dots": 40}


def level(frame: dict[str, Any]) -> int:
    return int(frame["pixels"][8, 8, 0])


def test_frames_come_as_fast_as_they_are_drawn(server: Any, page: Any) -> None:
    with server.open("camera") as socket:
        seen = page(socket)
        seen.until(lambda: len(seen.frames) >= 5)
        assert {abs(level(each) - 200) <= 2 for each in seen.frames} == {True}
        assert [each["number"] for each in seen.frames] == [1, 2, 3, 4, 5]
        assert seen.frames[0]["size"] == (48, 64)
        assert seen.events["state"]["look"]["style"] == "stripes"
        assert [each["name"] for each in seen.events["styles"]["styles"]] == [
            "lone",
            "stripes",
            "dots",
        ]
        meters = seen.until(lambda: seen.events.get("meters"))
        assert meters["delay_ms"] < 5000
        assert meters["size"] == [48, 64]


def test_a_page_that_draws_nothing_gets_two_frames_and_no_more(server: Any, page: Any) -> None:
    with server.open("camera") as socket:
        seen = page(socket)
        seen.until(lambda: len(seen.frames) == 2, draws=False)
        begun = server.house.camera.session.meters.painted
        until_s = time.monotonic() + 1.2
        while time.monotonic() < until_s:
            seen.receive(draws=False)
        assert len(seen.frames) == 2
        assert server.house.camera.session.meters.painted - begun <= 2
        seen.say(do="drawn", frame=2)
        seen.until(lambda: len(seen.frames) >= 4, draws=False)


def test_looks_are_changed_and_told_to_all(server: Any, page: Any) -> None:
    with server.open("camera") as one, server.open("camera") as other:
        first, second = page(one), page(other)
        second.until(lambda: second.events.get("state"))
        first.say(do="look", style="dots", blend=None, share=0.5, strength=1.0, where="everything")
        first.until(lambda: first.frames and level(first.frames[-1]) <= 42)
        second.until(lambda: second.events["state"]["look"]["style"] == "dots")


def test_what_cannot_be_done_is_said_and_the_picture_goes_on(server: Any, page: Any) -> None:
    with server.open("camera") as socket:
        seen = page(socket)
        seen.say(do="look", style="spots")
        error = seen.until(lambda: seen.events.get("error"))
        assert "no fast style 'spots'" in error["message"]
        count = len(seen.frames)
        seen.until(lambda: len(seen.frames) > count + 2)


def test_thumbnails_and_snapshots_come_as_pictures(server: Any, page: Any) -> None:
    with server.open("camera") as socket:
        seen = page(socket)
        seen.until(lambda: len(seen.pictures) >= 3)
        names = ["lone", "stripes", "dots"]
        found = {
            names[each["number"] - 1] if each["number"] else None: level(each)
            for each in seen.pictures
        }
        assert found == pytest.approx({None: 100, "stripes": 200, "dots": 40}, abs=2)
        seen.say(do="snapshot")
        (snapshot,) = seen.until(lambda: [each for each in seen.pictures if each["kind"] == 3])
        assert snapshot["pixels"].shape == (48, 64, 3)
        assert (snapshot["pixels"] == 200).all()


def test_recordings_can_be_fetched(server: Any, page: Any) -> None:
    with server.open("camera") as socket:
        seen = page(socket)
        seen.until(lambda: seen.frames)
        seen.say(do="record", on=True)
        seen.until(lambda: (seen.events.get("meters") or {}).get("recorded_s"))
        seen.say(do="record", on=False)
        recorded = seen.until(lambda: seen.events.get("recorded"))
        assert recorded["frames"] > 3
        film = server.client.get(recorded["url"])
        assert film.status_code == 200
        assert film.content[4:8] == b"ftyp"


def test_a_camera_that_is_unplugged_ends_the_picture_with_words(server: Any, page: Any) -> None:
    with server.open("camera") as socket:
        seen = page(socket)
        seen.until(lambda: seen.frames)
        server.house.camera.source_ended(CameraError("Camera 0 was unplugged."))
        server.house.camera.session.mailbox.close()
        code, reason = seen.until(lambda: seen.closed)
        assert code == CLOSE_ENDED
        assert reason == "Camera 0 was unplugged."
    with server.open("camera") as socket:
        again = page(socket)
        again.until(lambda: again.closed)
        assert again.closed[0] == 4404


def test_a_browsers_camera_is_painted_and_let_go(server: Any, page: Any, stand_ins: Any) -> None:
    pixels = np.full((40, 64, 3), 100, np.uint8)
    with server.open("browser") as socket:
        seen = page(socket)
        seen.send_frame(pixels, stamp=123.5)
        seen.until(lambda: len(seen.frames) == 1, draws=False)
        assert seen.frames[0]["stamp"] == 123.5
        assert seen.frames[0]["size"] == (40, 64)
        assert abs(level(seen.frames[0]) - 200) <= 2
        seen.say(do="drawn", frame=1, delay_ms=77.0)
        seen.until(lambda: (seen.events.get("meters") or {}).get("delay_ms") == 77)
        assert len(server.house._browsers) == 1
    stand_ins.wait_until(lambda: not server.house._browsers)


def test_each_browser_has_a_look_of_its_own(server: Any, page: Any) -> None:
    pixels = np.full((40, 64, 3), 100, np.uint8)
    with server.open("browser") as one, server.open("browser") as other:
        first, second = page(one), page(other)
        first.say(do="look", style="dots")
        first.until(lambda: first.events.get("state", {}).get("look", {}).get("style") == "dots")
        second.send_frame(pixels)
        second.until(lambda: second.frames)
        assert abs(level(second.frames[0]) - 200) <= 2
        assert second.events["state"]["look"]["style"] == "stripes"


def test_there_are_so_many_browsers_and_no_more(server: Any, page: Any) -> None:
    opened = [server.open("browser") for _ in range(BROWSERS)]
    for each in opened:
        page(each.__enter__()).receive()
    with server.open("browser") as socket:
        seen = page(socket)
        assert seen.until(lambda: seen.closed)[0] == CLOSE_TOO_MANY
    for each in opened:
        each.__exit__(None, None, None)


@pytest.mark.parametrize("bad", ["no json", '{"do": "dance"}', b"no frame"])
def test_what_no_page_of_ours_sends_ends_the_line(server: Any, page: Any, bad: Any) -> None:
    with server.open("browser") as socket:
        seen = page(socket)
        if isinstance(bad, str):
            socket.send_text(bad)
        else:
            socket.send_bytes(bad)
        assert seen.until(lambda: seen.closed)[0] == CLOSE_MALFORMED


def test_frames_are_not_taken_where_the_studio_has_the_camera(server: Any, page: Any) -> None:
    with server.open("camera") as socket:
        seen = page(socket)
        seen.send_frame(np.zeros((48, 64, 3), np.uint8))
        assert seen.until(lambda: seen.closed)[0] == CLOSE_MALFORMED
