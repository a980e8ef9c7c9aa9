"""Engines of arbitrary-style networks, opened once, and what they found in styles, kept."""

from __future__ import annotations

import sys
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

from impasto.errors import OptionError
from impasto.stylizers.options import AdainOptions, ArbitraryOptions, SanetOptions, WctOptions
from impasto.weights.arbitrary_networks import ArbitraryNetworks, read_arbitrary_networks

if TYPE_CHECKING:
    from impasto.device import DeviceChoice
    from impasto.runtime.feature_engine import FeatureEngine

Found = TypeVar("Found")

KEPT = 64
"""Styles whose statistics are remembered."""


NETWORKS: Mapping[type[ArbitraryOptions], tuple[str, ...]] = {
    AdainOptions: ("adain",),
    SanetOptions: ("sanet",),
    WctOptions: ("wct4", "wct3", "wct2", "wct1"),
}
"""The networks that the methods with these options need."""


def shared_feature_engine(
    options: ArbitraryOptions, device: DeviceChoice | None = None
) -> FeatureEngine:
    """The engine for these choices, opened once: its weights are frozen.

    Args:
        options: Which engine, precision and threads.
        device: Where it runs, if that is chosen already; a GPU has torch as its engine.

    Raises:
        DeviceError: if engine, precision or threads are not to be had here.
        OptionError: if the engine that was asked for does not run on the device.
        WeightsNotFoundError: if a network or a file of one is missing.
        WeightsDamagedError: if one is not what the card promises.
    """
    name, place = options.engine, "auto" if device is None else str(device.device)
    if device is not None and device.device.type != "cpu":
        if name not in ("auto", "torch"):
            raise OptionError(
                f"engine: {name} runs on the CPU, got device {place}; use engine torch there."
            )
        name = "torch"
    networks = read_arbitrary_networks()
    networks.require(NETWORKS[type(options)])
    version = networks.version
    return _opened(networks.folder, version, name, options.precision, options.threads, place)


def engine_settings(engine: FeatureEngine) -> dict[str, Any]:
    """What ran the networks; the engines are called by the names of their packages."""
    return {
        "engine": engine.name,
        "precision": engine.settings.precision,
        "threads": engine.settings.threads,
        "networks_sha256": engine.networks.version,
        engine.name: getattr(sys.modules.get(engine.name), "__version__", "unknown"),
    }


class StyleMemory:
    """What was found in styles, the most recent ones; safe to use from several threads."""

    def __init__(self, kept: int = KEPT) -> None:
        self._kept, self._lock = kept, threading.Lock()
        self._found: OrderedDict[tuple[Any, ...], Any] = OrderedDict()

    def recall(self, key: tuple[Any, ...], find: Callable[[], Found]) -> Found:
        """What was found under a key before, else what ``find`` finds now."""
        with self._lock:
            if key in self._found:
                self._found.move_to_end(key)
                return cast(Found, self._found[key])
        found = find()
        with self._lock:
            self._found[key] = found
            while len(self._found) > self._kept:
                self._found.popitem(last=False)
        return found


STYLE_MEMORY = StyleMemory()


@lru_cache(maxsize=4)
def _opened(
    folder: Path, version: str, engine: str, precision: str, threads: int | None, device: str
) -> FeatureEngine:
    """An engine; the version is there to open networks anew that were trained again."""
    from impasto.runtime.feature_engine import FeatureEngine

    networks: ArbitraryNetworks = read_arbitrary_networks(folder)
    return FeatureEngine(
        networks, engine=engine, precision=precision, threads=threads, device=device
    )
