"""A compact encoder computed from VGG-19 by least squares, before any step of training."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import torch
from torch.nn import functional as F

from impasto.encoders.slim import SLIM_RANKS, Ranks
from impasto.encoders.vgg import VGG, Pooling
from impasto.errors import ShapeError

POSITIONS_PER_IMAGE = 256
RIDGE = 1e-5
"""Added to the diagonal of second moments, as a share of their mean."""

Report = Callable[[str, float], None]


@dataclass(kw_only=True)
class _Batch:
    """Some images: what the student and the teacher give for them at the layer reached."""

    pooling: Pooling
    student: torch.Tensor
    teacher: torch.Tensor


def fit_slim(
    teacher: VGG,
    batches: Sequence[torch.Tensor],
    *,
    given: Mapping[str, torch.Tensor] | None = None,
    last: str = "conv5_4",
    seed: int = 0,
    report: Report | None = None,
) -> dict[str, torch.Tensor]:
    """Compute the weights of a compact encoder.

    Convolution by convolution, the directions of the input that the kernel listens to most
    are found, then the 3×3 convolution of them that predicts the teacher's response best, then
    the principal directions of that prediction. Each is fitted to what the convolutions before
    it really give, so that it makes up for part of their error.

    Args:
        teacher: VGG-19. The batches take turns with average and maximum pooling.
        batches: Images, (B, 3, H, W) in [0, 1] each; 100 images or more in all, and more for
            deep layers, which have fewer positions.
        given: Weights of the first convolutions, which are kept.
        last: The last convolution that is computed.
        seed: Of the positions that are looked at.
        report: Told the name of every convolution and the part of the variance of its
            response that is left unexplained.

    Returns:
        Weights for :class:`~impasto.encoders.slim.SlimVGG`, float32.

    Raises:
        ShapeError: if there are no batches.

    Source: Zhang et al. 2015, *Accelerating very deep convolutional networks*, section 3.2
        (low-rank responses) and 3.3 (asymmetric reconstruction), without its treatment of
        the rectifier, which training takes over; section 3 of Kim et al. 2016 for ranks of
        the input too.
    """
    if not batches:
        raise ShapeError("batches: expected at least one batch of images, got none.")
    generator = torch.Generator().manual_seed(seed)
    weights = dict(given or {})
    names = teacher.layers[: teacher.layers.index(last) + 1 : 2]
    known = [name for name in names if any(key.startswith(f"{name}.") for key in weights)]
    with torch.no_grad():
        state = _begin(teacher, batches, {name: _of(weights, name) for name in known})
        for name in names[len(known) :]:
            for batch in state:
                _respond(teacher, name, batch)
            found = (
                _copied(teacher, name)
                if name not in SLIM_RANKS
                else _fitted(teacher, name, SLIM_RANKS[name], state, generator)
            )
            weights |= {f"{name}.{key}": value.float() for key, value in found.items()}
            left = _advance(state, found)
            if report is not None:
                report(name, left)
    return weights


def _begin(
    teacher: VGG, batches: Sequence[torch.Tensor], known: Mapping[str, dict[str, torch.Tensor]]
) -> list[_Batch]:
    """Every batch past the convolutions that are known, one batch after the other."""
    poolings: tuple[Pooling, Pooling] = ("average", "max")
    state = []
    for index, images in enumerate(batches):
        seen = teacher.preprocess(images).to(teacher.dtype, memory_format=torch.channels_last)
        batch = _Batch(pooling=poolings[index % 2], student=seen, teacher=seen)
        for name, weights in known.items():
            _respond(teacher, name, batch)
            batch.student = F.relu(_response(batch.student, weights))
            batch.teacher = F.relu(batch.teacher)
        state.append(batch)
    return state


def _respond(teacher: VGG, name: str, batch: _Batch) -> None:
    """Pool where a block begins, and let the teacher's convolution respond."""
    if name.endswith("_1") and not name.startswith("conv1_"):
        pool = F.avg_pool2d if batch.pooling == "average" else F.max_pool2d
        batch.student, batch.teacher = pool(batch.student, 2), pool(batch.teacher, 2)
    batch.teacher = teacher.convolutions[name](batch.teacher)


def _of(weights: Mapping[str, torch.Tensor], name: str) -> dict[str, torch.Tensor]:
    """The weights of one convolution."""
    prefix = f"{name}."
    return {
        key.removeprefix(prefix): value for key, value in weights.items() if key.startswith(prefix)
    }


def _copied(teacher: VGG, name: str) -> dict[str, torch.Tensor]:
    state = teacher.convolutions[name].state_dict()
    return {"weight": state["weight"], "bias": state["bias"]}


