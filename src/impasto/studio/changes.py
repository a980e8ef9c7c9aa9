"""What differs between two states of a document, as boxes of pixels that must be painted anew."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations

from impasto.errors import OptionError
from impasto.studio.box import Box, merge_boxes
from impasto.studio.document import BACKGROUND, Document, PhotoObject


@dataclass(frozen=True, kw_only=True)
class Change:
    """Where two states differ.

    Attributes:
        shape: Boxes in which pixels may belong to another region than before.
        look: Boxes of the regions that are painted differently, by the region's id.
    """

    shape: tuple[Box, ...]
    look: Mapping[str, Box]

    @property
    def boxes(self) -> tuple[Box, ...]:
        """All of it, boxes joined where that costs nothing."""
        return merge_boxes([*self.shape, *self.look.values()])


def compare(old: Document, new: Document) -> Change:
    """Where a document looks different after a change, or an undo of many.

    Outside the boxes, both are the same pixel for pixel.

    Raises:
        OptionError: if they are of two photographs.
    """
    if old.photograph != new.photograph:
        raise OptionError("Expected two states of one photograph, got two photographs.")
    before, after = _shown(old), _shown(new)
    shape = merge_boxes(_shape_boxes(old, new))
    looks = {
        name: reach(new, after[name])
        for name in after.keys() & before.keys()
        if before[name].look != after[name].look
    }
    if old.look_of(BACKGROUND) != new.look_of(BACKGROUND):
        looks[BACKGROUND] = Box.whole(new.size)
    return Change(shape=shape, look={name: box for name, box in looks.items() if not box.is_empty})


def reach(document: Document, each: PhotoObject) -> Box:
    """The pixels an object may have a part of: its box, closed gaps, three standard deviations."""
    return each.mask.box.grow(_gap_reach(document) + feather_reach(each)).clip(document.size)


def feather_reach(each: PhotoObject) -> int:
    """How far the feathered edge of an object goes, in pixels."""
    return math.floor(3 * each.feather_px)


def _shown(document: Document) -> dict[str, PhotoObject]:
    return {each.id: each for each in document.objects if each.visible}


def _gap_reach(document: Document) -> int:
    return 2 * document.close_gaps_px


def _shape_boxes(old: Document, new: Document) -> Iterator[Box]:
    if old.close_gaps_px != new.close_gaps_px:
        for document in (old, new):
            yield from (reach(document, each) for each in _shown(document).values())
        return
    gaps = _gap_reach(new)
    before, after = _shown(old), _shown(new)
    for source in _claim_boxes(old, new):
        if source.is_empty:
            continue
        # A closed gap may come or go as far away as gaps are wide, and with it a feathered edge.
        claimed = source.grow(gaps)
        yield claimed.clip(new.size)
        for document, shown in ((old, before), (new, after)):
            for each in shown.values():
                if not reach(document, each).intersect(claimed).is_empty:
                    touched = claimed.grow(feather_reach(each))
                    yield touched.intersect(reach(document, each))


def _claim_boxes(old: Document, new: Document) -> Iterator[Box]:
    """Where the masks, or which of them is on top, are not what they were."""
    before, after = _shown(old), _shown(new)
    for name in before.keys() ^ after.keys():
        yield (before.get(name) or after[name]).mask.box
    common = [name for name in before if name in after]
    for name in common:
        if before[name] is after[name]:
            continue
        if before[name].feather_px != after[name].feather_px:
            yield before[name].mask.box.union(after[name].mask.box)
        yield before[name].mask.difference_box(after[name].mask)
    ranks = {name: rank for rank, name in enumerate(after)}
    if sorted(common, key=ranks.__getitem__) == common:
        return
    for below, above in combinations(common, 2):
        if ranks[below] > ranks[above]:
            # Feathered edges meet beyond the masks themselves.
            yield reach(old, before[below]).intersect(reach(old, before[above]))
            yield reach(new, after[below]).intersect(reach(new, after[above]))
