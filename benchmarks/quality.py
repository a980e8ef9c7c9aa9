"""Every fast style on photographs its network never saw, beside Gatys.

The photographs, and paintings that networks were trained on and that do not ship, are not
part of Impasto: two environment variables name the folders they lie in.
"""

from __future__ import annotations

import os
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import torch

from benchmarks.processes import machine
from impasto.device import choose_device
from impasto.encoders.catalog import load_encoder
from impasto.errors import ImageNotFoundError
from impasto.figures import Cell, save_grid
from impasto.image.codec import open_image
from impasto.image.picture import Picture
from impasto.image.resize import resize
from impasto.image.tensor import image_to_tensor, tensor_to_picture
from impasto.losses.content import content_loss
from impasto.losses.gram import gram_matrix
from impasto.losses.style import style_layer_loss
from impasto.metrics.content_distance import CONTENT_LAYER
from impasto.metrics.structural_similarity import structural_similarity
from impasto.metrics.style_distance import STYLE_LAYERS
from impasto.render import stylize
from impasto.sources import resolve_size
from impasto.styles.catalog import STYLES, style_path
from impasto.weights.style_networks import StyleNetwork, fast_styles

SIDE_PX = 512
STYLE_SIDE_PX = 512
PHOTOGRAPHS = 50
GATYS_PHOTOGRAPHS = 1
SHOWN = 6
PHOTO_FOLDER, PAINTING_FOLDER = "IMPASTO_BENCH_PHOTOS", "IMPASTO_BENCH_PAINTINGS"

HEADER = """\
| style | fast: style left | worst | content | SSIM | Gatys: style left | content | SSIM |
|---|---|---|---|---|---|---|---|"""


@dataclass(frozen=True, kw_only=True)
class Measured:
    """What a max-pooling float32 VGG-19 says of one picture."""

    style_left: float
    content: float
    similarity: float


def compare(sheet: Path) -> str:
    """The table, and a contact sheet of some of the photographs."""
    photographs = held_out(pictures_folder(PHOTO_FOLDER))
    judge = Judge()
    seen = [judge.look(photo) for photo in photographs]
    lines, columns = [], []
    for index, (name, network) in enumerate(fast_styles().items()):
        painting = style_picture(name, network)
        style = judge.look(painting)
        pictures = [stylize(photo, style=name).picture for photo in photographs]
        fast = [judge.measure(*pair, style) for pair in zip(pictures, seen, strict=True)]
        chosen = range(index, len(photographs), PHOTOGRAPHS // GATYS_PHOTOGRAPHS)
        gatys = [
            judge.measure(
                stylize(photographs[i], style=painting, method="gatys").picture, seen[i], style
            )
            for i in chosen
        ]
        lines.append(_line(name, fast, gatys))
        columns.append((name, pictures[: SHOWN * 8 : 8]))
        print(lines[-1], flush=True)
    shown = photographs[: SHOWN * 8 : 8]
    rows = [
        [Cell(picture=photo), *(Cell(picture=pictures[i]) for _, pictures in columns)]
        for i, photo in enumerate(shown)
    ]
    save_grid(rows, sheet, column_titles=["photograph", *(name for name, _ in columns)])
    return "\n".join([_preface(len(photographs)), "", HEADER, *lines])


def held_out(folder: Path) -> list[Picture]:
    """Photographs, evenly chosen by name, at the size they are judged at."""
    paths = sorted(path for path in folder.iterdir() if path.suffix.lower() in (".jpg", ".png"))
    count = min(PHOTOGRAPHS, len(paths))
    chosen = [paths[i * len(paths) // count] for i in range(count)]
    return [reduced(open_image(path)) for path in chosen]


def style_picture(name: str, network: StyleNetwork) -> Picture:
    """The picture a style was trained on, found by its checksum; shorter side 512 px."""
    entry = network.card["styles"][name]
    ours = [style_path(spec) for spec in STYLES.values()]
    paintings = sorted(pictures_folder(PAINTING_FOLDER).iterdir())
    for path in (*ours, *paintings):
        if path.is_file() and sha256(path.read_bytes()).hexdigest() == entry["image_sha256"]:
            picture = open_image(path)
            factor = STYLE_SIDE_PX / min(picture.size)
            height, width = (round(side * factor) for side in picture.size)
            return tensor_to_picture(resize(image_to_tensor(picture), (height, width)))
    raise ImageNotFoundError(
        f"{name}: no picture with the checksum {entry['image_sha256']} among the styles that "
        f"ship and in {PAINTING_FOLDER}; its card calls it {entry['image']}."
    )


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What the judge sees in a picture: computed once, compared often."""

    image: torch.Tensor
    grams: tuple[torch.Tensor, ...]
    content: torch.Tensor


class Judge:
    """A VGG-19 with maximum pooling; its measures are those of :mod:`impasto.metrics`."""

    def __init__(self) -> None:
        self._encoder = load_encoder("vgg19", pooling="max", device=choose_device())

    @torch.no_grad()
    def look(self, picture: Picture) -> Seen:
        """One pass through the encoder."""
        image = image_to_tensor(picture)
        features = self._encoder(image, (*STYLE_LAYERS, CONTENT_LAYER))
        return Seen(
            image=image,
            grams=tuple(gram_matrix(features[layer]) for layer in STYLE_LAYERS),
            content=features[CONTENT_LAYER],
        )

    def measure(self, picture: Picture, photograph: Seen, style: Seen) -> Measured:
        """How far ``picture`` is from the style, and from the photograph it was made of."""
        seen = self.look(picture)
        content = content_loss(seen.content, photograph.content, normalization="relative")
        return Measured(
            style_left=_style_distance(seen, style) / _style_distance(photograph, style),
            content=float(content),
            similarity=structural_similarity(seen.image, photograph.image),
        )


def _style_distance(image: Seen, style: Seen) -> float:
    losses = [
        style_layer_loss(ours, theirs, normalization="relative")
        for ours, theirs in zip(image.grams, style.grams, strict=True)
    ]
    return float(torch.stack(losses).mean())


def _line(name: str, fast: Sequence[Measured], gatys: Sequence[Measured]) -> str:
    def mean(results: Sequence[Measured], field: str) -> str:
        return f"{statistics.mean(getattr(result, field) for result in results):.2f}"

    worst = max(result.style_left for result in fast)
    fields = ("style_left", "content", "similarity")
    first, *rest = (mean(fast, field) for field in fields)
    cells = [first, f"{worst:.2f}", *rest, *(mean(gatys, field) for field in fields)]
    return f"| {name} | {' | '.join(cells)} |"


def _preface(count: int) -> str:
    return (
        f"{count} photographs no network has seen, longest side {SIDE_PX} px; Gatys (defaults) on "
        f"{GATYS_PHOTOGRAPHS} of them a style, others for each; styles at {STYLE_SIDE_PX} px on "
        f"the shorter side; judged in {str(choose_device().dtype).removeprefix('torch.')}. "
        f"{machine()}"
    )


def reduced(picture: Picture) -> Picture:
    """A picture at the size it is judged at."""
    image = resize(image_to_tensor(picture), resolve_size(SIDE_PX, picture.size))
    return tensor_to_picture(image)


def pictures_folder(variable: str) -> Path:
    """The folder that an environment variable names."""
    folder = os.environ.get(variable)
    if not folder or not Path(folder).is_dir():
        raise SystemExit(f"quality: set {variable} to a folder of pictures.")
    return Path(folder)
