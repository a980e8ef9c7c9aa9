"""The segmenters there are, by name. No torch here: a segmenter is imported when it is opened."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, cast

from impasto.errors import UnknownNameError

if TYPE_CHECKING:
    from impasto.segmentation.protocol import Segmenter

DEFAULT = "click"


@dataclass(frozen=True, kw_only=True)
class SegmenterSpec:
    """A segmenter: what it is and where it is.

    Attributes:
        name: Its key in :data:`SEGMENTERS`.
        description: What it is good at, in a few words.
        module: Where its class is.
        segmenter: The class; made without arguments.
        has_levels: Whether its embeddings have ``levels_at`` and ``mask`` for the wheel.
        extra: The extra that installs what it needs; empty where nothing is.
    """

    name: str
    description: str
    module: str
    segmenter: str
    has_levels: bool
    extra: str = ""


SEGMENTERS: Mapping[str, SegmenterSpec] = {
    "click": SegmenterSpec(
        name="click",
        description="a compact network for clicks and boxes; the wheel walks the region tree",
        module="impasto.segmentation.click",
        segmenter="ClickSegmenter",
        has_levels=True,
    ),
    "region-tree": SegmenterSpec(
        name="region-tree",
        description="a hierarchy of regions; masks always follow the picture's edges",
        module="impasto.segmentation.region_tree",
        segmenter="RegionTreeSegmenter",
        has_levels=True,
    ),
    "segment-anything": SegmenterSpec(
        name="segment-anything",
        description="SAM or SAM 2; the best masks, needs weights of 40 MB to 2.4 GB",
        module="impasto.segmentation.segment_anything",
        segmenter="SegmentAnythingSegmenter",
        has_levels=False,
        extra="sam",
    ),
}


def get_segmenter(name: str) -> SegmenterSpec:
    """The specification of a segmenter.

    Raises:
        UnknownNameError: naming the segmenters there are.
    """
    if name not in SEGMENTERS:
        raise UnknownNameError(f"segmenter: expected one of {', '.join(SEGMENTERS)}, got {name!r}.")
    return SEGMENTERS[name]


def open_segmenter(name: str = DEFAULT) -> Segmenter[Any]:
    """Make a segmenter.

    Raises:
        UnknownNameError: if there is no such segmenter.
        MissingPackageError: if the extra it needs is not installed.
        WeightsNotFoundError: if its weights are not here and cannot be fetched.
    """
    spec = get_segmenter(name)
    made = cast("Callable[[], Any]", getattr(import_module(spec.module), spec.segmenter))
    return cast("Segmenter[Any]", made())
