"""What every segmenter does: embed a photograph once, then answer prompts quickly."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

import numpy as np
import numpy.typing as npt

from impasto.errors import ShapeError
from impasto.segmentation.prompts import Prompts

if TYPE_CHECKING:
    from impasto.image.picture import Picture
    from impasto.progress import Cancellation, ProgressCallback

MaskArray = npt.NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True, eq=False)
class Masks:
    """Candidate masks for the same prompts, best first.

    Attributes:
        masks: (N, H, W) bool at the photograph's size.
        quality: (N,) float32: the intersection over union expected of each, in [0, 1],
            falling.

    Raises:
        ShapeError: if the arrays do not fit each other.
    """

    masks: MaskArray
    quality: npt.NDArray[np.float32]

    def __post_init__(self) -> None:
        if self.masks.ndim != 3 or self.masks.dtype != np.bool_:
            raise ShapeError(
                f"masks: expected (N, H, W) bool, got {self.masks.shape} {self.masks.dtype}."
            )
        if self.quality.shape != self.masks.shape[:1]:
            raise ShapeError(
                f"quality: expected shape {self.masks.shape[:1]}, one a mask, "
                f"got {self.quality.shape}."
            )

    def __len__(self) -> int:
        return len(self.masks)

    @property
    def best(self) -> MaskArray:
        """(H, W) bool: the first mask."""
        return np.asarray(self.masks[0])


class Embedding(Protocol):
    """What a segmenter knows of a photograph; safe to share between threads."""

    @property
    def size(self) -> tuple[int, int]:
        """(H, W) of the photograph."""
        ...


E = TypeVar("E", bound=Embedding)


class Segmenter(Protocol, Generic[E]):
    """Two steps: :meth:`embed` once a photograph, heavy; then the others, light."""

    def embed(
        self,
        picture: Picture,
        on_progress: ProgressCallback | None = None,
        cancellation: Cancellation | None = None,
    ) -> E:
        """Look at a photograph.

        Args:
            picture: The photograph; its transparency is left out.
            on_progress: Told of each stage.
            cancellation: Asks to stop between two stages.

        Raises:
            ImageSizeError: if a side is under 16 px.
            CancelledError: if the cancellation asked to stop.
        """
        ...

    def predict(self, embedding: E, prompts: Prompts) -> Masks:
        """Up to three candidate masks of what the prompts point at, best first.

        Raises:
            OptionError: if the prompts are empty or lie outside the photograph.
        """
        ...

    def all_masks(self, embedding: E) -> Masks:
        """Masks of everything worth selecting, without prompts, best first; they may overlap."""
        ...
