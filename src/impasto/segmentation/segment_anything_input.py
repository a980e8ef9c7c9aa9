"""How photographs and prompts become what SAM and SAM 2 read; no torchvision needed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from impasto.segmentation.prompts import Prompts

if TYPE_CHECKING:
    import torch

    from impasto.image.picture import Picture

MEAN = (0.485, 0.456, 0.406)
STD = (0.229, 0.224, 0.225)
"""Of sRGB in [0, 1]; the values all weights of SAM and SAM 2 are published with."""


@dataclass(frozen=True, kw_only=True)
class ModelInput:
    """The square a model looks at, and how a photograph lies in it.

    Source: Kirillov et al. 2023, *Segment Anything*: the longest side fills the square, the rest
        is 0 after normalisation. Ravi et al. 2024, *SAM 2*: both sides fill it.

    Attributes:
        side_px: Side of the square.
        keeps_aspect: As SAM does; SAM 2 does not.
    """

    side_px: int
    keeps_aspect: bool

    def inner_size(self, size: tuple[int, int]) -> tuple[int, int]:
        """(h, w) of a photograph of (H, W) ``size`` in the square.

        Example:
            >>> ModelInput(side_px=1024, keeps_aspect=True).inner_size((800, 1200))
            (683, 1024)
        """
        if not self.keeps_aspect:
            return self.side_px, self.side_px
        scale = self.side_px / max(size)
        return max(1, int(size[0] * scale + 0.5)), max(1, int(size[1] * scale + 0.5))

    def pixels(self, picture: Picture) -> torch.Tensor:
        """(1, 3, side, side) float32, resized bilinearly, normalised and filled up with 0."""
        import torch
        import torch.nn.functional as F

        from impasto.image.tensor import image_to_tensor

        inner = self.inner_size(picture.size)
        image = F.interpolate(
            image_to_tensor(picture), inner, mode="bilinear", align_corners=False, antialias=True
        )
        mean, std = (torch.tensor(each)[:, None, None] for each in (MEAN, STD))
        rest = (0, self.side_px - inner[1], 0, self.side_px - inner[0])
        return F.pad((image - mean) / std, rest)

    def points(
        self, points: npt.NDArray[np.float64], signs: npt.NDArray[np.int64], size: tuple[int, int]
    ) -> dict[str, torch.Tensor]:
        """Clicks as a model takes them.

        Args:
            points: (B, P, 2) x and y in pixels of the photograph, for B masks.
            signs: (B, P) 1 to add, 0 to leave out.
            size: (H, W) of the photograph.
        """
        import torch

        placed = torch.from_numpy(points * self._scale(size)).float()
        return {"input_points": placed[None], "input_labels": torch.from_numpy(signs)[None]}

    def prompts(self, prompts: Prompts, size: tuple[int, int]) -> dict[str, torch.Tensor]:
        """Clicks and a box for one mask, as a model takes them."""
        import torch

        given: dict[str, torch.Tensor] = {}
        points = prompts.all_points
        if points:
            places = np.array([[[point.x, point.y] for point in points]])
            given |= self.points(places, np.array([[int(point.add) for point in points]]), size)
        if prompts.box is not None:
            box = prompts.box
            corners = np.array([[box.left, box.top], [box.right, box.bottom]])
            placed = torch.from_numpy(corners * self._scale(size)).float()
            given["input_boxes"] = placed.reshape(1, 1, 4)
        return given

    def at_size(self, logits: torch.Tensor, size: tuple[int, int]) -> torch.Tensor:
        """Enlarge (B, N, h, w) logits to a photograph of ``size``, what was filled up cut off."""
        import torch.nn.functional as F

        def enlarge(values: torch.Tensor, to: tuple[int, int]) -> torch.Tensor:
            return F.interpolate(values, to, mode="bilinear", align_corners=False)

        if not self.keeps_aspect:
            return enlarge(logits, size)
        height, width = self.inner_size(size)
        square = enlarge(logits, (self.side_px, self.side_px))
        return enlarge(square[..., :height, :width], size)

    def _scale(self, size: tuple[int, int]) -> npt.NDArray[np.float64]:
        """What x and y are multiplied by."""
        height, width = self.inner_size(size)
        return np.array([width / size[1], height / size[0]])


def input_of(model: Any) -> ModelInput:
    """The input of a SAM or SAM 2 model of ``transformers``."""
    side = model.config.prompt_encoder_config.image_size
    side = side if isinstance(side, int) else max(side)
    return ModelInput(side_px=side, keeps_aspect=not is_second(model.config.model_type))


def is_second(model_type: str) -> bool:
    """Whether a model's type names SAM 2."""
    return model_type.startswith("sam2")
