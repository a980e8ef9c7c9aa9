from __future__ import annotations

from types import ModuleType

import numpy as np
import pytest

from impasto.errors import ShapeError, UnknownNameError
from impasto.studio.server.region_map import RegionMap, build_region_map

LABELS = np.array([[2, 2, 0, 0], [1, 1, 3, 3]])
PARENTS = [4, 5, 4, 5, 6, 6, 6]
"""0 and 2 make 4, 1 and 3 make 5, both make the root."""


def _pixels(regions: RegionMap, node: int) -> list[list[bool]]:
    mask = (regions.labels >= regions.first[node]) & (regions.labels < regions.last[node])
    return mask.tolist()


def test_every_node_is_a_run_of_leaves() -> None:
    regions = build_region_map(LABELS, PARENTS)
    assert _pixels(regions, 4) == [[True] * 4, [False] * 4]
    assert _pixels(regions, 5) == [[False] * 4, [True] * 4]
    assert _pixels(regions, 6) == [[True] * 4] * 2
    for leaf in range(4):
        assert (regions.first[leaf], regions.last[leaf]) == (leaf, leaf + 1)
        assert regions.parent[leaf] == (4 if regions.labels[0].tolist().count(leaf) else 5)


def test_boxes_and_areas_are_those_of_the_pixels() -> None:
    regions = build_region_map(LABELS, PARENTS)
    leaf = int(regions.labels[0, 3])
    assert regions.boxes[leaf].tolist() == [2, 0, 4, 1]
    assert regions.boxes[5].tolist() == [0, 1, 4, 2]
    assert regions.areas.tolist() == [2, 2, 2, 2, 4, 4, 8]


def test_proposals_move_with_the_leaves() -> None:
    regions = build_region_map(LABELS, PARENTS, proposed=[0, 5, 6, 3])
    by_pixel = regions.proposed[regions.labels]
    assert by_pixel[0, 0] == 6
    assert by_pixel[1, 0] == 5
    assert by_pixel[0, 3] == regions.labels[0, 3]


def test_the_bytes_are_what_the_page_reads() -> None:
    regions = build_region_map(LABELS, PARENTS)
    words = np.frombuffer(regions.encode(), "<u4")
    assert words[:5].tolist() == [0x31524D49, 4, 2, 4, 7]
    assert words[5:13].tolist() == regions.labels.ravel().tolist()
    parent, first, last, left, top, right, bottom, area = words[13:69].reshape(8, 7)
    assert parent.tolist() == regions.parent.tolist()
    assert first.tolist() == regions.first.tolist()
    assert last.tolist() == regions.last.tolist()
    assert np.stack([left, top, right, bottom]).T.tolist() == regions.boxes.tolist()
    assert area.tolist() == regions.areas.tolist()
    assert words[69:].tolist() == regions.proposed.tolist()


def test_masks_at_the_maps_own_size_are_exact(stand_ins: ModuleType) -> None:
    regions = stand_ins.grid_map((48, 72))
    mask = regions.mask([0, 7], (48, 72))
    expected = np.isin(stand_ins.blocks((48, 72)), [0, 7])
    assert (mask.full() == 255 * expected).all()


def test_masks_of_larger_photographs_have_smooth_edges_in_the_right_place(
    stand_ins: ModuleType,
) -> None:
    regions = stand_ins.grid_map((16, 24))
    mask = regions.mask([0], (64, 96)).full()
    expected = stand_ins.blocks((64, 96)) == 0
    assert ((mask >= 128) == expected).mean() > 0.99
    assert mask[:14, :14].min() == 255
    assert mask[20:].max() == 0


def test_reduced_maps_keep_the_regions(stand_ins: ModuleType) -> None:
    regions = stand_ins.grid_map((480, 720))
    small = regions.reduced(10_000)
    assert small.labels.size <= 10_000
    assert (small.labels == stand_ins.blocks(small.labels.shape)).mean() > 0.95
    assert regions.reduced(10**6) is regions


def test_leaves_that_a_reduced_map_has_lost_have_no_box() -> None:
    labels = np.zeros((40, 40), np.int64)
    labels[3, 3] = 1
    small = build_region_map(labels, [2, 2, 2]).reduced(20)
    lost = [leaf for leaf in range(2) if not (small.labels == leaf).any()]
    assert len(lost) == 1
    assert small.boxes[lost[0]].tolist() == [0, 0, 0, 0]
    assert small.areas[lost[0]] == 0


@pytest.mark.parametrize("nodes", [[], [-1], [7], [0, 100]])
def test_nodes_that_are_not_there(nodes: list[int]) -> None:
    with pytest.raises(UnknownNameError, match="from 0 to 6"):
        build_region_map(LABELS, PARENTS).mask(nodes, (2, 4))


@pytest.mark.parametrize(
    "parents", [[4, 5, 4, 5, 6, 6, 9], [4, 5, 4, 5, 4, 5], [0, 0, 0, 0], [5, 4, 4, 4, 5, 4]]
)
def test_what_is_no_tree_is_refused(parents: list[int]) -> None:
    with pytest.raises(ShapeError, match="parents"):
        build_region_map(LABELS, parents)


def test_by_default_a_click_means_something_modest(stand_ins: ModuleType) -> None:
    parents = [4, 4, 5, 5, 6, 6, 6]
    labels = np.repeat(np.repeat(np.array([[0, 1], [2, 3]]), 10, axis=0), 10, axis=1)
    labels[:] = 3
    labels[0, 0], labels[0, 1], labels[0, 2] = 0, 1, 2
    regions = build_region_map(labels, parents)
    small = int(regions.labels[0, 0])
    assert regions.areas[regions.proposed[small]] == 2
