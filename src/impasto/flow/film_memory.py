"""What earlier results say of a frame: for painters that work on from them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from impasto.errors import OptionError
from impasto.flow.consistency import consistent
from impasto.flow.opencv_library import import_opencv
from impasto.flow.optical_flow import (
    DenseInverseSearch,
    FlowEstimator,
    Frame,
    check_frames,
    reduced_size,
    resize_frame,
)
from impasto.flow.scene_cuts import CutState, SceneCutDetector
from impasto.flow.warp import resize_flow, warp

SHORT_TERM = (1,)
LONG_TERM = (1, 2, 4)
"""How many frames back is looked: what was hidden for a moment is painted as it was."""

FLOW_SIDE_PX = 640
"""Longest side at which flow is searched; optimised films can wait for it."""


@dataclass(frozen=True, kw_only=True, eq=False)
class KeptFrame:
    """A frame that is remembered.

    Attributes:
        frame: The photograph as flow is searched on it, (h, w, 3) uint8.
        result: What was made of it, (H, W, 3) uint8.
    """

    frame: Frame
    result: Frame


@dataclass(frozen=True, kw_only=True, eq=False)
class Recollection:
    """What is known of a frame from those before.

    Attributes:
        moved: (H, W, 3) uint8, earlier results, moved; the latest where none is trusted.
        known: (H, W) float32, 0 to 1, where earlier results are to be kept.
    """

    moved: Frame
    known: npt.NDArray[np.float32]


class FilmMemory:
    """Remembers the last frames of a scene and moves them onto the next.

    The nearest frame that knows a pixel speaks for it; frames further back are only asked
    for what was hidden since.

    Args:
        offsets: How many frames back to look, rising from 1.
        estimator: What finds the optical flow between reduced frames.

    Raises:
        OptionError: if the offsets are not such numbers.

    Source: Ruder et al. 2016, sections 4.1 to 4.3, with the long-term weights of eq. 9.
    """

    def __init__(
        self, *, offsets: Sequence[int] = SHORT_TERM, estimator: FlowEstimator | None = None
    ) -> None:
        rising = sorted(set(offsets))
        if not rising or list(offsets) != rising or rising[0] != 1:
            raise OptionError(f"offsets: expected rising numbers from 1 on, got {offsets}.")
        self.offsets = tuple(offsets)
        self.estimator = estimator or DenseInverseSearch(longest_side_px=None, preset="medium")
        self.kept: tuple[KeptFrame, ...] = ()
        self.cuts = CutState()

    def recall(self, frame: Frame) -> Recollection | None:
        """Take the next photograph and tell what is known of it. :meth:`keep` must follow.

        Args:
            frame: (H, W, 3) uint8.

        Returns:
            ``None`` at the beginning of a film or of a scene.
        """
        detector = SceneCutDetector(state=self.cuts)
        is_cut = detector.is_cut(frame)
        self.cuts = detector.state
        if is_cut or (self.kept and self.kept[0].result.shape != frame.shape):
            self.kept = ()
        if not self.kept:
            return None
        now = _reduced(frame)
        # What nobody knows begins as what the flow found nearest: painted, if in the wrong place.
        moved, claimed = self._moved(self.kept[0], now)
        for offset in self.offsets[1:]:
            if offset > len(self.kept):
                break
            result, trusted = self._moved(self.kept[offset - 1], now)
            chosen = trusted & ~claimed
            moved[chosen] = result[chosen]
            claimed |= trusted
        return Recollection(moved=moved, known=claimed.astype(np.float32))

    def keep(self, frame: Frame, result: Frame) -> None:
        """Remember a photograph and what was made of it.

        Args:
            frame: (H, W, 3) uint8.
            result: The same size.
        """
        check_frames(frame, result)
        newest = KeptFrame(frame=_reduced(frame), result=result)
        self.kept = (newest, *self.kept)[: self.offsets[-1]]

    def reset(self) -> None:
        """Forget everything: the next frame begins a film."""
        self.kept, self.cuts = (), CutState()

    def state(self) -> dict[str, npt.NDArray[Any]]:
        """All that is remembered, as arrays by name."""
        found: dict[str, npt.NDArray[Any]] = {"usual_change": np.array(self.cuts.usual_change)}
        if self.cuts.thumbnail is not None:
            found["thumbnail"] = self.cuts.thumbnail
        for position, kept in enumerate(self.kept):
            found[f"frame.{position}"] = kept.frame
            found[f"result.{position}"] = kept.result
        return found

    def restore(self, state: Mapping[str, npt.NDArray[Any]]) -> None:
        """Remember what :meth:`state` gave."""
        count = sum(name.startswith("frame.") for name in state)
        self.kept = tuple(
            KeptFrame(frame=state[f"frame.{position}"], result=state[f"result.{position}"])
            for position in range(count)
        )
        self.cuts = CutState(
            thumbnail=state.get("thumbnail"), usual_change=float(state.get("usual_change", 0.0))
        )

    def _moved(self, kept: KeptFrame, now: Frame) -> tuple[Frame, npt.NDArray[np.bool_]]:
        cv2 = import_opencv()
        backward = self.estimator.estimate(now, kept.frame)
        forward = self.estimator.estimate(kept.frame, now)
        size = (kept.result.shape[0], kept.result.shape[1])
        trusted = consistent(backward, forward).astype(np.uint8)
        trusted = np.asarray(cv2.resize(trusted, size[::-1], interpolation=cv2.INTER_NEAREST))
        return warp(kept.result, resize_flow(backward, size)), trusted.astype(np.bool_)


def _reduced(frame: Frame) -> Frame:
    return resize_frame(frame, reduced_size(frame.shape[:2], FLOW_SIDE_PX))
