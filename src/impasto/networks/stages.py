"""A network cut into stages, so that an image can pass through it tile by tile.

Instance normalisation needs a layer's mean and variance over the whole image before the
next layer can begin. A stage goes from one such layer to the next: it is run on every
tile, the tiles' statistics are pooled, and the following stages are given the result. What
they need besides is kept as maps, in half precision. So every layer is computed once or
little more, tiles need to overlap by no more than a stage reaches, and what comes out is
what the whole image gives.

Source: written for this library. Thumbnail instance normalisation (Chen et al. 2022) takes
    the statistics from a reduced image instead. That is cheaper for networks whose features
    look alike at both sizes; here it is off by more than ten grey levels, because a style's
    texture does not shrink with the image.
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from impasto.errors import WeightsDamagedError

HALO_STEPS = 2
"""How far tiles overlap, in steps of 8 pixels: no stage reaches further."""
IMAGE = "image"
STYLIZED = "stylized"
MEASURED = "measured"
LIST_NAME = "stages.json"


@dataclass(frozen=True, kw_only=True)
class FeatureMap:
    """Features kept between stages.

    Attributes:
        name: Of the graph's input and output.
        channels: How many.
        stride: How many pixels its positions are apart.
    """

    name: str
    channels: int
    stride: int


@dataclass(frozen=True, kw_only=True)
class Stage:
    """One graph on the way through a network.

    Attributes:
        name: Of its file, without suffix.
        inputs: Names of the maps it takes, (1, C, h, w) float16; ``image`` is (1, H, W, 3)
            uint8.
        outputs: The maps it gives; none of the last stage, which gives ``stylized``.
        layer: Number of the normalised layer whose statistics it measures, or ``None``.
    """

    name: str
    inputs: tuple[str, ...]
    outputs: tuple[FeatureMap, ...]
    layer: int | None


def pack_stages(stages: Sequence[Stage], graphs: Mapping[str, bytes]) -> bytes:
    """Put stages and their graphs by stage name into one archive, the same for the same input."""
    import zipfile

    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        listed = json.dumps([asdict(stage) for stage in stages], indent=1)
        archive.writestr(zipfile.ZipInfo(LIST_NAME), listed)
        for name, graph in graphs.items():
            archive.writestr(zipfile.ZipInfo(f"{name}.onnx"), graph)
    return buffer.getvalue()


def unpack_stages(path: Path) -> tuple[list[Stage], dict[str, bytes]]:
    """Read what :func:`pack_stages` packed.

    Raises:
        WeightsDamagedError: if the file is not such an archive.
    """
    import zipfile  # not at the top: most images need no tiles, and a command starts sooner

    try:
        with zipfile.ZipFile(path) as archive:
            stages = [_stage(entry) for entry in json.loads(archive.read(LIST_NAME))]
            graphs = {stage.name: archive.read(f"{stage.name}.onnx") for stage in stages}
    except (OSError, ValueError, KeyError, TypeError, zipfile.BadZipFile) as error:
        raise WeightsDamagedError(
            f"{path}: expected the stages of a style network, got {error!r}; "
            "train or install the network again."
        ) from error
    return stages, graphs


def _stage(entry: dict[str, object]) -> Stage:
    values = dict(entry)
    values["inputs"] = tuple(values["inputs"])  # type: ignore[arg-type]
    values["outputs"] = tuple(FeatureMap(**each) for each in values["outputs"])  # type: ignore[attr-defined]
    return Stage(**values)  # type: ignore[arg-type]
