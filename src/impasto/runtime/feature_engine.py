"""An engine of arbitrary-style networks: pixels to features and back, whole or in tiles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from threading import Lock
from typing import Any

import numpy as np
import numpy.typing as npt

from impasto.errors import DeviceError, OptionError, UnknownNameError
from impasto.progress import Cancellation, ProgressCallback, ProgressEvent, Stopwatch
from impasto.runtime.catalog import choose_engine
from impasto.runtime.graph_session import SESSIONS, Arrays, Found, GraphSession
from impasto.runtime.padding import pad_to_multiple
from impasto.runtime.protocol import EngineSettings, Pixels
from impasto.runtime.spans import Span, spans
from impasto.weights.arbitrary_networks import ENCODER_GRAPH, ArbitraryNetworks

Features = npt.NDArray[np.float32]
Changed = tuple[Features, Features, Features]
"""Features (C, h, w), gain and offset, each (C, 1, 1) or (C, h, w): gain · features + offset."""

WHOLE_PX = 3 * 2**20
"""Pixels that are computed at once; larger images are computed in tiles."""
TILE_PX = 2 * 2**20
"""Pixels of a tile."""
ENCODER_MARGIN_PX = (16, 16, 32, 48, 96)
"""How far beyond a tile is read for each block: an encoder sees 37 px around relu4_1."""
SKIP_INPUTS = ("skip", "skip_gain", "skip_offset")
DECODER_MARGIN = 14
"""A decoder sees 11 positions of its features to each side."""


class FeatureEngine:
    """Encodes pixels and decodes features with one folder of networks.

    Args:
        networks: The folder.
        engine: As for :func:`~impasto.runtime.catalog.choose_engine`.
        precision: ``auto``, ``float32`` or ``bfloat16``.
        threads: Threads of the processor; ``None`` for one a core.
        device: Where torch runs.
        whole_px: Pixels from which on images are computed in tiles.
        tile_px: Pixels of a tile.

    Raises:
        DeviceError: if engine, precision or threads are not to be had here.
        WeightsDamagedError: if a file is damaged.
        OptionError: if a number of pixels is below 128 × 128.
    """

    def __init__(
        self,
        networks: ArbitraryNetworks,
        *,
        engine: str = "auto",
        precision: str = "auto",
        threads: int | None = None,
        device: str = "auto",
        whole_px: int = WHOLE_PX,
        tile_px: int = TILE_PX,
    ) -> None:
        for name, value in (("whole_px", whole_px), ("tile_px", tile_px)):
            if value < 128 * 128:
                raise OptionError(f"{name}: expected at least {128 * 128} pixels, got {value}.")
        self.networks = networks
        self.name = choose_engine(engine)
        self.whole_px, self.tile_px = whole_px, tile_px
        self._open: Any = _opener(self.name, networks, precision, threads, device)
        self._sessions: dict[tuple[str, tuple[str, ...]], GraphSession] = {}
        self._lock = Lock()

    @property
    def settings(self) -> EngineSettings:
        """What it computes with."""
        return self._session(ENCODER_GRAPH, ("relu4_1",)).settings

    def encode(
        self,
        pixels: Pixels,
        layers: Sequence[str],
        *,
        on_progress: ProgressCallback | None = None,
        cancellation: Cancellation | None = None,
    ) -> dict[str, Features]:
        """Features of pixels (H, W, 3), mirrored to multiples of 16 at the right and below.

        Returns:
            For each layer (C, H' / 2^b, W' / 2^b) float32, H' and W' the mirrored size.
            Where it was cancelled the rest is 0.
        """
        image = pad_to_multiple(pixels, 16)
        session = self._session(ENCODER_GRAPH, tuple(layers))
        deepest = max(int(name[4]) for name in layers)
        tiles = self._tiles(image.shape[1:3], ENCODER_MARGIN_PX[deepest - 1], 16)
        if len(tiles) == 1:
            return {name: found[0] for name, found in session.run({"image": image}).items()}
        whole: dict[str, Features] = {}
        for rows, columns in _watched(tiles, "encoding", on_progress, cancellation):
            tile = np.ascontiguousarray(image[:, rows.source, columns.source])
            for name, found in session.run({"image": tile}).items():
                stride = tile.shape[1] // found.shape[2]
                if name not in whole:
                    size = (image.shape[1] // stride, image.shape[2] // stride)
                    whole[name] = np.zeros((found.shape[1], *size), np.float32)
                kept = found[0][:, _shrunk(rows.inner, stride), _shrunk(columns.inner, stride)]
                whole[name][:, _shrunk(rows.target, stride), _shrunk(columns.target, stride)] = kept
        return whole

    def skip_layer(self, network: str) -> str | None:
        """The layer whose features a network's decoder wants too; ``None`` for none.

        Raises:
            UnknownNameError: if there is no such network.
        """
        card = self._card(network)
        return f"relu{card['level']}_1" if card["shape"].get("skip_channels") else None

    def decode(
        self,
        network: str,
        features: Features,
        gain: Features,
        offset: Features,
        skip: Changed | None = None,
        *,
        on_progress: ProgressCallback | None = None,
        cancellation: Cancellation | None = None,
    ) -> Pixels:
        """Pixels from gain · features + offset.

        Args:
            network: Whose decoder; of the card.
            features: (C, h, w).
            gain: (C, 1, 1) or (C, h, w).
            offset: The same.
            skip: Features of :meth:`skip_layer`, (C', 2h, 2w), their gain and their offset,
                where there is one.
            on_progress: Told of every tile of a large image.
            cancellation: Stops between tiles; what is not painted then is black.

        Returns:
            (H', W', 3) uint8, mirrored parts included.

        Raises:
            UnknownNameError: if there is no such network.
        """
        stride = 2 ** self._card(network)["level"]
        session = self._session(f"{network}.onnx", ("stylized",))
        height, width = features.shape[1:]
        tiles = self._tiles((height * stride, width * stride), DECODER_MARGIN * stride, stride)
        arrays = {"features": features, "gain": gain, "offset": offset}
        if skip is not None:
            arrays |= dict(zip(SKIP_INPUTS, skip, strict=True))
        if len(tiles) == 1:
            feed = {name: np.ascontiguousarray(each[None]) for name, each in arrays.items()}
            return np.asarray(session.run(feed)["stylized"][0])
        whole = np.zeros((height * stride, width * stride, 3), np.uint8)
        for rows, columns in _watched(tiles, "painting", on_progress, cancellation):
            tile = session.run(_cut(arrays, rows.source, columns.source, stride))["stylized"][0]
            whole[rows.target, columns.target] = tile[rows.inner, columns.inner]
        return whole

    def compute(self, graph: str, outputs: tuple[str, ...], feed: Arrays) -> Found:
        """Run another graph of the folder, as it is.

        Raises:
            WeightsNotFoundError: if the folder has no such graph.
        """
        return self._session(graph, outputs).run(feed)

    def _card(self, network: str) -> Mapping[str, Any]:
        known: Mapping[str, Mapping[str, Any]] = self.networks.card["networks"]
        if network not in known:
            raise UnknownNameError(f"network: expected one of {', '.join(known)}, got {network!r}.")
        return known[network]

    def _session(self, graph: str, outputs: tuple[str, ...]) -> GraphSession:
        with self._lock:
            if (graph, outputs) not in self._sessions:
                self._sessions[graph, outputs] = self._open(graph, outputs)
            return self._sessions[graph, outputs]

    def _tiles(self, size: tuple[int, int], margin: int, step: int) -> list[tuple[Span, Span]]:
        height, width = size
        if height * width <= self.whole_px:
            largest = (height, width)
        else:
            columns = min(width, _multiple(2 * self.tile_px**0.5, step))
            largest = (_multiple(self.tile_px / columns, step), columns)
        return [
            (rows, columns)
            for rows in spans(height, largest=largest[0], margin=margin, step=step)
            for columns in spans(width, largest=largest[1], margin=margin, step=step)
        ]


def _opener(
    engine: str, networks: ArbitraryNetworks, precision: str, threads: int | None, device: str
) -> Any:
    if engine == "torch":
        from impasto.runtime.torch_session import TorchSession

        return partial(TorchSession, networks, precision=precision, threads=threads, device=device)
    session: Any = SESSIONS[engine]
    if device not in ("auto", "cpu"):
        raise DeviceError(
            f"device {device}: the engine {engine} runs on the CPU; use engine torch there."
        )

    def open_file(graph: str, outputs: tuple[str, ...]) -> GraphSession:
        opened: GraphSession = session(
            networks.file(graph), outputs, precision=precision, threads=threads
        )
        return opened

    return open_file


def _watched(
    tiles: Sequence[tuple[Span, Span]],
    stage: str,
    on_progress: ProgressCallback | None,
    cancellation: Cancellation | None,
) -> Any:
    """The tiles one by one, telling of each that is done."""
    watch = Stopwatch()
    for number, tile in enumerate(tiles, start=1):
        if cancellation is not None and cancellation.is_cancelled:
            return
        yield tile
        if on_progress is not None:
            on_progress(
                ProgressEvent(
                    stage=stage,
                    step=number,
                    total=len(tiles),
                    elapsed_s=watch.elapsed_s,
                    remaining_s=watch.remaining_s(number, len(tiles)),
                )
            )


def _cut(arrays: Mapping[str, Features], rows: slice, columns: slice, stride: int) -> Arrays:
    """What of the inputs lies in a tile; gains and offsets of (C, 1, 1) hold everywhere."""
    feed = {}
    for name, each in arrays.items():
        if each.shape[1:] != (1, 1):
            own = stride // 2 if name in SKIP_INPUTS else stride
            each = each[:, _shrunk(rows, own), _shrunk(columns, own)]
        feed[name] = np.ascontiguousarray(each[None])
    return feed


def _shrunk(positions: slice, stride: int) -> slice:
    return slice(positions.start // stride, positions.stop // stride)


def _multiple(length: float, step: int) -> int:
    return max(step, int(length) // step * step)
