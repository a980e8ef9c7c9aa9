"""Several processes that train one click network: each on lessons of its own."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import torch
import torch.distributed
from safetensors.torch import load_file, save_file
from torch.multiprocessing.spawn import spawn

from impasto.segmentation.click_training import ClickTraining, train
from impasto.segmentation.training_objects import LabelledPhoto

RESULT = "network.safetensors"


def train_together(
    photos: Sequence[LabelledPhoto],
    reduction: Mapping[str, torch.Tensor],
    options: ClickTraining,
    processes: int,
    begin: Mapping[str, torch.Tensor] | None = None,
) -> dict[str, torch.Tensor]:
    """The weights of a click network that ``processes`` trained, a processor core each.

    ``begin`` holds the weights they go on from.

    One core's small convolutions leave little to share out, so processes that exchange their
    weights now and then are quicker than threads.
    """
    with tempfile.TemporaryDirectory() as folder:
        given = (processes, folder, tuple(photos), dict(reduction), options, begin)
        spawn(_work, given, processes)  # type: ignore[no-untyped-call]
        return load_file(Path(folder) / RESULT)


def _work(
    rank: int,
    processes: int,
    folder: str,
    photos: tuple[LabelledPhoto, ...],
    reduction: dict[str, torch.Tensor],
    options: ClickTraining,
    begin: Mapping[str, torch.Tensor] | None,
) -> None:
    logging.basicConfig(level=logging.INFO if rank == 0 else logging.WARNING)
    torch.set_num_threads(1)
    group = torch.distributed
    group.init_process_group(
        "gloo", init_method=f"file://{folder}/meeting", rank=rank, world_size=processes
    )

    def agree(vector: torch.Tensor) -> torch.Tensor:
        group.all_reduce(vector)
        return vector / processes

    own = replace(options, seed=options.seed + rank)
    network = train(photos, reduction, own, begin=begin, agree=agree)
    if rank == 0:
        tensors = {name: each.contiguous() for name, each in network.state_dict().items()}
        save_file(tensors, Path(folder) / RESULT)
    group.destroy_process_group()
