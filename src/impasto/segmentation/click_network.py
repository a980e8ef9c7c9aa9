"""The click network: frozen VGG-19 features and prompts in, candidate masks out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import nn

from impasto.segmentation.prompt_maps import (
    LIKENESS_CHANNELS,
    PROMPT_CHANNELS,
    grid_of,
    likeness_maps,
    prompt_maps,
)

STRIDES = (16, 8, 4)
FEATURE_CHANNELS: Mapping[int, int] = {16: 128, 8: 128, 4: 64}
IMAGE_WIDTHS: Mapping[int, int] = {16: 128, 8: 96, 4: 48}
WIDTHS: Mapping[int, int] = {16: 96, 8: 64, 4: 32}
KEY_CHANNELS = 32
CANDIDATES = 4
"""One mask for prompts that leave no doubt, and three that may differ in size."""
ENTERING = PROMPT_CHANNELS + LIKENESS_CHANNELS + 1


@dataclass(frozen=True, kw_only=True)
class ClickImage:
    """What the network knows of a photograph before the first click, by stride.

    Attributes:
        tokens: (1, C, H / stride, W / stride), C as in :data:`WIDTHS`.
        keys: (1, 32, H / stride, W / stride), of length 1 at each position.
        edges: (1, 1, H / 4, W / 4) logits that a region ends here.
    """

    tokens: Mapping[int, torch.Tensor]
    keys: Mapping[int, torch.Tensor]
    edges: torch.Tensor


@dataclass(frozen=True, kw_only=True)
class ClickMasks:
    """What the network answers.

    Attributes:
        logits: (B, 4, H / 4, W / 4): the sure mask, then three candidates.
        quality: (B, 4) logits of the expected intersection over union.
        likeness: stride to (B, 1, H / stride, W / stride) logits of the mask, by nothing but how
            like a place is to those clicked; the keys are taught by them.
    """

    logits: torch.Tensor
    quality: torch.Tensor
    likeness: Mapping[int, torch.Tensor]


class ImagePart(nn.Module):
    """A pyramid of three levels over the features of VGG-19, from coarse to fine."""

    def __init__(self) -> None:
        super().__init__()
        wide = IMAGE_WIDTHS
        self.read = nn.ModuleDict(
            {str(s): nn.Conv2d(FEATURE_CHANNELS[s], wide[s], 1) for s in STRIDES}
        )
        self.descend = nn.ModuleDict(
            {"8": nn.Conv2d(wide[16], wide[8], 1), "4": nn.Conv2d(wide[8], wide[4], 1)}
        )
        self.look = nn.ModuleDict(
            {
                "16": nn.Sequential(
                    Residual(wide[16]), Residual(wide[16], dilation=2), Residual(wide[16])
                ),
                "8": nn.Sequential(Residual(wide[8]), Residual(wide[8], dilation=2)),
                "4": nn.Sequential(Residual(wide[4])),
            }
        )
        self.token = nn.ModuleDict({str(s): nn.Conv2d(wide[s], WIDTHS[s], 1) for s in STRIDES})
        self.key = nn.ModuleDict({str(s): nn.Conv2d(wide[s], KEY_CHANNELS, 1) for s in STRIDES})
        self.edge = nn.Conv2d(wide[4], 1, 3, padding=1)

    def forward(self, features: Mapping[int, torch.Tensor]) -> ClickImage:
        """Everything that does not depend on the prompts; see :meth:`ClickNetwork.look_at`."""
        tokens: dict[int, torch.Tensor] = {}
        keys: dict[int, torch.Tensor] = {}
        x = features[STRIDES[0]]
        for stride in STRIDES:
            name = str(stride)
            here = self.read[name](features[stride])
            x = here if stride == STRIDES[0] else here + _grow(self.descend[name](x))
            x = self.look[name](x)
            tokens[stride] = self.token[name](x)
            keys[stride] = F.normalize(self.key[name](x).float(), dim=1)
        return ClickImage(tokens=tokens, keys=keys, edges=self.edge(x))


class ClickNetwork(nn.Module):
    """An image part, and a decoder of three levels; the prompts enter at each.

    Source: the division of labour and the candidates are those of Kirillov et al. 2023,
        *Segment Anything*. Differs: convolutions on a frozen VGG-19 instead of transformers,
        prompts as maps, likeness to the clicked places, and one candidate more for several
        clicks.
    """

    def __init__(self) -> None:
        super().__init__()
        self.image = ImagePart()
        self.enter = nn.ModuleDict({str(s): nn.Conv2d(ENTERING, WIDTHS[s], 1) for s in STRIDES})
        self.think = nn.ModuleDict(
            {
                "16": nn.Sequential(Residual(96), Residual(96, dilation=2), Residual(96)),
                "8": nn.Sequential(Residual(64), Residual(64, dilation=2)),
                "4": nn.Sequential(Residual(32)),
            }
        )
        self.context = nn.Linear(2 * WIDTHS[16], 2 * WIDTHS[16])
        self.rise = nn.ModuleDict(
            {"8": nn.Conv2d(WIDTHS[16], WIDTHS[8], 1), "4": nn.Conv2d(WIDTHS[8], WIDTHS[4], 1)}
        )
        self.draw = nn.Conv2d(WIDTHS[4], CANDIDATES, 3, padding=1)
        self.sharpness = nn.Parameter(torch.full((len(STRIDES), 2), 4.0))
        self.judge = nn.Sequential(
            nn.Linear((CANDIDATES + 1) * WIDTHS[16] + 2 * CANDIDATES, 128),
            nn.ReLU(),
            nn.Linear(128, CANDIDATES),
        )

    def look_at(self, features: Mapping[int, torch.Tensor]) -> ClickImage:
        """Everything that does not depend on the prompts.

        Args:
            features: stride to (1, C, H / stride, W / stride), reduced VGG-19 features.
        """
        found: ClickImage = self.image(features)
        return found

    @torch.inference_mode()
    def look_at_edges(self, features: Mapping[int, torch.Tensor]) -> torch.Tensor:
        """(1, 1, H / 4, W / 4) logits that a region ends there; features as above."""
        return self.look_at(features).edges

    def forward(
        self,
        image: ClickImage,
        points: torch.Tensor,
        signs: torch.Tensor,
        boxes: torch.Tensor,
        previous: torch.Tensor,
    ) -> ClickMasks:
        """Masks for B sets of prompts on one photograph.

        Args:
            image: From :meth:`look_at`.
            points: (B, P, 2), as for :func:`~impasto.segmentation.prompt_maps.prompt_maps`.
            signs: (B, P).
            boxes: (B, 4).
            previous: (B, 1, H / 4, W / 4) the mask before the last click in [0, 1], or zeros.
        """
        likeness: dict[int, torch.Tensor] = {}
        x = deep = previous
        for index, stride in enumerate(STRIDES):
            name, tokens = str(stride), image.tokens[stride]
            maps = _maps(image.keys[stride], points, signs, boxes, previous)
            scale, shift = self.sharpness[index]
            likeness[stride] = scale * maps[:, PROMPT_CHANNELS : PROMPT_CHANNELS + 1] - shift
            entered = tokens + self.enter[name](maps.to(tokens.dtype))
            if stride == STRIDES[0]:
                x = deep = self.think[name](self._with_context(entered, maps))
            else:
                x = self.think[name](entered + _grow(self.rise[name](x)))
        logits = self.draw(x).float()
        quality = self._judge(deep.float(), logits)
        return ClickMasks(logits=logits, quality=quality, likeness=likeness)

    def _with_context(self, x: torch.Tensor, maps: torch.Tensor) -> torch.Tensor:
        """Scale and shift by what the whole photograph and the clicked places hold."""
        near = maps[:, 1:2] + 1e-4
        clicked = (x.float() * near).sum((2, 3)) / near.sum((2, 3))
        whole = x.float().mean((2, 3))
        scale, shift = self.context(torch.cat([clicked, whole], 1))[..., None, None].chunk(2, 1)
        return torch.as_tensor(x * (1 + scale.to(x.dtype)) + shift.to(x.dtype))

    def _judge(self, deep: torch.Tensor, logits: torch.Tensor) -> torch.Tensor:
        """The expected quality, from what lies inside each mask, its size and how sure it is."""
        chance = logits.detach().sigmoid()
        weight = F.adaptive_avg_pool2d(chance, (int(deep.shape[-2]), int(deep.shape[-1])))
        inside = torch.einsum("bkhw,bchw->bkc", weight, deep)
        inside = inside / (weight.sum((2, 3)) + 1e-3)[..., None]
        sure = (chance > 0.8).sum((2, 3)) / (chance > 0.2).sum((2, 3)).clamp(min=1)
        size = chance.mean((2, 3)).clamp(min=1e-4).log() / 4
        parts = [deep.mean((2, 3)), inside.flatten(1), sure, size]
        with torch.autocast(deep.device.type, enabled=False):
            return torch.as_tensor(self.judge(torch.cat(parts, dim=1)))


class Residual(nn.Module):
    """Two 3×3 convolutions beside a shortcut."""

    def __init__(self, channels: int, dilation: int = 1) -> None:
        super().__init__()
        self.norm = nn.GroupNorm(8, channels)
        self.first = nn.Conv2d(channels, channels, 3, padding=dilation, dilation=dilation)
        self.second = nn.Conv2d(channels, channels, 3, padding=1)
        nn.init.zeros_(self.second.weight)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """(B, C, H, W) to the same shape."""
        return torch.as_tensor(x + self.second(F.relu(self.first(F.relu(self.norm(x))))))


def _maps(
    keys: torch.Tensor,
    points: torch.Tensor,
    signs: torch.Tensor,
    boxes: torch.Tensor,
    previous: torch.Tensor,
) -> torch.Tensor:
    """(B, 12, h, w) everything the prompts say, on the grid of the keys."""
    size = (int(keys.shape[-2]), int(keys.shape[-1]))
    grid = grid_of(size)
    return torch.cat(
        [
            prompt_maps(points, signs, boxes, grid),
            likeness_maps(keys, points, signs, grid),
            F.adaptive_avg_pool2d(previous, size),
        ],
        dim=1,
    ).contiguous(memory_format=torch.channels_last)


def _grow(x: torch.Tensor) -> torch.Tensor:
    return F.interpolate(x, scale_factor=2.0, mode="nearest")
