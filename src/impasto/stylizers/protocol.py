"""What an optimised method of style transfer takes and gives back, in tensors."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from impasto.device import DeviceChoice
from impasto.progress import Cancellation, ProgressCallback

if TYPE_CHECKING:
    import torch

    from impasto.optimization.engine import Optimum


@dataclass(frozen=True, kw_only=True)
class MaskedImage:
    """An image and which of its pixels count.

    Attributes:
        image: (1, 3, H, W) in [0, 1].
        mask: (1, 1, H, W) in [0, 1], or ``None`` where every pixel counts.
    """

    image: torch.Tensor
    mask: torch.Tensor | None = None

    @property
    def size(self) -> tuple[int, int]:
        """(H, W)."""
        return int(self.image.shape[-2]), int(self.image.shape[-1])


@dataclass(frozen=True, kw_only=True)
class RunContext:
    """Where a method runs and whom it tells.

    Attributes:
        device: Device and precision.
        on_progress: Told of every step.
        cancellation: Stops the method at its next step.
        image_every: Every n-th progress event carries an image; 0 for none.
    """

    device: DeviceChoice
    on_progress: ProgressCallback | None = None
    cancellation: Cancellation = field(default_factory=Cancellation)
    image_every: int = 0


class Stylizer(Protocol):
    """An optimised method of style transfer.

    ``options`` is the dataclass that the catalogue names for the method.
    """

    def __call__(
        self,
        content: MaskedImage,
        style: MaskedImage,
        options: Any,
        context: RunContext,
        *,
        initial_image: torch.Tensor | None = None,
    ) -> Optimum:
        """Stylise ``content``, at its size, after ``style``.

        ``initial_image`` (1, 3, H, W) replaces the start that the options name.
        """
        ...
