from pathlib import Path

import numpy as np
import pytest

from impasto.errors import VideoFormatError, VideoNotFoundError
from impasto.flow.flow_files import write_flo
from impasto.image.codec import save_image
from impasto.image.picture import Picture
from impasto.progress import Cancellation, ProgressEvent
from impasto.video.film_metrics import measure_film
from impasto.video.frame_source import FrameSource, open_frames


def frames_in(folder: Path, frames: list[np.ndarray]) -> FrameSource:
    folder.mkdir()
    for index, frame in enumerate(frames):
        save_image(Picture(pixels=frame), folder / f"{index}.png")
    return open_frames(folder)


@pytest.fixture
def pan() -> list[np.ndarray]:
    coarse = np.random.default_rng(0).integers(0, 256, (8, 14, 3)).astype(np.uint8)
    large = np.asarray(np.kron(coarse, np.ones((6, 6, 1))), np.uint8)
    return [large[:, 2 * i : 2 * i + 64].copy() for i in range(4)]


def test_true_flow_of_files(tmp_path: Path, pan: list[np.ndarray]) -> None:
    flow = np.zeros((48, 64, 2), np.float32)
    flow[..., 0] = -2
    (tmp_path / "flow").mkdir()
    for index in range(3):
        write_flo(flow, tmp_path / "flow" / f"{index}.flo")
    film = frames_in(tmp_path / "film", pan)
    noise = np.random.default_rng(1).integers(-20, 21, (4, 48, 64, 3))
    painted = frames_in(tmp_path / "painted", list((128 + noise).astype(np.uint8)))
    events: list[ProgressEvent] = []
    found = measure_film(film, painted, flow=tmp_path / "flow", on_progress=events.append)
    expected = np.sqrt(2 * np.mean(noise**2)) / 255
    assert found.warping_error == pytest.approx(expected, rel=0.03)
    assert found.photo_warping_error == 0
    assert [(event.step, event.total) for event in events] == [(i, 4) for i in (1, 2, 3, 4)]


def test_stops_when_asked(tmp_path: Path, pan: list[np.ndarray]) -> None:
    stop = Cancellation()
    film = frames_in(tmp_path / "film", pan)
    found = measure_film(film, film, on_progress=lambda _: stop.cancel(), cancellation=stop)
    assert found.frames == 1
    assert found.warping_error is None


def test_films_must_match(tmp_path: Path, pan: list[np.ndarray]) -> None:
    film, short = frames_in(tmp_path / "film", pan), frames_in(tmp_path / "short", pan[:2])
    with pytest.raises(VideoFormatError, match="the film goes on after the 2 frames of the styl"):
        measure_film(film, short)
    with pytest.raises(VideoFormatError, match="stylised one goes on after the 2 frames of the fi"):
        measure_film(short, film)
    with pytest.raises(VideoNotFoundError, match="folder of flow files"):
        measure_film(film, film, flow=tmp_path / "none")
    (tmp_path / "flow").mkdir()
    write_flo(np.zeros((48, 64, 2), np.float32), tmp_path / "flow" / "0.flo")
    with pytest.raises(VideoFormatError, match="got 1 and a film with more"):
        measure_film(film, film, flow=tmp_path / "flow")
