import threading
from pathlib import Path

import numpy as np
import pytest

from impasto.errors import OutputError
from impasto.studio.box import Pixels
from impasto.studio.image_store import ImageStore

BYTES = 40 * 50 * 3


def picture(value: int) -> Pixels:
    return np.full((40, 50, 3), value, np.uint8)


def test_memory_stays_within_its_budget_and_nothing_is_lost(tmp_path: Path) -> None:
    store = ImageStore(3 * BYTES, tmp_path)
    for value in range(10):
        store.put(f"{value}", picture(value))
        assert store.held_bytes <= 3 * BYTES
    for value in range(10):
        found = store.get(f"{value}")
        assert found is not None
        assert type(found) is np.ndarray
        assert (found == value).all()
    store.close()
    assert not list(tmp_path.iterdir())


def test_the_longest_unused_goes_to_disk(tmp_path: Path) -> None:
    store = ImageStore(2 * BYTES, tmp_path)
    first = picture(0)
    store.put("0", first)
    store.put("1", picture(1))
    store.get("0")
    store.put("2", picture(2))
    kept, moved = store.get("0"), store.get("1")
    assert kept is not None
    assert np.shares_memory(kept, first)
    assert isinstance(moved.base, np.memmap)  # type: ignore[union-attr]
    store.close()


def test_pictures_are_removed_wherever_they_are(tmp_path: Path) -> None:
    store = ImageStore(BYTES, tmp_path)
    store.put("on disk", picture(0))
    store.put("in memory", picture(1))
    for name in ("on disk", "in memory", "never there"):
        store.remove(name)
        assert store.get(name) is None
    assert store.held_bytes == 0
    store.close()


def test_a_budget_for_nothing(tmp_path: Path) -> None:
    store = ImageStore(0, tmp_path)
    store.put("0", picture(7))
    assert store.held_bytes == 0
    assert (store.get("0") == 7).all()  # type: ignore[union-attr]
    store.close()


def test_a_new_picture_takes_the_place_of_the_old(tmp_path: Path) -> None:
    store = ImageStore(BYTES, tmp_path)
    for value in (1, 2):
        store.put("a", picture(value))
        store.put("b", picture(value))
    assert (store.get("a") == 2).all()  # type: ignore[union-attr]
    assert store.get("c") is None
    store.close()


def test_pictures_cannot_be_changed(tmp_path: Path) -> None:
    store = ImageStore(BYTES, tmp_path)
    store.put("a", picture(1))
    store.put("b", picture(1))
    for name in "ab":
        with pytest.raises(ValueError, match="read-only"):
            store.get(name)[0] = 0  # type: ignore[index]
    store.close()


def test_a_picture_in_use_outlives_the_store(tmp_path: Path) -> None:
    store = ImageStore(0, tmp_path)
    store.put("a", picture(9))
    used = store.get("a")
    store.close()
    store.put("b", picture(1))
    assert store.get("b") is None
    assert (used == 9).all()  # type: ignore[union-attr]


def test_a_full_disk_is_said(tmp_path: Path) -> None:
    store = ImageStore(0, tmp_path / "missing")
    with pytest.raises(OutputError, match="expected room for 6,000 bytes"):
        store.put("a", picture(1))
    assert store.get("a") is None
    store.close()


def test_many_threads(tmp_path: Path) -> None:
    store = ImageStore(2 * BYTES, tmp_path)
    wrong: list[int] = []

    def work(number: int) -> None:
        for _ in range(20):
            store.put(f"{number}", picture(number))
            for other in range(6):
                found = store.get(f"{other}")
                if found is not None and not (found == other).all():
                    wrong.append(other)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
        assert not thread.is_alive()
    assert not wrong
    assert store.held_bytes <= 2 * BYTES
    store.close()
