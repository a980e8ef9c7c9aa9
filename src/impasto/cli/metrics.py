"""``impasto metrics``: measure stylised images."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from impasto.cli.console import print_columns, print_json
from impasto.cli.files import check_size, expand

if TYPE_CHECKING:
    import torch

    from impasto.encoders.vgg import VGG


def metrics_command(
    photo: Annotated[str, typer.Argument(help="The photograph.")],
    style: Annotated[str, typer.Argument(help="The style: a name or a path.")],
    outputs: Annotated[list[str], typer.Argument(help="Stylised images: files or globs.")],
    encoder: Annotated[str, typer.Option(help="Encoder that judges.")] = "vgg19",
    pooling: Annotated[str, typer.Option(help="max (as VGG was trained) or average.")] = "max",
    size: Annotated[
        int | None, typer.Option(help="Measure at this longest side. Default: the output's.")
    ] = None,
    device: Annotated[str, typer.Option(help="auto, cpu, cuda, cuda:N or mps.")] = "auto",
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Measure style, content, similarity and edges of stylised images, in float32.

    The photograph and the style are resized to the output's size and area.
    """
    from typing import cast

    from impasto.device import choose_device
    from impasto.encoders.catalog import load_encoder
    from impasto.encoders.vgg import Pooling
    from impasto.image.codec import open_image
    from impasto.image.tensor import image_to_tensor
    from impasto.sources import find_style, resolve_size

    choice = choose_device(device, "float32")
    content_image = image_to_tensor(open_image(photo)).to(choice.device)
    style_image = image_to_tensor(find_style(style)).to(choice.device)
    paths = expand(outputs)
    for path in paths:
        check_size(resolve_size(size, open_image(path).size))
    judge = load_encoder(encoder, pooling=cast(Pooling, pooling), device=choice)
    measured = {}
    for path in paths:
        image = image_to_tensor(open_image(path)).to(choice.device)
        measured[str(path)] = _measure(judge, content_image, style_image, image, size)
    if json:
        print_json(next(iter(measured.values())) if len(measured) == 1 else measured)
        return
    rows = [
        [*(f"{value:.4g}" for value in values.values()), path] for path, values in measured.items()
    ]
    print_columns([[*next(iter(measured.values())), "output"], *rows])


def _measure(
    judge: VGG,
    content_image: torch.Tensor,
    style_image: torch.Tensor,
    image: torch.Tensor,
    size: int | None,
) -> dict[str, float]:
    from impasto.image.resize import resize
    from impasto.metrics.content_distance import content_distance
    from impasto.metrics.edge_agreement import laplacian_distance
    from impasto.metrics.structural_similarity import structural_similarity
    from impasto.metrics.style_distance import style_distance
    from impasto.sources import resolve_size
    from impasto.stylizers.style_targets import style_size

    own = (int(image.shape[-2]), int(image.shape[-1]))
    shape = resolve_size(size, own)
    image = resize(image, shape)
    content_image = resize(content_image, shape)
    native = (int(style_image.shape[-2]), int(style_image.shape[-1]))
    style_image = resize(style_image, style_size(native, shape))
    style = style_distance(image, style_image, encoder=judge)
    start = style_distance(content_image, style_image, encoder=judge)
    return {
        "style_distance": style,
        "style_left": style / start if start else 0.0,
        "content_distance": content_distance(image, content_image, encoder=judge),
        "ssim": structural_similarity(image, content_image),
        "laplacian_distance": laplacian_distance(image, content_image),
    }
