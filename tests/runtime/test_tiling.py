from __future__ import annotations

import numpy as np
import pytest

from impasto.networks.stages import HALO_STEPS
from impasto.runtime.tiling import StatisticsPool, plan_tiles


@pytest.mark.parametrize(
    ("height", "width", "tile_px"),
    [(16, 16, 4096), (64, 64, 4096), (1080, 1920, 500_000), (4320, 7680, 4_194_304), (8, 800, 1)],
)
def test_interiors_cover_the_image_once(height: int, width: int, tile_px: int) -> None:
    covered = np.zeros((height // 8, width // 8), int)
    sizes = set()
    for tile in plan_tiles(height, width, tile_px):
        rows, columns = tile.rows, tile.columns
        covered[rows.start : rows.stop, columns.start : columns.stop] += 1
        sizes.add((rows.outer_stop - rows.outer_start, columns.outer_stop - columns.outer_start))
        for span, steps in ((rows, height // 8), (columns, width // 8)):
            assert 0 <= span.outer_start <= span.start < span.stop <= span.outer_stop <= steps
            assert span.outer_start == 0 or span.start - span.outer_start >= HALO_STEPS
            assert span.outer_stop == steps or span.outer_stop - span.stop >= HALO_STEPS
    assert (covered == 1).all()
    assert len(sizes) == 1
    tall, wide = sizes.pop()
    assert tall * wide * 64 <= max(tile_px, 96 * 96)


def test_an_interior_is_counted_from_its_tile() -> None:
    tile = plan_tiles(256, 256, 96 * 96)[5]
    top, left, bottom, right = tile.interior
    assert top == tile.rows.start - tile.rows.outer_start
    assert (bottom - top) * (right - left) == tile.area
    assert left == HALO_STEPS


def test_pooled_statistics_are_those_of_the_whole() -> None:
    generator = np.random.default_rng(0)
    values = 1000 + generator.normal(0, 1, (3, 60)) * np.linspace(0.1, 3, 60)
    pool = StatisticsPool()
    for part in (values[:, :10], values[:, 10:25], values[:, 25:]):
        measured = np.concatenate([part.mean(1), part.var(1)])[None].astype(np.float64)
        pool.add(measured, part.shape[1])
    expected = np.concatenate([values.mean(1), values.var(1)])[None]
    np.testing.assert_allclose(pool.statistics(), expected, rtol=1e-5)
