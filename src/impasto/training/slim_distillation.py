"""Training of the compact encoder: every layer as VGG-19's, and its Gram matrices too."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import torch
from torch import nn
from torch.nn import functional as F

from impasto.encoders.slim import SlimVGG
from impasto.encoders.vgg import VGG, Pooling
from impasto.losses.gram import gram_matrix
from impasto.losses.style import style_layer_loss

FEATURE_WEIGHT = 1.0
GRAM_WEIGHT = 1.0
GRAM_LAYERS = ("relu1_1", "relu1_2", "relu2_1", "relu3_1", "relu4_1", "relu5_1")
EPSILON = 1e-6


class Distillation:
    """What the student is asked: the teacher's features at every rectifier.

    The terms are free of scale: of each layer the part of the variance that is left
    unexplained, and of each Gram matrix its relative squared error.

    Args:
        teacher: VGG-19, with average or maximum pooling; steps take turns.
        deepest: The last layer that is learnt.
    """

    def __init__(self, teacher: VGG, *, deepest: str = "relu5_4") -> None:
        self.teacher = teacher
        last = teacher.layers.index(deepest)
        self.layers = tuple(name for name in teacher.layers[: last + 1] if name[0] == "r")

    def __call__(
        self, student: nn.Module, images: Mapping[str, torch.Tensor], step: int
    ) -> dict[str, torch.Tensor]:
        """The terms for the images ``photos``, (B, 3, H, W) in [0, 1]."""
        seen = varied(images["photos"], torch.Generator().manual_seed(step))
        pooling: Pooling = "average" if step % 2 else "max"
        with torch.no_grad():
            wanted = _with_pooling(self.teacher, pooling)(seen, self.layers)
        given = _with_pooling(student, pooling)(seen, self.layers)
        features = [unexplained(given[name], wanted[name]) for name in self.layers]
        grams = [
            style_layer_loss(
                gram_matrix(given[name]), gram_matrix(wanted[name]), normalization="relative"
            )
            for name in GRAM_LAYERS
            if name in given
        ]
        return {
            "features": FEATURE_WEIGHT * torch.stack(features).mean(),
            "gram": GRAM_WEIGHT * torch.stack(grams).mean(),
        }


def unexplained(features: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    """The part of the target's variance over positions and images that features miss.

    Args:
        features: (B, C, H, W).
        target: (B, C, H, W).

    Returns:
        Scalar, float32, ≥ 0: Σ (F − P)² / Σ (P − mean of its channel)².
    """
    wide = target.float()
    variance = (wide - wide.mean((0, 2, 3), keepdim=True)).square().sum()
    return (features.float() - wide).square().sum() / (variance + EPSILON)


def varied(images: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    """Images as encoders are shown them in style transfer, not as cameras take them.

    A third stays as it is. Others change in contrast, brightness and saturation, are mixed
    with another image, with noise, or are blurred: what is optimised or painted looks so.
    """
    count = len(images)
    numbers = torch.rand(6, count, 1, 1, 1, generator=generator).to(images.device)
    noise = torch.randn(images.shape, generator=generator).to(images.device)
    grey = images.mean(1, keepdim=True)
    toned = grey + (images - grey) * (2 * numbers[0])
    toned = (toned - 0.5) * (0.4 + 1.4 * numbers[1]) + 0.5 + 0.4 * (numbers[2] - 0.5)
    kind = numbers[3]
    mixed = torch.lerp(toned, images.flip(0), 0.5 * numbers[4])
    noisy = toned + noise * 0.3 * numbers[4] ** 2
    blurred = F.interpolate(F.avg_pool2d(toned, 4), size=images.shape[-2:], mode="bilinear")
    changed = torch.where(kind < 0.55, toned, mixed)
    changed = torch.where(kind > 0.70, noisy, changed)
    changed = torch.where(kind > 0.90, blurred + 0.05 * noise, changed)
    return torch.where(kind < 1 / 3, images, changed.clamp(0, 1))


def measure(
    student: VGG, teacher: VGG, batches: Iterable[torch.Tensor]
) -> dict[str, tuple[float, float]]:
    """Of every layer of the student what is unexplained, and of its Gram matrices.

    Args:
        student: The compact encoder.
        teacher: VGG-19, of the same pooling.
        batches: Images, (B, 3, H, W) in [0, 1] each.

    Returns:
        For each layer Σ (F − P)² / Σ (P − mean)² over all images, and the mean over images of
        ‖G − A‖² / ‖A‖².
    """
    wrong = dict.fromkeys(teacher.layers, 0.0)
    variance = dict.fromkeys(teacher.layers, 0.0)
    grams = dict.fromkeys(teacher.layers, 0.0)
    count = 0
    with torch.no_grad():
        for images in batches:
            wanted, given = teacher(images, teacher.layers), student(images, teacher.layers)
            for name in teacher.layers:
                target, features = wanted[name].float(), given[name].float()
                centred = target - target.mean((0, 2, 3), keepdim=True)
                wrong[name] += float((features - target).square().sum())
                variance[name] += float(centred.square().sum())
                for index in range(len(images)):
                    pair = (gram_matrix(each[index : index + 1]) for each in (features, target))
                    grams[name] += float(style_layer_loss(*pair, normalization="relative"))
            count += len(images)
    return {
        name: (wrong[name] / max(variance[name], EPSILON), grams[name] / max(count, 1))
        for name in teacher.layers
    }


def trainable(student: SlimVGG) -> SlimVGG:
    """The student with gradients for its convolutions of low rank; the first stays VGG-19's."""
    for name, convolution in student.convolutions.items():
        convolution.requires_grad_(name != "conv1_1")
    return student


def _with_pooling(encoder: nn.Module, pooling: Pooling) -> nn.Module:
    assert isinstance(encoder, VGG)
    encoder.pooling = pooling
    return encoder
