"""Scene cuts: where a film shows something else from one frame to the next."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from impasto.flow.opencv_library import import_opencv
from impasto.flow.optical_flow import Frame, check_frames, resize_frame

THUMBNAIL_PX = (18, 32)
"""Size (H, W) frames are compared at: what a picture shows is there, its details are not."""

REACH_PX = 3
"""How far things may have moved in a thumbnail: a tenth of the width."""

LEAST_CHANGE = 6.0
"""A cut changes a thumbnail by at least this, in levels of L*, a* and b* together.

Measured on seven clips, filmed and rendered, with 1,082 frames: consecutive frames of a
scene differ by at most 1.6, the last frame of one scene and the first of another by 14
or more.
"""

LEAST_RATIO = 3.0
"""A cut stands out from what changed before it by this factor."""

MEMORY = 0.25
"""Weight of the newest frame in the running mean of changes."""

Thumbnail = npt.NDArray[np.uint8]


@dataclass(frozen=True, kw_only=True, eq=False)
class CutState:
    """What a detector knows of the frames so far.

    Attributes:
        thumbnail: The last frame, (18, 32, 3) uint8, CIE L*a*b* as OpenCV scales it;
            ``None`` before the first.
        usual_change: Running mean of the changes since the last cut.
    """

    thumbnail: Thumbnail | None = None
    usual_change: float = 0.0


@dataclass(kw_only=True)
class SceneCutDetector:
    """Tells with every frame of a film whether it is the first of a new scene.

    Hard cuts only: fades and dissolves change too little from frame to frame. A cut between
    two views of nearly the same is not told from motion either.

    Attributes:
        state: What it knows; may be kept and set to go on from there.

    Example:
        >>> dark, bright = (np.full((90, 160, 3), level, np.uint8) for level in (30, 200))
        >>> detector = SceneCutDetector()
        >>> [detector.is_cut(frame) for frame in (dark, dark, bright, bright)]
        [False, False, True, False]
    """

    state: CutState = field(default_factory=CutState)

    def is_cut(self, frame: Frame) -> bool:
        """Whether a frame begins a new scene; the film's first frame does not.

        Args:
            frame: The next frame, (H, W, 3) uint8 of any size.

        Raises:
            ShapeError: if the frame is none.
        """
        thumbnail = _thumbnail(frame)
        before, usual = self.state.thumbnail, self.state.usual_change
        if before is None:
            self.state = CutState(thumbnail=thumbnail)
            return False
        found = change(before, thumbnail)
        cut = found >= LEAST_CHANGE and found >= LEAST_RATIO * usual
        usual = 0.0 if cut else usual + MEMORY * (found - usual)
        self.state = CutState(thumbnail=thumbnail, usual_change=usual)
        return cut


def scene_cuts(frames: Iterable[Frame]) -> Iterator[int]:
    """Positions of the frames that begin a new scene, while a film is read.

    Args:
        frames: The film's frames in order.

    Yields:
        Positions, counted from 0; the first frame is none of them.
    """
    detector = SceneCutDetector()
    for position, frame in enumerate(frames):
        if detector.is_cut(frame):
            yield position


def change(first: Thumbnail, second: Thumbnail) -> float:
    """How much two thumbnails differ beyond what motion explains.

    A level counts as explained where it lies within the levels that the other thumbnail
    has within :data:`REACH_PX`.

    Args:
        first: (H, W, 3) uint8.
        second: Of the same shape.

    Returns:
        Levels, summed over the channels, averaged over the pixels and both directions.
    """
    return (_unexplained(first, second) + _unexplained(second, first)) / 2


def _unexplained(one: Thumbnail, other: Thumbnail) -> float:
    cv2 = import_opencv()
    reach = np.ones((2 * REACH_PX + 1, 2 * REACH_PX + 1), np.uint8)
    above = cv2.subtract(one, cv2.dilate(other, reach))
    below = cv2.subtract(cv2.erode(other, reach), one)
    return float((above.sum(dtype=np.int64) + below.sum(dtype=np.int64)) / (one.size / 3))


def _thumbnail(frame: Frame) -> Thumbnail:
    cv2 = import_opencv()
    check_frames(frame)
    return np.asarray(cv2.cvtColor(resize_frame(frame, THUMBNAIL_PX), cv2.COLOR_RGB2LAB), np.uint8)
