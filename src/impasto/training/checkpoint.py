"""Checkpoints: everything a training needs to go on as if it had never stopped."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch

from impasto.errors import OptionError, WeightsDamagedError
from impasto.image.destination import replace_file
from impasto.weights.store import load_state

CHECKPOINT = "checkpoint.pt"
FORMAT = 1


def save_checkpoint(folder: Path, state: Mapping[str, Any]) -> Path:
    """Write a checkpoint; the one before it stays until this one is complete on disk.

    Args:
        folder: The run's folder.
        state: Tensors, numbers, texts, and collections of them.

    Raises:
        OutputError: if it cannot be written.
    """
    path = folder / CHECKPOINT
    with replace_file(path) as file:
        torch.save({"format": FORMAT, **state}, file)
        file.flush()
        os.fsync(file.fileno())
    return path


def find_checkpoint(folder: Path, fingerprint: Mapping[str, Any]) -> dict[str, Any] | None:
    """The state of an unfinished run, or ``None`` where there is none.

    Args:
        folder: The run's folder, which need not exist.
        fingerprint: What must be the same for a run to go on.

    Raises:
        OptionError: if the unfinished run is of another recipe; says what differs.
        WeightsDamagedError: if the checkpoint cannot be read.
    """
    path = folder / CHECKPOINT
    if not path.is_file():
        return None
    state = load_state(path)
    if state.get("format") != FORMAT or "fingerprint" not in state:
        raise WeightsDamagedError(
            f"{path}: expected a checkpoint of format {FORMAT}, got {state.get('format')!r}; "
            "begin anew with --restart."
        )
    before = state["fingerprint"]
    different = [
        name
        for name in dict.fromkeys([*before, *fingerprint])
        if before.get(name) != fingerprint.get(name)
    ]
    if different:
        name = different[0]
        raise OptionError(
            f"{folder} holds an unfinished training of another recipe: {name} was "
            f"{before.get(name)!r}, and is {fingerprint.get(name)!r} now; ask for the same "
            "again to finish it, or begin anew with --restart."
        )
    return state


def remove_checkpoint(folder: Path) -> None:
    """Forget an unfinished run."""
    (folder / CHECKPOINT).unlink(missing_ok=True)
