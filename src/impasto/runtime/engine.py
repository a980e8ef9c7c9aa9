"""An engine of any backend: any size in, the same size out, in tiles where it is large."""

from __future__ import annotations

from functools import cached_property

from impasto.errors import OptionError, ShapeError
from impasto.networks.shapes import read_shape
from impasto.networks.stages import Stage, unpack_stages
from impasto.progress import Cancellation, ProgressCallback
from impasto.runtime.padding import pad_pixels
from impasto.runtime.protocol import Backend, Pixels, Row
from impasto.runtime.tiling import stylize_in_tiles
from impasto.weights.style_networks import TILE_GRAPH, StyleNetwork

WHOLE_PX = 36 * 2**20
"""Pixels that are computed at once; larger images are computed in tiles."""
TILE_PX = 4 * 2**20
"""Pixels of a tile."""


class FeedForwardEngine:
    """Stylises pictures of any size with one network on one backend.

    Args:
        network: The style network.
        backend: What runs its graphs.
        whole_px: Pixels from which on images are computed in tiles, where the backend can.
        tile_px: Pixels of a tile.

    Raises:
        OptionError: if a number of pixels is below 64 × 64.
    """

    def __init__(
        self,
        network: StyleNetwork,
        backend: Backend,
        *,
        whole_px: int = WHOLE_PX,
        tile_px: int = TILE_PX,
    ) -> None:
        for name, value in (("whole_px", whole_px), ("tile_px", tile_px)):
            if value < 64 * 64:
                raise OptionError(f"{name}: expected at least {64 * 64} pixels, got {value}.")
        self.network, self.backend = network, backend
        self.whole_px, self.tile_px = whole_px, tile_px
        self.shape = read_shape(network.card["architecture"], network.card["shape"])

    @property
    def name(self) -> str:
        """``openvino``, ``onnxruntime`` or ``torch``."""
        return self.backend.name

    @property
    def precision(self) -> str:
        """What is really computed in."""
        return self.backend.settings.precision

    @property
    def threads(self) -> int:
        """Threads of the processor it computes with."""
        return self.backend.settings.threads

    @property
    def description(self) -> str:
        """Name, version and device for a person."""
        return self.backend.settings.description

    @cached_property
    def stages(self) -> list[Stage]:
        """The network's stages; empty where the backend runs images whole."""
        if not self.backend.has_stages:
            return []
        return unpack_stages(self.network.file(TILE_GRAPH))[0]

    def stylize(
        self,
        pixels: Pixels,
        row: Row | None,
        *,
        on_progress: ProgressCallback | None = None,
        cancellation: Cancellation | None = None,
    ) -> Pixels:
        """Stylise pixels of any size.

        Args:
            pixels: (H, W, 3) uint8, sRGB.
            row: (1, row length) float32 from ``network.row``; ``None`` where the network
                has one style.
            on_progress: Called after every tile; never where the image is computed at once.
            cancellation: Stops between tiles; what is not painted then stays the photograph.

        Returns:
            (H, W, 3) uint8, the same size.

        Raises:
            ShapeError: if the pixels or the row have another shape.
        """
        self._check_row(row)
        image = pad_pixels(pixels)
        height, width = pixels.shape[:2]
        if image.shape[1] * image.shape[2] <= self.whole_px or not self.stages:
            stylized = self.backend.run(image, row)
        else:
            stylized = stylize_in_tiles(
                self.backend,
                self.stages,
                self.shape,
                image,
                row,
                tile_px=self.tile_px,
                on_progress=on_progress,
                cancellation=cancellation,
            )
        return stylized[0, :height, :width]

    def _check_row(self, row: Row | None) -> None:
        expected = (1, self.shape.row_length) if self.shape.row_length else None
        got = None if row is None else row.shape
        if got != expected:
            raise ShapeError(f"row: expected {expected or 'no row'}, got {got or 'no row'}.")