def _fitted(
    teacher: VGG, name: str, ranks: Ranks, state: list[_Batch], generator: torch.Generator
) -> dict[str, torch.Tensor]:
    """Weights of one convolution of low rank."""
    kernel: torch.Tensor = teacher.convolutions[name].state_dict()["weight"]
    reduce = _input_directions(kernel.double(), _second_moment(state), ranks[0])
    inner, cross, means = _moments(state, reduce, generator)
    solved = torch.linalg.solve(inner + _ridge(inner), cross).T  # (C', 9 k)
    response = solved @ inner @ solved.T
    _, vectors = torch.linalg.eigh(response)
    expand = vectors[:, -ranks[1] :].flip(1)
    mix = expand.T @ solved
    inputs, outputs = means
    return {
        "reduce.weight": reduce[:, :, None, None],
        "mix.weight": mix.reshape(ranks[1], ranks[0], 3, 3),
        "expand.weight": expand[:, :, None, None],
        "expand.bias": outputs - expand @ (mix @ inputs),
    }


def _input_directions(kernel: torch.Tensor, moment: torch.Tensor, rank: int) -> torch.Tensor:
    """(rank, C): what of the input the kernel hears most, as if its taps were independent."""
    values, vectors = torch.linalg.eigh(torch.einsum("oiuv,ojuv->ij", kernel, kernel))
    root = vectors @ torch.diag(values.clamp_min(0).sqrt()) @ vectors.T
    energy, directions = torch.linalg.eigh(root @ moment @ root)
    chosen = directions[:, -rank:].flip(1).T @ root
    # All directions then vary alike, which suits Adam, and half precision can hold them.
    alike = chosen / energy[-rank:].flip(0).clamp_min(1e-12).sqrt()[:, None]
    size = float(alike.norm(dim=1).clamp_min(1e-12).log().mean().exp())
    scaled: torch.Tensor = alike / size
    return scaled


def _second_moment(state: list[_Batch]) -> torch.Tensor:
    total = torch.zeros((), dtype=torch.float64)
    for batch in state:
        rows = batch.student.float().permute(1, 0, 2, 3).flatten(1)
        total = total.to(rows.device) + (rows @ rows.T).double() / rows.shape[1]
    return total / len(state)


def _moments(
    state: list[_Batch], reduce: torch.Tensor, generator: torch.Generator
) -> tuple[torch.Tensor, torch.Tensor, tuple[torch.Tensor, torch.Tensor]]:
    """Covariances of the reduced input's 3×3 patches, with the responses too, and the means."""
    inner = cross = inputs = outputs = torch.zeros((), dtype=torch.float64)
    count = 0
    for batch in state:
        reduced = torch.einsum("kc,bchw->bkhw", reduce.float(), batch.student.float())
        patches = F.unfold(reduced, 3, padding=1).transpose(1, 2).flatten(0, 1)
        responses = batch.teacher.float().flatten(2).transpose(1, 2).flatten(0, 1)
        wanted = POSITIONS_PER_IMAGE * len(batch.student)
        chosen = torch.randperm(len(patches), generator=generator)[:wanted].to(patches.device)
        patches, responses = patches[chosen], responses[chosen]
        inner = inner.to(patches.device) + (patches.T @ patches).double()
        cross = cross.to(patches.device) + (patches.T @ responses).double()
        inputs = inputs.to(patches.device) + patches.double().sum(0)
        outputs = outputs.to(patches.device) + responses.double().sum(0)
        count += len(chosen)
    inputs, outputs = inputs / count, outputs / count
    inner = inner / count - torch.outer(inputs, inputs)
    return inner, cross / count - torch.outer(inputs, outputs), (inputs, outputs)


def _ridge(moment: torch.Tensor) -> torch.Tensor:
    size = len(moment)
    return torch.eye(size, dtype=moment.dtype, device=moment.device) * (
        RIDGE * moment.diagonal().mean().clamp_min(1e-12)
    )


def _advance(state: list[_Batch], found: dict[str, torch.Tensor]) -> float:
    """Move both past a convolution and its rectifier; what of the response is unexplained."""
    wrong = variance = 0.0
    for batch in state:
        response, target = _response(batch.student, found), batch.teacher.float()
        wrong += float((response.float() - target).square().sum())
        variance += float((target - target.mean((0, 2, 3), keepdim=True)).square().sum())
        batch.student, batch.teacher = F.relu(response), F.relu(batch.teacher)
    return wrong / max(variance, 1e-12)


def _response(features: torch.Tensor, found: dict[str, torch.Tensor]) -> torch.Tensor:
    """What a fitted convolution, or a copied one, gives."""
    parts = {key: value.to(features) for key, value in found.items()}
    if "weight" in parts:
        return F.conv2d(features, parts["weight"], parts["bias"], padding=1)
    reduced = F.conv2d(features, parts["reduce.weight"])
    mixed = F.conv2d(reduced, parts["mix.weight"], padding=1)
    return F.conv2d(mixed, parts["expand.weight"], parts["expand.bias"])
