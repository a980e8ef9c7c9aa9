"""The places where a weights file may lie, in the order they are searched."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from impasto.weights.catalog import WeightSpec

SHIPPED_FOLDER = Path(__file__).parent / "files"


@dataclass(frozen=True, kw_only=True)
class Place:
    """One place where a weights file may lie.

    Attributes:
        path: The file's path there, whether it exists or not.
        where: The place in words, to follow "from" (``"the Impasto cache"``).
        repair: What a person should do when the file there is damaged.
    """

    path: Path
    where: str
    repair: str


def find_place(spec: WeightSpec, path: str | os.PathLike[str] | None = None) -> Place | None:
    """Find the first place that holds the file of ``spec``, or ``None``.

    Args:
        spec: The weights to look for.
        path: A file, or a folder that holds ``spec.filename``. When given, it alone counts.
    """
    places = search_places(spec) if path is None else iter([given_place(spec, path)])
    return next((place for place in places if _holds(place.path.is_file)), None)


def given_place(spec: WeightSpec, path: str | os.PathLike[str]) -> Place:
    """Describe the place a person named: a file, or a folder that holds ``spec.filename``."""
    given = _expand_home(path)
    return Place(
        path=given / spec.filename if _holds(given.is_dir) else given,
        where="the path given",
        repair="Give the path of the right file, or leave the path out.",
    )


def search_places(spec: WeightSpec) -> Iterator[Place]:
    """List every place where the file of ``spec`` is looked for, in order."""
    delete_it = "Delete it and run again" + ("." if spec.url is None else " to download it anew.")
    if folder := os.environ.get("IMPASTO_WEIGHTS"):
        yield Place(
            path=_expand_home(folder) / spec.filename,
            where="the folder IMPASTO_WEIGHTS names",
            repair=delete_it,
        )
    if spec.shipped:
        yield Place(
            path=SHIPPED_FOLDER / spec.filename,
            where="the impasto package",
            repair="Install it anew: pip install --force-reinstall --no-deps impasto.",
        )
    yield from _package_places(spec)
    torch_hub = _torch_home() / "hub" / "checkpoints"
    yield Place(path=torch_hub / spec.filename, where="the torch hub cache", repair=delete_it)
    yield Place(path=cache_folder() / spec.filename, where="the Impasto cache", repair=delete_it)


def cache_folder() -> Path:
    """The folder that Impasto downloads weights into; it need not exist yet."""
    return platformdirs.user_cache_path("impasto", appauthor=False) / "weights"


def _package_places(spec: WeightSpec) -> Iterator[Place]:
    if spec.package is None:
        return
    package, resource = spec.package
    # find_spec does not import a top-level package, so a heavy one costs nothing.
    found = importlib.util.find_spec(package)
    for folder in (found and found.submodule_search_locations) or ():
        yield Place(
            path=Path(folder) / resource,
            where=f"the installed package {package}",
            repair=f"Install it anew: pip install --force-reinstall --no-deps {package}.",
        )


def _torch_home() -> Path:
    """The folder torch caches in. Source: torch.hub._get_torch_home."""
    cache = Path(os.environ.get("XDG_CACHE_HOME", "~/.cache"))
    return _expand_home(os.environ.get("TORCH_HOME", cache / "torch"))


def _expand_home(path: str | os.PathLike[str]) -> Path:
    try:
        return Path(path).expanduser()
    except RuntimeError:  # the account has no home folder
        return Path(path)


def _holds(check: Callable[[], bool]) -> bool:
    """Answer no where a folder on the way cannot be read, rather than fail."""
    try:
        return check()
    except OSError:
        return False
