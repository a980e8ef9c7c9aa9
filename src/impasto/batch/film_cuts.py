"""Where a film may be cut so that its parts are painted apart and no seam is seen."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from impasto.flow.scene_cuts import SceneCutDetector
from impasto.progress import Cancellation
from impasto.video.reader import VideoReader
from impasto.video.segments import plan_segments
from impasto.video.video_info import VideoInfo

PART_S = Fraction(10)
"""Seconds that a part has at least, where the film allows it."""


@dataclass(frozen=True, kw_only=True)
class FilmParts:
    """A film cut into parts.

    Attributes:
        cuts: Seconds from the film's start at which parts begin, besides the first, rising.
        first_frames: Number of each part's first frame, the first part's 0 among them.
        frames: How many frames there are.
    """

    cuts: tuple[Fraction, ...]
    first_frames: tuple[int, ...]
    frames: int

    def frames_of(self, number: int) -> int:
        """How many frames a part has."""
        ends = (*self.first_frames[1:], self.frames)
        return ends[number] - self.first_frames[number]


def find_parts(
    info: VideoInfo,
    size: tuple[int, int],
    *,
    start: Fraction | None = None,
    end: Fraction | None = None,
    only_at_scenes: bool,
    part_s: Fraction = PART_S,
    cancellation: Cancellation | None = None,
) -> FilmParts:
    """Look through a film for places to cut it.

    A part is cut off at the first change of scene after ``part_s``. What is painted frame by
    frame may be cut anywhere, so that scenes of more than twice as long are cut too; what is
    held still by the frame before only where a scene begins, as it forgets them there anyway.

    Args:
        info: The film.
        size: (H, W) at which its frames are painted, and so looked at.
        start: Seconds at which painting begins; ``None`` for the film's start.
        end: Seconds at which it ends; ``None`` for the film's end.
        only_at_scenes: Whether frames are held still.
        part_s: Seconds that a part has at least.
        cancellation: Ends the look with what was found so far.

    Raises:
        ImpastoError: if the film cannot be read.
    """
    (whole,) = plan_segments(info, start=start, end=end, cuts=())
    detector, first = SceneCutDetector(), start or Fraction(0)
    cuts: list[Fraction] = []
    begins = [0]
    count = 0
    with VideoReader(info.path, size=size, info=info) as reader:
        for frame in reader.frames(whole.start, whole.end):
            time = frame.time - info.start
            is_scene = detector.is_cut(frame.pixels)
            length = time - (cuts[-1] if cuts else first)
            if length >= part_s and (is_scene or (not only_at_scenes and length >= 2 * part_s)):
                cuts.append(time)
                begins.append(count)
            count += 1
            if cancellation is not None and cancellation.is_cancelled:
                break
    return FilmParts(cuts=tuple(cuts), first_frames=tuple(begins), frames=count)
