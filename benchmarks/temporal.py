"""Films: warping error, flicker, style and content of each way to hold them steady.

Contract: every clip is painted frame by frame, by the network trained for films where there
is one, and by frame and held by optical flow; all figures are ratios to frame by frame on the
same frames. Motion is estimated at full size where it is not known. The measured flow and
the flow that holds a film are of one family; the two clips with known motion are the check.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np

from benchmarks.pictures import photograph
from impasto.device import choose_device
from impasto.encoders.catalog import load_encoder
from impasto.encoders.vgg import VGG
from impasto.flow.flow_files import KnownFlow, read_flow
from impasto.flow.optical_flow import Frame, resize_frame
from impasto.flow.stabilization import FlowStabilizer
from impasto.flow.warp import inside, resize_flow
from impasto.image.codec import open_image, save_image
from impasto.image.picture import Picture
from impasto.image.resize import resize
from impasto.image.tensor import image_to_tensor
from impasto.metrics.content_distance import content_distance
from impasto.metrics.film_stability import FilmStability, StabilityFigures
from impasto.metrics.style_distance import style_distance
from impasto.sources import find_style
from impasto.stylizers.fast import shared_engine
from impasto.stylizers.options import FastOptions
from impasto.stylizers.style_targets import style_size
from impasto.weights.style_networks import StyleNetwork, fast_styles, read_network

DATA = Path(__file__).parents[2] / "shared" / "data" / "video"
FRAMES = 16
LONGEST_PX = 640
STYLES = ("starry-night", "candy")
JUDGED = (0.5, 1.0)
"""Where in a clip style and content are measured."""

Film = list[Frame]
Flows = list[KnownFlow] | None
Painter = Callable[[Film], Film]


@dataclass(frozen=True, kw_only=True)
class Clip:
    """A film, and its true flow from frame to frame where that is known."""

    name: str
    frames: Film
    flows: Flows = None


@dataclass(frozen=True, kw_only=True)
class Figures:
    """What was measured of one film."""

    stability: StabilityFigures
    style: float
    content: float
    ms_a_frame: float


def clips() -> Iterator[Clip]:
    """All clips that are here; the first one always is."""
    yield moved_photograph()
    if not DATA.is_dir():
        return
    yield kitti_pair()
    for name, pattern in (
        ("Sintel, hair", "sintel_raft_demo_1024x436/*.png"),
        ("Sintel, 50 frames", "sintel_avatar_seq/*.jpg"),
        ("Sintel, market_1", "sintel_market_1/*.png"),
        ("tennis (DAVIS)", "tennis_davis_448x256/rgb/*.png"),
    ):
        paths = sorted(DATA.glob(pattern))[:FRAMES]
        yield Clip(name=name, frames=[_small(open_image(path).pixels) for path in paths])
    for name in ("fox", "sam2_dog"):
        yield Clip(name=name, frames=video_frames(DATA / f"{name}.mp4"))


def moved_photograph() -> Clip:
    """A photograph under a camera that pans, turns and zooms, with noise of a sensor."""
    import cv2

    photo = photograph("rocket").pixels
    size = (240, 360)
    rng = np.random.default_rng(0)
    frames, places = [], []
    for index in range(FRAMES):
        angle, zoom = 0.01 * index, 1 - 0.008 * index
        turn = zoom * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        shift = np.array([300 + 3.3 * index, 220 - 1.7 * index]) - turn @ [180, 120]
        places.append(np.column_stack([turn, shift]))
        frame = cv2.warpAffine(
            photo, places[-1], size[::-1], flags=cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP
        )
        noisy = frame + rng.normal(0, 2, frame.shape)
        frames.append(np.rint(noisy.clip(0, 255)).astype(np.uint8))
    pairs = pairwise(places)
    flows = [_affine_flow(first, second, size) for first, second in pairs]
    return Clip(name="photograph, moved (true flow)", frames=frames, flows=flows)


def _affine_flow(first: np.ndarray, second: np.ndarray, size: tuple[int, int]) -> KnownFlow:
    y, x = np.mgrid[: size[0], : size[1]]
    here = np.stack([x, y], axis=-1).astype(float)
    scene = here @ first[:, :2].T + first[:, 2]
    there = (scene - second[:, 2]) @ np.linalg.inv(second[:, :2]).T
    flow = (there - here).astype(np.float32)
    return KnownFlow(flow=flow, known=inside(flow))


def kitti_pair() -> Clip:
    """Two frames of a drive, with the flow of a laser scanner."""
    folder = DATA / "kitti_pair_gtflow"
    frames = [open_image(folder / f"frame{index}.png").pixels for index in (1, 2)]
    return Clip(
        name="KITTI pair (true flow)", frames=frames, flows=[read_flow(folder / "flow_gt.png")]
    )


def video_frames(path: Path) -> Film:
    """The first frames of a film."""
    from itertools import islice

    from impasto.video.reader import VideoReader

    with VideoReader(path) as reader:
        return [_small(frame.pixels) for frame in islice(reader.frames(), FRAMES)]


def _small(frame: Frame) -> Frame:
    share = min(1.0, LONGEST_PX / max(frame.shape[:2]))
    return resize_frame(frame, (round(frame.shape[0] * share), round(frame.shape[1] * share)))


def painters(style: str) -> dict[str, Painter]:
    """The ways to paint a film, by name; ``trained`` only where there is such a network."""
    network = fast_styles()[style]
    found = {"off": painter(network, style), "flow": held(painter(network, style))}
    twin = network.folder.with_name(f"{network.folder.name}-stable")
    if (twin / "card.json").is_file():
        trained = read_network(twin)
        found["trained"] = painter(trained, style)
        found["trained + flow"] = held(painter(trained, style))
    return found


def painter(network: StyleNetwork, style: str) -> Painter:
    engine = shared_engine(network, FastOptions())
    row = network.row({style: 1.0}) if network.rows else None
    return lambda film: [engine.stylize(frame, row) for frame in film]


def held(paint: Painter) -> Painter:
    def hold(film: Film) -> Film:
        stabilizer = FlowStabilizer()
        painted = paint(film)
        return [stabilizer.stabilize(*pair) for pair in zip(film, painted, strict=True)]

    return hold


def measure(clip: Clip, paint: Painter, style: str, judge: VGG) -> tuple[Figures, Film]:
    began = time.perf_counter()
    film = paint(clip.frames)
    seconds = time.perf_counter() - began
    stability = FilmStability()
    for index, pair in enumerate(zip(clip.frames, film, strict=True)):
        known = None if clip.flows is None or index == 0 else clip.flows[index - 1]
        stability.update(*pair, known)
    style_image = image_to_tensor(find_style(style))
    height, width = film[0].shape[:2]
    native = (int(style_image.shape[-2]), int(style_image.shape[-1]))
    style_image = resize(style_image, style_size(native, (height, width)))
    chosen = [round(share * (len(film) - 1)) for share in JUDGED]
    images = [(_tensor(film[at]), _tensor(clip.frames[at])) for at in chosen]
    return (
        Figures(
            stability=stability.figures,
            style=_mean([style_distance(ours, style_image, encoder=judge) for ours, _ in images]),
            content=_mean([content_distance(*pair, encoder=judge) for pair in images]),
            ms_a_frame=1000 * seconds / len(film),
        ),
        film,
    )


def _tensor(frame: Frame):  # type: ignore[no-untyped-def]
    return image_to_tensor(Picture(pixels=frame))


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def _ratio(ours: float | None, base: float | None) -> str:
    return "" if not base or ours is None else f"{ours / base:.2f}"


HEADING = (
    "| clip | style | mode | warping error | ratio | flicker, ratio | style, ratio "
    "| content, ratio |\n|---|---|---|---|---|---|---|---|"
)


def compare(figure: Path | None = None) -> str:
    """The table; with a path, also the figure of consecutive frames."""
    judge = load_encoder("vgg19", pooling="max", device=choose_device("cpu", "float32"))
    lines = [HEADING]
    ratios: dict[str, list[tuple[float, float]]] = {}
    for clip in clips():
        for style in STYLES:
            films = {}
            found: dict[str, Figures] = {}
            for mode, paint in painters(style).items():
                found[mode], films[mode] = measure(clip, paint, style, judge)
                lines.append(_line(clip, style, mode, found[mode], found["off"]))
                print(lines[-1], flush=True)
                ratios.setdefault(mode, []).append(_pair(found[mode], found["off"]))
            if figure is not None and clip.name.startswith("tennis") and style == STYLES[0]:
                draw(clip, films, figure)
    for mode, pairs in ratios.items():
        error, style_ratio = (_mean([pair[at] for pair in pairs]) for at in (0, 1))
        lines.append(f"| **mean** | | {mode} | | {error:.2f} | | {style_ratio:.2f} | |")
    return "\n".join(lines)


def _pair(ours: Figures, base: Figures) -> tuple[float, float]:
    error, reference = ours.stability.warping_error, base.stability.warping_error
    return (error or 0.0) / (reference or 1.0), ours.style / base.style


def _line(clip: Clip, style: str, mode: str, ours: Figures, base: Figures) -> str:
    error = ours.stability.warping_error
    return (
        f"| {clip.name} | {style} | {mode} | {'' if error is None else f'{error:.4f}'} "
        f"| {_ratio(error, base.stability.warping_error)} "
        f"| {_ratio(ours.stability.flicker, base.stability.flicker)} "
        f"| {_ratio(ours.style, base.style)} | {_ratio(ours.content, base.content)} |"
    )


def draw(clip: Clip, films: dict[str, Film], path: Path) -> None:
    """Two consecutive frames of each way, and five times their difference along the motion."""
    from impasto.flow.optical_flow import DenseInverseSearch
    from impasto.metrics.warping_error import moved_difference

    at = len(clip.frames) - 2
    first, second = clip.frames[at : at + 2]
    judge = DenseInverseSearch(longest_side_px=None, preset="medium")
    flow = resize_flow(judge.estimate(first, second), first.shape[:2])
    rows = []
    for film in (clip.frames, *films.values()):
        difference = np.abs(moved_difference(film[at], film[at + 1], flow)).mean(-1)
        shown = np.repeat((255 * (5 * difference).clip(0, 1)).astype(np.uint8)[..., None], 3, 2)
        rows.append(np.hstack([film[at], film[at + 1], shown]))
    save_image(Picture(pixels=np.vstack(rows)), path, quality=88)
