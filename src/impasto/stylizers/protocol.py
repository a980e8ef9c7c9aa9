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
class StylePart:
    """One style of a region.

    Attributes:
        source: The style image and which of its pixels count.
        share: Of the region; the shares of a region sum to 1.
        strength: 0 to 1: where between the photograph's own Gram matrices and the style's
            the target lies.
        scale: Size of the strokes.
        layers: Encoder layers of its Gram matrices; ``None`` for those of the options.
    """

    source: MaskedImage
    share: float = 1.0
    strength: float = 1.0
    scale: float = 1.0
    layers: tuple[str, ...] | None = None


@dataclass(frozen=True, kw_only=True)
class StyleRegion:
    """A part of the picture and the styles that are blended there.

    Attributes:
        parts: The styles, at least one.
        mask: (1, 1, H, W) in [0, 1]; ``None`` for the whole picture.
    """

    parts: tuple[StylePart, ...]
    mask: torch.Tensor | None = None


@dataclass(frozen=True, kw_only=True)
class TemporalTarget:
    """What the frames of a film that came before say of this one.

    Attributes:
        moved: (1, 3, H, W) in [0, 1], the previous result, moved.
        known: (1, 1, H, W) in [0, 1], where it is to be kept.
        weight: Of the temporal loss.
    """

    moved: torch.Tensor
    known: torch.Tensor
    weight: float


@dataclass(frozen=True, kw_only=True)
class StyleGuide:
    """Which styles go where, in tensors.

    Attributes:
        regions: At every pixel their masks sum to at most 1.
        style_only: Leave the photograph's content out of the objective.
        hold_outside: Keep pixels that no region covers as they are in the photograph.
        temporal: What a film's previous frame asks for; ``None`` for a single picture.
    """

    regions: tuple[StyleRegion, ...]
    style_only: bool = False
    hold_outside: bool = False
    temporal: TemporalTarget | None = None

    @classmethod
    def of(cls, style: MaskedImage) -> StyleGuide:
        """A single style for the whole picture."""
        return cls(regions=(StyleRegion(parts=(StylePart(source=style),)),))

    @property
    def parts(self) -> tuple[StylePart, ...]:
        """The styles of all regions."""
        return tuple(part for region in self.regions for part in region.parts)

    @property
    def coverage(self) -> torch.Tensor | None:
        """(1, 1, H, W): how much of each pixel is styled; ``None`` for all of every one."""
        masks = [region.mask for region in self.regions if region.mask is not None]
        if len(masks) < len(self.regions):
            return None
        return sum(masks[1:], start=masks[0]).clamp(0, 1)


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
        guide: StyleGuide,
        options: Any,
        context: RunContext,
        *,
        initial_image: torch.Tensor | None = None,
    ) -> Optimum:
        """Stylise ``content``, at its size, as ``guide`` says.

        ``initial_image`` (1, 3, H, W) replaces the start that the options name.
        """
        ...
