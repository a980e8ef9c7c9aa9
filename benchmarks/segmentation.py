"""Click segmentation scored on outlined objects and regions, beside GrabCut and superpixels.

Contract: a simulated person clicks the innermost pixel of an object, then the middle of the
largest error; pixels that are not labelled do not count. None of the photographs was trained on.
Times are medians over photographs enlarged to 1200 × 800, after one that warms up; they are
measured apart from the scores. Needs a folder with ``objects/`` and ``bsds500/`` in the
environment variable IMPASTO_MASKS.
"""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.click_baselines import ColourTree, GrabCut
from benchmarks.processes import machine
from impasto.image.codec import open_image
from impasto.image.label_map import read_labels
from impasto.image.picture import Picture
from impasto.segmentation.catalog import open_segmenter
from impasto.segmentation.prompts import Prompts
from impasto.segmentation.protocol import MaskArray, Masks
from impasto.segmentation.simulated_clicks import innermost, intersection_over_union, play
from impasto.segmentation.training_objects import IGNORE, LabelledPhoto, split

CLICKS = 5
SMALLEST = 0.002
TIMED_PHOTOS = 3
TIMED_SIZE = (800, 1200)
SLOW_EVERY = 12
"""GrabCut takes a quarter of an hour for all photographs; it is given every twelfth."""
NAMES = (
    "`click`",
    "`region-tree`",
    "colour superpixels, Ward",
    "OpenCV GrabCut, every 12th photograph",
)
HEADER = """\
| segmenter | 1 click, proposed | best of three | best level of the wheel | best of both \
| 3 clicks | 5 clicks |
|---|---|---|---|---|---|---|"""
TIME_HEADER = """\
| segmenter | embed, s | first click, ms | fifth click, ms |
|---|---|---|---|"""


@dataclass(frozen=True, kw_only=True)
class Sample:
    """A photograph and its objects."""

    picture: Picture
    objects: list[MaskArray]
    valid: MaskArray


@dataclass(frozen=True, kw_only=True)
class Score:
    """What one segmenter reached on one set of photographs, an entry an object.

    Attributes:
        overlaps: As :func:`~impasto.segmentation.simulated_clicks.play` gives them.
        levels: The best level of the wheel; empty where there is none.
    """

    overlaps: list[np.ndarray] = field(default_factory=list)
    levels: list[float] = field(default_factory=list)

    def row(self, name: str) -> str:
        """One row of a table."""
        mean = np.mean(self.overlaps, axis=0)
        level = both = "–"
        if self.levels:
            level = f"{np.mean(self.levels):.3f}"
            candidates = np.array(self.overlaps)[:, 1]
            both = f"{np.maximum(candidates, self.levels).mean():.3f}"
        return (
            f"| {name} | {mean[0]:.3f} | {mean[1]:.3f} | {level} | {both} "
            f"| {mean[3]:.3f} | {mean[5]:.3f} |"
        )


def open_by_title(name: str) -> Any:
    """A segmenter of :data:`NAMES`."""
    others = {NAMES[2]: ColourTree, NAMES[3]: GrabCut}
    return others[name]() if name in others else open_segmenter(name.strip("`"))


def load_sample(photo: LabelledPhoto) -> Sample:
    """A photograph and its objects of 0.2 % or more of it."""
    labels = read_labels(photo.label_path)
    found = [labels == k for k in np.unique(labels) if k not in (0, IGNORE)]
    return Sample(
        picture=open_image(photo.photo_path),
        objects=[mask for mask in found if mask.mean() >= SMALLEST],
        valid=labels != IGNORE,
    )


def given(name: str, samples: Sequence[Sample]) -> Sequence[Sample]:
    """The photographs a segmenter of :data:`NAMES` is scored on."""
    return samples[::SLOW_EVERY] if name == NAMES[3] else samples


def score(segmenter: Any, samples: Sequence[Sample]) -> Score:
    """Click every object of every photograph."""
    result = Score()
    for sample in samples:
        embedding = segmenter.embed(sample.picture)

        def predict(prompts: Prompts, embedding: Any = embedding) -> Masks:
            masks: Masks = segmenter.predict(embedding, prompts)
            return masks

        for wanted in sample.objects:
            result.overlaps.append(play(predict, wanted, clicks=CLICKS, valid=sample.valid))
            levels = _levels(segmenter, embedding, *innermost(wanted))
            if levels:
                overlaps = [intersection_over_union(m, wanted, sample.valid) for m in levels]
                result.levels.append(max(overlaps))
    return result


def time_row(name: str, samples: Sequence[Sample]) -> str:
    """How long a segmenter takes for photographs of 1200 × 800."""
    segmenter = open_by_title(name)
    seconds = np.array([_time(segmenter, _enlarged(sample.picture)) for sample in samples])
    embed, first, fifth = (statistics.median(column) for column in seconds[1:].T)
    return f"| {name} | {embed:.2f} | {1000 * first:.0f} | {1000 * fifth:.0f} |"


def _time(segmenter: Any, picture: Picture) -> tuple[float, float, float]:
    """Seconds of embedding, of a first click and of a fifth."""
    height, width = picture.size
    begin = time.perf_counter()
    embedding = segmenter.embed(picture)
    marks = [time.perf_counter() - begin]
    prompts = Prompts().add(width // 2, height // 2)
    for step in range(CLICKS):
        begin = time.perf_counter()
        segmenter.predict(embedding, prompts)
        marks.append(time.perf_counter() - begin)
        prompts = prompts.remove(width // 8 + 40 * step, height // 8)
    return marks[0], marks[1], marks[-1]


def _enlarged(picture: Picture) -> Picture:
    from skimage.transform import resize

    large = resize(picture.pixels, TIMED_SIZE, order=1)
    return Picture(pixels=np.rint(large * 255).astype(np.uint8))


def _levels(segmenter: Any, embedding: Any, x: int, y: int) -> list[MaskArray]:
    if hasattr(embedding, "levels_at"):
        return [embedding.mask(node) for node in embedding.levels_at(x, y)]
    if hasattr(segmenter, "levels"):
        return list(segmenter.levels(embedding, x, y))
    return []


def table(title: str, samples: Sequence[Sample], names: Sequence[str] = NAMES) -> str:
    """The scores on one set of photographs."""
    rows = [score(open_by_title(name), given(name, samples)).row(name) for name in names]
    count = sum(len(sample.objects) for sample in samples)
    heading = f"{title}: {len(samples)} photographs, {count} objects."
    return "\n\n".join([heading, "\n".join([HEADER, *rows])])


def times(samples: Sequence[Sample], names: Sequence[str] = NAMES) -> str:
    """The times of all."""
    rows = [time_row(name, samples[:2] if name == NAMES[3] else samples) for name in names]
    return "\n\n".join(["Times at 1200 × 800.", "\n".join([TIME_HEADER, *rows])])


def compare() -> str:
    """All tables."""
    folder = os.environ.get("IMPASTO_MASKS")
    if not folder:
        raise SystemExit("Set IMPASTO_MASKS to the folder that holds objects/ and bsds500/.")
    divided = split(Path(folder))
    regions = [load_sample(photo) for photo in divided.regions]
    objects = [load_sample(photo) for photo in divided.objects]
    return "\n\n".join(
        [
            f"Machine: {machine()}.",
            table("BSDS500, regions of the coarsest annotator", regions),
            table("Objects, validation part of VOC, COCO and people", objects),
            times(regions[: TIMED_PHOTOS + 1]),
        ]
    )
