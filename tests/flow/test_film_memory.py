from collections.abc import Callable

import numpy as np
import pytest

from impasto.errors import OptionError
from impasto.flow.film_memory import LONG_TERM, FilmMemory

Maker = Callable[..., np.ndarray]


def pan(texture: Maker, frames: int, step: int = 3) -> list[np.ndarray]:
    large = texture(96, 128 + step * frames)
    return [large[:, step * i : step * i + 128].copy() for i in range(frames)]


def test_moves_the_last_result_along(texture: Maker) -> None:
    first, second = pan(texture, 2)
    memory = FilmMemory()
    assert memory.recall(first) is None
    memory.keep(first, 255 - first)
    found = memory.recall(second)
    assert found is not None
    known = found.known > 0
    assert known[10:-10, 10:-10].mean() > 0.9
    assert not known[:, -2:].any(), "what the pan brings in is not known"
    difference = np.abs(found.moved.astype(int) - (255 - second.astype(int)))
    assert difference[known].mean() < 4


def test_what_nobody_knows_begins_painted(texture: Maker) -> None:
    first, second = pan(texture, 2)
    memory = FilmMemory()
    memory.recall(first)
    memory.keep(first, np.full_like(first, 200))
    found = memory.recall(second)
    assert found is not None
    assert found.known.min() == 0
    assert (found.moved == 200).all()


def test_long_term_knows_what_was_hidden_for_a_moment(texture: Maker) -> None:
    photo = texture()
    hidden = photo.copy()
    hidden[30:70, 40:90] = 255 - hidden[30:70, 40:90]
    shares = {}
    for offsets in ((1,), LONG_TERM):
        memory = FilmMemory(offsets=offsets)
        for frame in (photo, hidden):
            memory.recall(frame)
            memory.keep(frame, np.full_like(photo, 200 if frame is photo else 50))
        found = memory.recall(photo)
        assert found is not None
        area = found.moved[36:64, 48:82]
        shares[offsets] = (found.known[36:64, 48:82] * (area[..., 0] == 200)).mean()
    assert shares[LONG_TERM] > shares[1,] + 0.3


def test_a_cut_and_a_reset_forget(texture: Maker) -> None:
    photo = texture()
    memory = FilmMemory()
    memory.recall(photo)
    memory.keep(photo, photo)
    assert memory.recall(255 - texture(seed=9) // 4) is None
    memory.keep(photo, photo)
    memory.reset()
    assert memory.recall(photo) is None


def test_state_goes_on_as_if_never_stopped(texture: Maker) -> None:
    frames = pan(texture, 6)
    whole = FilmMemory(offsets=LONG_TERM)
    for frame in frames[:5]:
        whole.recall(frame)
        whole.keep(frame, 255 - frame)
    other = FilmMemory(offsets=LONG_TERM)
    other.restore(whole.state())
    expected, found = whole.recall(frames[5]), other.recall(frames[5])
    assert expected is not None
    assert found is not None
    np.testing.assert_array_equal(found.moved, expected.moved)
    np.testing.assert_array_equal(found.known, expected.known)
    assert len(whole.kept) == 4
    fresh = FilmMemory()
    fresh.restore(FilmMemory().state())
    assert fresh.recall(frames[0]) is None


@pytest.mark.parametrize("offsets", [(), (2, 1), (0, 1), (1, 1)])
def test_bad_offsets(offsets: tuple[int, ...]) -> None:
    with pytest.raises(OptionError, match="rising numbers"):
        FilmMemory(offsets=offsets)
