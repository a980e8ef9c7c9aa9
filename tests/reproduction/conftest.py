"""A bench as small as it goes: the parts' real code in seconds."""

import dataclasses
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from impasto.image.codec import open_image
from impasto.image.picture import Picture
from impasto.image.picture_resize import resize_samples
from impasto.reproduction.bench import Bench
from impasto.reproduction.catalog import PARTS
from impasto.reproduction.exhibit import Exhibit
from impasto.reproduction.record import from_json, to_json
from impasto.reproduction.setup import Photograph, Sizes, bundled_picture

TINY = Sizes(
    name="tiny",
    table_px=32,
    live_size=(32, 48),
    iterations=3,
    cold_runs=0,
    warm_runs=1,
    fast_runs=2,
    frames=((120, 180),),
    clicks=4,
    repaints=2,
    figure_px=48,
    photographs=2,
    curve_px=32,
    curve_steps=12,
)


def small(name: str, size: tuple[int, int]) -> Picture:
    return Picture(pixels=resize_samples(bundled_picture(name).pixels, size))


@pytest.fixture(autouse=True)
def _offline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IMPASTO_OFFLINE", "1")


@pytest.fixture
def make_bench() -> Callable[..., Bench]:
    """A bench on the processor with two photographs."""

    def make(**others: object) -> Bench:
        photographs = (
            Photograph(name="cat", picture=small("chelsea", (40, 60))),
            Photograph(name="coffee", picture=small("coffee", (48, 48))),
        )
        given = {"sizes": TINY, "photographs": photographs, "device": "cpu"} | others
        return Bench(**given)  # type: ignore[arg-type]

    return make


@pytest.fixture
def bench(make_bench: Callable[..., Bench]) -> Bench:
    return make_bench()


@pytest.fixture
def make_part(bench: Bench, tmp_path: Path) -> Callable[[str], tuple[Any, Exhibit]]:
    """Make a part: its result, which must survive a file, and how it is shown from there."""

    def make(name: str) -> tuple[Any, Exhibit]:
        shares: list[float] = []
        bench.report = lambda share, _words: shares.append(share)
        part = PARTS[name].load()
        result = part.measure(bench)
        assert dataclasses.is_dataclass(result)
        assert shares == sorted(shares)
        assert 0 < shares[-1] <= 1

        kept: dict[str, Picture] = {}

        def keep(place: str, picture: Picture) -> str:
            assert place not in kept
            kept[place] = picture
            return place

        again = from_json(part.Result, to_json(result, keep), kept.__getitem__)
        assert to_json(again, lambda place, _: place) == to_json(result, lambda place, _: place)
        exhibit = part.show(again)
        assert len(exhibit.blocks()) == len(exhibit.items) > 0
        assert all(math.isfinite(each.ours) for each in exhibit.comparisons)
        figures = exhibit.save_figures(tmp_path, name)
        assert all(np.ptp(open_image(path).pixels) > 100 for path in figures)
        return again, exhibit

    return make
