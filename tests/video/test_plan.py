import os
from dataclasses import replace
from pathlib import Path

import numpy as np

from impasto.guidance.controls import StyleUse
from impasto.image.picture import Picture
from impasto.video.optimized_films import OptimizedFilmPainter
from impasto.video.painters import FrameStyle
from impasto.video.plan import VideoRequest, first_frame, plan_video

from .test_pipeline import HALF_S, ask


def test_a_longest_side_gets_an_even_one(networks: Path, clip: Path, tmp_path: Path) -> None:
    assert plan_video(ask(clip, size=50), tmp_path / "a.mp4").job.size == (38, 50)
    assert plan_video(ask(clip, size=(41, 51)), tmp_path / "a.mp4").job.size == (41, 51)
    assert first_frame(ask(clip, size=50)).shape == (38, 50, 3)


def test_settings_tell_films_apart(networks: Path, clip: Path, tmp_path: Path) -> None:
    output = tmp_path / "out.mp4"
    usual = plan_video(ask(clip), output).settings()
    assert usual == plan_video(ask(clip), output).settings()
    for others in ({"stability": "flow"}, {"size": 32}, {"end": HALF_S}):
        assert plan_video(ask(clip, **others), output).settings() != usual
    os.utime(clip, ns=(1, 1))
    assert plan_video(ask(clip), output).settings() != usual
    request = ask(clip)
    request = replace(request, style=replace(request.style, uses=request.style.uses * 2))
    assert plan_video(request, output).settings() != usual


def test_an_optimised_film_goes_on_from_frame_to_frame(clip: Path, tmp_path: Path) -> None:
    use = StyleUse(style=Picture(pixels=np.zeros((32, 32, 3), np.uint8)))
    style = FrameStyle(uses=(use,), method="gatys")
    request = VideoRequest(path=clip, style=style, stability="flow")
    assert isinstance(plan_video(request, tmp_path / "a.mp4").painter(), OptimizedFilmPainter)
    still = plan_video(replace(request, stability="off"), tmp_path / "a.mp4").painter()
    assert not isinstance(still, OptimizedFilmPainter)
