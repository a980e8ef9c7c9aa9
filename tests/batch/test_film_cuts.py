from fractions import Fraction
from pathlib import Path
from types import ModuleType

import pytest

from impasto.batch.film_cuts import find_parts
from impasto.progress import Cancellation
from impasto.video.probing import probe_video

SCENE_S = Fraction(20, 25)


@pytest.fixture
def film(films: ModuleType, tmp_path: Path) -> Path:
    path: Path = films.write_film(tmp_path / "film.mp4")
    return path


def test_parts_begin_where_scenes_do(film: Path) -> None:
    parts = find_parts(probe_video(film), (48, 64), only_at_scenes=True, part_s=Fraction(1, 2))
    assert parts.cuts == (SCENE_S, 2 * SCENE_S)
    assert parts.first_frames == (0, 20, 40)
    assert [parts.frames_of(number) for number in range(3)] == [20, 20, 20]


def test_short_scenes_stay_together(film: Path) -> None:
    parts = find_parts(probe_video(film), (48, 64), only_at_scenes=True, part_s=Fraction(1))
    assert parts.cuts == (2 * SCENE_S,)
    assert (parts.first_frames, parts.frames) == ((0, 40), 60)


def test_long_scenes_are_cut_only_where_frames_are_not_held_still(film: Path) -> None:
    info = probe_video(film)
    parts = find_parts(info, (48, 64), only_at_scenes=False, part_s=Fraction(3, 10))
    assert Fraction(6, 10) in parts.cuts
    assert SCENE_S not in parts.cuts
    only = find_parts(info, (48, 64), only_at_scenes=True, part_s=Fraction(3, 10))
    assert only.cuts == (SCENE_S, 2 * SCENE_S)


def test_a_piece_of_a_film(film: Path) -> None:
    parts = find_parts(
        probe_video(film),
        (48, 64),
        start=Fraction(1),
        end=Fraction(2),
        only_at_scenes=True,
        part_s=Fraction(1, 2),
    )
    assert (parts.cuts, parts.frames) == ((2 * SCENE_S,), 25)


def test_a_cancellation_ends_the_look(film: Path) -> None:
    cancellation = Cancellation()
    cancellation.cancel()
    parts = find_parts(probe_video(film), (48, 64), only_at_scenes=True, cancellation=cancellation)
    assert parts.frames == 1
