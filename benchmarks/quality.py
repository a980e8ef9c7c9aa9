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

from benchmarks.processes import machine
from impasto.device import choose_device
from impasto.encoders.catalog import load_encoder
from impasto.encoders.vgg import VGG
from impasto.errors import ImageNotFoundError
from impasto.figures import Cell, save_grid
from impasto.image.codec import open_image
from impasto.image.picture import Picture
from impasto.image.resize import resize
from impasto.image.tensor import image_to_tensor, tensor_to_picture
from impasto.metrics.content_distance import content_distance
from impasto.metrics.structural_similarity import structural_similarity
from impasto.metrics.style_distance import style_distance
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
    photographs = held_out(_folder(PHOTO_FOLDER))
    judge = load_encoder("vgg19", pooling="max", device=choose_device())
    lines, columns = [], []
    for index, (name, network) in enumerate(fast_styles().items()):
        style = style_picture(name, network)
        pictures = [stylize(photo, style=name).picture for photo in photographs]
        fast = measure(judge, photographs, pictures, style)
        share = photographs[index :: PHOTOGRAPHS // GATYS_PHOTOGRAPHS][:GATYS_PHOTOGRAPHS]
        gatys = measure(
            judge,
            share,
            [stylize(photo, style=style, method="gatys").picture for photo in share],
            style,
        )
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
    return [_reduced(open_image(path)) for path in chosen]


def style_picture(name: str, network: StyleNetwork) -> Picture:
    """The picture a style was trained on, found by its checksum; shorter side 512 px."""
    entry = network.card["styles"][name]
    ours = [style_path(spec) for spec in STYLES.values()]
    paintings = sorted(_folder(PAINTING_FOLDER).iterdir())
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


def measure(
    judge: VGG, photographs: Sequence[Picture], pictures: Sequence[Picture], style: Picture
) -> list[Measured]:
    """Judge pictures against their photographs and their style."""
    style_image = image_to_tensor(style)
    measured = []
    for photograph, picture in zip(photographs, pictures, strict=True):
        content, image = image_to_tensor(photograph), image_to_tensor(picture)
        start = style_distance(content, style_image, encoder=judge)
        measured.append(
            Measured(
                style_left=style_distance(image, style_image, encoder=judge) / start,
                content=content_distance(image, content, encoder=judge),
                similarity=structural_similarity(image, content),
            )
        )
    return measured


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


def _reduced(picture: Picture) -> Picture:
    image = resize(image_to_tensor(picture), resolve_size(SIDE_PX, picture.size))
    return tensor_to_picture(image)


def _folder(variable: str) -> Path:
    folder = os.environ.get(variable)
    if not folder or not Path(folder).is_dir():
        raise SystemExit(f"quality: set {variable} to a folder of pictures.")
    return Path(folder)
