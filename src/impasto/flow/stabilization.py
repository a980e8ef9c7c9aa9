"""Steady films from a painter who sees one frame at a time: the last painting, moved, is kept.

Where optical flow says what a pixel was before, the previous result is moved there and only
slowly drawn to the newly painted frame; elsewhere the new painting stands. Fine contrast that
this costs is given back.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace

import numpy as np
import numpy.typing as npt

from impasto.errors import OptionError, ShapeError
from impasto.flow.consistency import consistent
from impasto.flow.contrast import restore_contrast
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
from impasto.flow.warp import Flow, resize_flow, warp

Share = npt.NDArray[np.float32]
"""(H, W), 0 to 1."""


@dataclass(frozen=True, kw_only=True)
class StabilityOptions:
    """How strongly a film is held steady.

    Attributes:
        hold: Share of the moved previous result where the flow is sure; the rest is the new
            painting, so that mistakes fade by this factor with every frame. 0 to 0.99.
        tolerance: Difference of the photograph from its moved predecessor, in levels, at
            which the held share has fallen to 37 %: keeps ghosts away. Above 0.
        feed: Share of the moved previous result in what the network sees; 0 to 1.
        flow_side_px: Longest side that optical flow is searched at; 16 or more.

    Raises:
        OptionError: if a value is out of its range.
    """

    hold: float = 0.8
    tolerance: float = 20.0
    feed: float = 0.0
    flow_side_px: int = 640

    def __post_init__(self) -> None:
        bounds = {
            "hold": (0, 0.99),
            "tolerance": (1e-3, 1e6),
            "feed": (0, 1),
            "flow_side_px": (16, 1e6),
        }
        for declared in fields(self):
            low, high = bounds[declared.name]
            value = getattr(self, declared.name)
            if not low <= value <= high:
                raise OptionError(
                    f"{declared.name}: expected a number from {low} to {high}, got {value!r}."
                )


@dataclass(frozen=True, kw_only=True, eq=False)
class StabilizerState:
    """All that a stabiliser remembers: kept, it goes on as if it had never stopped.

    Attributes:
        frame: The last photograph as flow is searched on it, (h, w, 3) uint8; ``None``
            at the beginning.
        result: The last result, (H, W, 3) uint8; ``None`` at the beginning.
        cuts: What is known for telling scene cuts.
    """

    frame: Frame | None = None
    result: Frame | None = None
    cuts: CutState = field(default_factory=CutState)


@dataclass(frozen=True, kw_only=True, eq=False)
class Prediction:
    """What the previous result says of the current frame.

    Attributes:
        result: (H, W, 3) uint8, the previous result, moved.
        share: (H, W) float32, 0 to 1, how much of it is kept.
    """

    result: Frame
    share: Share

    def feed(self, frame: Frame, share: float) -> Frame:
        """A photograph with the prediction mixed in, for the network to go on from.

        Args:
            frame: (H, W, 3) uint8.
            share: Of the prediction, 0 to 1, where it is wholly trusted.
        """
        return _blend(self.result, frame, self.share * np.float32(share))


class FlowStabilizer:
    """Holds a stylised film steady, frame by frame.

    Attributes:
        options: How strongly.
        estimator: What finds the optical flow between reduced frames.
        state: What is remembered; a value that may be kept and set again.

    Example:
        >>> photo = np.full((48, 64, 3), 90, np.uint8)
        >>> stabilizer = FlowStabilizer(StabilityOptions(hold=0.75))
        >>> painted = [np.full_like(photo, level) for level in (100, 120)]
        >>> [int(stabilizer.stabilize(photo, each)[24, 32, 0]) for each in painted]
        [100, 105]
    """

    def __init__(
        self,
        options: StabilityOptions | None = None,
        *,
        estimator: FlowEstimator | None = None,
    ) -> None:
        self.options = options or StabilityOptions()
        self.estimator = estimator or DenseInverseSearch(longest_side_px=None, preset="medium")
        self.state = StabilizerState()

    def reset(self) -> None:
        """Forget everything: the next frame begins a film."""
        self.state = StabilizerState()

    def stabilize(self, frame: Frame, stylized: Frame) -> Frame:
        """The stylised frame, held steady.

        Args:
            frame: The photograph, (H, W, 3) uint8, the next of its film.
            stylized: The same, stylised; of any one size.

        Returns:
            (H', W', 3) uint8, of the stylised frame's size.

        Raises:
            ShapeError: if one is not (H, W, 3) uint8.
        """
        return self.settle(stylized, self.predict(frame))

    def predict(self, frame: Frame) -> Prediction | None:
        """Take the next photograph and tell what the previous result says of it.

        Needs no stylised frame, so that it can run while one is painted, or before, to
        feed the painter. :meth:`settle` must follow.

        Args:
            frame: (H, W, 3) uint8.

        Returns:
            The prediction; ``None`` at the beginning of a film or of a scene.
        """
        check_frames(frame)
        size = reduced_size(frame.shape[:2], self.options.flow_side_px)
        reduced = resize_frame(frame, size)
        detector = SceneCutDetector(state=self.state.cuts)
        is_cut = detector.is_cut(frame)
        before, result = self.state.frame, self.state.result
        self.state = StabilizerState(frame=reduced, result=result, cuts=detector.state)
        if before is None or result is None or is_cut or before.shape != reduced.shape:
            return None
        return self._prediction(before, reduced, result)

    def settle(self, stylized: Frame, prediction: Prediction | None) -> Frame:
        """Blend a stylised frame with what was predicted of it, and remember the result.

        Args:
            stylized: (H, W, 3) uint8.
            prediction: From :meth:`predict` for the same frame.

        Returns:
            (H, W, 3) uint8.
        """
        check_frames(stylized)
        result = stylized
        if prediction is not None and prediction.result.shape == stylized.shape:
            blended = _blend(prediction.result, stylized, prediction.share)
            result = restore_contrast(blended, stylized)
        self.state = replace(self.state, result=result)
        return result

    def _prediction(self, before: Frame, now: Frame, result: Frame) -> Prediction:
        backward = self.estimator.estimate(now, before)
        forward = self.estimator.estimate(before, now)
        share = held_share(before, now, backward, forward, self.options)
        size = (result.shape[0], result.shape[1])
        moved = warp(result, resize_flow(backward, size), interpolation="cubic")
        return Prediction(result=moved, share=_resize(share, size))


def held_share(
    before: Frame, now: Frame, backward: Flow, forward: Flow, options: StabilityOptions
) -> Share:
    """How much of the moved previous result to keep at each pixel.

    ``hold`` · exp(−(e / ``tolerance``)²), where e is the mean difference of the photograph
    from its moved predecessor around the pixel; 0 where the flow is not consistent.

    Args:
        before: The previous photograph, (H, W, 3) uint8.
        now: The current one, of the same size.
        backward: (H, W, 2), from the current to the previous.
        forward: (H, W, 2), from the previous to the current.
        options: ``hold`` and ``tolerance``.

    Returns:
        (H, W) float32, 0 to ``hold``.

    Raises:
        ShapeError: if the shapes differ.
    """
    cv2 = import_opencv()
    if before.shape != now.shape or backward.shape[:2] != now.shape[:2]:
        raise ShapeError(
            f"frames and flow: expected one size, got {before.shape[:2]}, {now.shape[:2]} "
            f"and {backward.shape[:2]}."
        )
    difference = cv2.absdiff(now, warp(before, backward))
    error = cv2.blur(difference.max(-1).astype(np.float32), (3, 3))
    share: Share = np.exp(-np.square(error / np.float32(options.tolerance)))
    # Seams must not show: what is not consistent is widened, then softened.
    trusted = consistent(backward, forward, boundaries=False).astype(np.float32)
    trusted = cv2.blur(cv2.erode(trusted, np.ones((3, 3), np.uint8)), (3, 3)).astype(np.float32)
    held: Share = share * trusted * np.float32(options.hold)
    return held


def _blend(one: Frame, other: Frame, share: Share) -> Frame:
    """Share · one + (1 − share) · other, rounded."""
    cv2 = import_opencv()
    return np.asarray(cv2.blendLinear(one, other, share, 1 - share), np.uint8)


def _resize(share: Share, size: tuple[int, int]) -> Share:
    cv2 = import_opencv()
    return np.asarray(cv2.resize(share, size[::-1], interpolation=cv2.INTER_LINEAR), np.float32)
