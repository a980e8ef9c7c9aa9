"""Style attention: every place of the photograph takes what matches it in the style."""

from __future__ import annotations

import torch
from torch import nn
from torch.nn import functional as F

from impasto.errors import ShapeError
from impasto.networks.feature_decoder import DecoderShape, FeatureDecoder

CHANNELS = 512
INNER_CHANNELS = 128
SKIP_CHANNELS = 256
EPSILON = 1e-5


class StyleAttention(nn.Module):
    """Attention of a photograph's features to a style's, at one layer.

    Args:
        channels: Of the features.
        inner_channels: In which positions are compared.

    Source: Park, Lee 2019, eqs. 2 to 4. Differs: positions are compared in a quarter of the
        channels, and products are divided by the root of their number (Vaswani et al. 2017).
    """

    def __init__(self, channels: int = CHANNELS, inner_channels: int = INNER_CHANNELS) -> None:
        super().__init__()
        self.query = nn.Conv2d(channels, inner_channels, 1)
        self.key = nn.Conv2d(channels, inner_channels, 1)
        self.value = nn.Conv2d(channels, channels, 1)
        self.result = nn.Conv2d(channels, channels, 1)

    def remember(
        self, style: torch.Tensor, normalized: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Keys (B, k, N) and values (B, C, N) of a style: all that painting needs of it."""
        return self.key(normalized).flatten(2), self.value(style).flatten(2)

    def forward(
        self,
        content: torch.Tensor,
        normalized: torch.Tensor,
        keys: torch.Tensor,
        values: torch.Tensor,
    ) -> torch.Tensor:
        """Features (B, C, h, w) with what the style has for each position added.

        Args:
            content: (B, C, h, w).
            normalized: The same with mean 0 and deviation 1 in each channel.
            keys: (B, k, N).
            values: (B, C, N).
        """
        queries = self.query(normalized).flatten(2).transpose(1, 2)
        scores = queries @ keys / keys.shape[1] ** 0.5
        found = values @ scores.float().softmax(dim=-1).to(values.dtype).transpose(1, 2)
        result: torch.Tensor = self.result(found.unflatten(2, content.shape[2:]))
        return content + result


class StyleAttentionNet(nn.Module):
    """Attention at relu4_1 and relu5_1, and a decoder.

    Args:
        scales: (C,) for relu4_1 and relu5_1: what features are divided by.
        shape: Of the decoder.
        skip_scale: (C',) for relu3_1.

    Source: Park, Lee 2019, figure 2. Differs: relu3_1 of the photograph joins in the decoder,
        in the style's means and deviations.
    """

    scale4: torch.Tensor
    scale5: torch.Tensor

    def __init__(
        self,
        scales: tuple[torch.Tensor, torch.Tensor] | None = None,
        shape: DecoderShape | None = None,
        skip_scale: torch.Tensor | None = None,
    ) -> None:
        super().__init__()
        shape = shape or DecoderShape.of_level(3, CHANNELS, SKIP_CHANNELS)
        channels = shape.channels
        ones = torch.ones(channels)
        for name, scale in zip(("scale4", "scale5"), scales or (ones, ones), strict=True):
            if scale.shape != (channels,):
                raise ShapeError(f"{name}: expected ({channels},), got {tuple(scale.shape)}.")
            self.register_buffer(name, scale.detach().float().clone())
        inner = max(1, channels // 4)
        self.attention4 = StyleAttention(channels, inner)
        self.attention5 = StyleAttention(channels, inner)
        self.merge = nn.Conv2d(channels, channels, 3, padding=1, padding_mode="reflect", groups=8)
        self.decoder = FeatureDecoder(shape, skip_scale=skip_scale)

    def forward(
        self,
        content: tuple[torch.Tensor, torch.Tensor],
        style: tuple[torch.Tensor, torch.Tensor],
        skip: torch.Tensor | None = None,
    ) -> torch.Tensor:
        """Paint: features of relu4_1 and relu5_1 of both, (B, C, h, w), to (B, 3, H, W).

        Args:
            content: Of the photograph.
            style: Of the style.
            skip: (B, C', 2h, 2w), of relu3_1, where the decoder wants it.
        """
        image: torch.Tensor = self.decoder(self.transform(content, style), skip)
        return image

    def transform(
        self,
        content: tuple[torch.Tensor, torch.Tensor],
        style: tuple[torch.Tensor, torch.Tensor],
    ) -> torch.Tensor:
        """The features that the decoder gets, (B, C, h, w)."""
        found = []
        for (_, attention, scale), ours, theirs in zip(self.levels(), content, style, strict=True):
            given, shown = ours / scale, theirs / scale
            memory = attention.remember(shown, normalized_features(shown))
            found.append(attention(given, normalized_features(given), *memory))
        return self.merged(*found)

    def levels(self) -> list[tuple[int, StyleAttention, torch.Tensor]]:
        """Block, attention and scale (1, C, 1, 1) of relu4_1 and relu5_1."""
        return [
            (4, self.attention4, self.scale4.view(1, -1, 1, 1)),
            (5, self.attention5, self.scale5.view(1, -1, 1, 1)),
        ]

    def merged(self, four: torch.Tensor, five: torch.Tensor) -> torch.Tensor:
        """What attention found at both layers in one, (B, C, h, w)."""
        joined = four + F.interpolate(five, size=four.shape[2:], mode="nearest")
        merged: torch.Tensor = joined + self.merge(joined)
        return merged


def normalized_features(features: torch.Tensor) -> torch.Tensor:
    """Features (B, C, h, w) with mean 0 and deviation 1 in each channel."""
    variance, mean = torch.var_mean(features.float(), dim=(2, 3), correction=0, keepdim=True)
    return ((features.float() - mean) / (variance + EPSILON).sqrt()).to(features.dtype)
