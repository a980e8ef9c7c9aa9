"""The loop of trainings with one objective: steps under a clock, resumable, any device."""

from __future__ import annotations

import contextlib
import copy
import logging
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from torch import nn

from impasto.allocation import reuse_freed_memory
from impasto.device import DeviceChoice
from impasto.errors import NonFiniteLossError
from impasto.progress import Cancellation, ProgressCallback, ProgressEvent, Stopwatch
from impasto.stylizers.options import check_options, option
from impasto.training.checkpoint import find_checkpoint, remove_checkpoint, save_checkpoint
from impasto.training.photos import PhotoCrops

CHECKPOINT_EVERY_S = 120.0
MOST_SKIPPED_STEPS = 5

Images = Mapping[str, torch.Tensor]
Objective = Callable[[nn.Module, Images, int], Mapping[str, torch.Tensor]]
"""Weighted terms of the loss, from the network, the images of a step, and the step's number."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class LoopRecipe:
    """How long and how fast a training goes.

    Raises:
        OptionError: if a value is out of its range.
    """

    steps: int = option(100_000, "Steps in all.", minimum=1)
    minutes: float = option(30.0, "Stop after this many minutes of training.", minimum=0.01)
    batch_size: int = option(8, "Images a step.", minimum=1)
    crop_size: int = option(192, "Side of the squares, in px; a multiple of 16.", minimum=32)
    zoom: float = option(2.0, "Cut from up to this much closer.", minimum=1, maximum=8)
    learning_rate: float = option(1e-3, "Highest step length of Adam.", minimum=1e-9)
    warmup_steps: int = option(50, "Steps until it is reached.", minimum=1)
    gradient_clip: float = option(1.0, "Longest gradient a step follows.", minimum=1e-9)
    ema_decay: float = option(0.998, "Memory of the mean of the weights.", minimum=0, maximum=1)
    seed: int = option(0, "Seed of everything random.", minimum=0, maximum=2**62)

    def __post_init__(self) -> None:
        check_options(self)


class TrainingLoop:
    """A network, its running mean, and the steps that move them on.

    Args:
        net: What is trained: its parameters that want gradients.
        objective: Gives the terms of the loss.
        recipe: How long and how fast.
        sources: Squares of photographs or paintings by name, all of the recipe's size.
        folder: Of the checkpoint.
        device: Device and precision.
        fingerprint: What else must be the same for an unfinished training to go on.
        relative_steps: Measure steps of each parameter by its size at the start: for
            networks that begin near their goal.

    Raises:
        OptionError: if ``folder`` holds an unfinished training of another recipe.
    """

    def __init__(
        self,
        net: nn.Module,
        objective: Objective,
        recipe: LoopRecipe,
        sources: Mapping[str, PhotoCrops],
        *,
        folder: Path,
        device: DeviceChoice,
        fingerprint: Mapping[str, Any] | None = None,
        relative_steps: bool = False,
    ) -> None:
        self.net = net.to(device.device).train()
        self.objective, self.recipe, self.sources = objective, recipe, dict(sources)
        self.folder, self.device = folder, device
        self.step, self.elapsed_s, self.skipped_steps = 0, 0.0, 0
        self.recent: dict[str, float] = {}
        self._fingerprint = _fingerprint(recipe, fingerprint or {})
        state = find_checkpoint(folder, self._fingerprint)
        self._groups = _groups(net, relative_steps)
        self.optimizer = torch.optim.Adam(self._groups, betas=(0.9, 0.99))
        self.mean = copy.deepcopy(net).requires_grad_(False)
        if state is not None:
            self._restore(state)

    @property
    def progress(self) -> float:
        """How much is done, 0 to 1: of the steps or of the time, the larger."""
        of_time = self.elapsed_s / (60 * self.recipe.minutes)
        return min(1.0, max(self.step / self.recipe.steps, of_time))

    def run(
        self,
        *,
        on_progress: ProgressCallback | None = None,
        cancellation: Cancellation | None = None,
    ) -> bool:
        """Take steps until the recipe is done; a checkpoint is written on the way.

        Returns:
            Whether it is done; not, if it was cancelled. Then the same training goes on.

        Raises:
            NonFiniteLossError: if gradients are not finite time and again.
        """
        watch, before_s = Stopwatch(), self.elapsed_s
        saved_s = self.elapsed_s
        with reuse_freed_memory(), self._batches() as batches:
            while self.progress < 1:
                if cancellation is not None and cancellation.is_cancelled:
                    self.save()
                    return False
                terms = self._step(next(batches))
                self.elapsed_s = before_s + watch.elapsed_s
                if self.elapsed_s - saved_s > CHECKPOINT_EVERY_S:
                    self.save()
                    saved_s = self.elapsed_s
                if on_progress is not None:
                    on_progress(self._event(terms))
        self.save()
        return True

    def save(self) -> None:
        """Write the checkpoint."""
        self.folder.mkdir(parents=True, exist_ok=True)
        state = {
            "fingerprint": self._fingerprint,
            "step": self.step,
            "elapsed_s": self.elapsed_s,
            "skipped_steps": self.skipped_steps,
            "net": self.net.state_dict(),
            "mean": self.mean.state_dict(),
            "optimizer": self.optimizer.state_dict(),
        }
        save_checkpoint(self.folder, state)

    def forget(self) -> None:
        """Remove the checkpoint: what it led to lies in files of its own."""
        remove_checkpoint(self.folder)

    def _restore(self, state: Mapping[str, Any]) -> None:
        self.step, self.elapsed_s = state["step"], state["elapsed_s"]
        self.skipped_steps = state["skipped_steps"]
        self.net.load_state_dict(state["net"])
        self.mean.load_state_dict(state["mean"])
        self.optimizer.load_state_dict(state["optimizer"])

    @contextlib.contextmanager
    def _batches(self) -> Iterator[Iterator[Images]]:
        with contextlib.ExitStack() as stack:
            streams = {
                name: stack.enter_context(crops.batches(self.step, self.recipe.batch_size))
                for name, crops in self.sources.items()
            }
            yield ({name: next(stream) for name, stream in streams.items()} for _ in _forever())

    def _step(self, images: Images) -> dict[str, float]:
        rate = self._learning_rate()
        for group in self.optimizer.param_groups:
            group["lr"] = rate * group["pace"]
        placed = {
            name: batch.to(self.device.device, memory_format=torch.channels_last)
            for name, batch in images.items()
        }
        with self._autocast():
            terms = self.objective(self.net, placed, self.step)
        total = sum(terms.values(), start=torch.zeros((), device=self.device.device))
        self.optimizer.zero_grad()
        total.backward()  # type: ignore[no-untyped-call]
        parameters = [each for group in self.optimizer.param_groups for each in group["params"]]
        norm = float(nn.utils.clip_grad_norm_(parameters, self.recipe.gradient_clip))
        if math.isfinite(norm):
            self.optimizer.step()
            self._follow_mean()
        else:
            self._skip(norm)
        self.step += 1
        values = {name: float(value.detach()) for name, value in terms.items()}
        return {"total": sum(values.values()), **values}

    def _skip(self, norm: float) -> None:
        self.skipped_steps += 1
        logger.warning("step %d: the gradient is %s; skipped", self.step + 1, norm)
        if self.skipped_steps > MOST_SKIPPED_STEPS:
            raise NonFiniteLossError(
                f"step {self.step + 1}: expected finite gradients, got {norm} for the "
                f"{self.skipped_steps}th time; begin anew with a lower learning rate."
            )

    def _learning_rate(self) -> float:
        rise = min(1.0, (self.step + 1) / self.recipe.warmup_steps)
        fall = 0.5 + 0.5 * math.cos(math.pi * self.progress)
        return self.recipe.learning_rate * rise * max(fall, 1e-3)

    def _follow_mean(self) -> None:
        decay = min(self.recipe.ema_decay, (self.step + 1) / (self.step + 10))
        own = self.net.state_dict()
        with torch.no_grad():
            for name, value in self.mean.state_dict().items():
                if value.is_floating_point():
                    value.lerp_(own[name], 1 - decay)

    def _autocast(self) -> contextlib.AbstractContextManager[Any]:
        half = self.device.dtype != torch.float32
        kind = self.device.device.type
        return torch.autocast(kind, self.device.dtype) if half else contextlib.nullcontext()

    def _event(self, terms: dict[str, float]) -> ProgressEvent:
        for name, value in terms.items():
            self.recent[name] = 0.98 * self.recent.get(name, value) + 0.02 * value
        done = max(self.progress, 1e-9)
        return ProgressEvent(
            stage="training",
            step=self.step,
            total=max(self.step, round(self.step / done)),
            elapsed_s=self.elapsed_s,
            remaining_s=self.elapsed_s * (1 - done) / done,
            losses=dict(self.recent),
        )


def _fingerprint(recipe: LoopRecipe, others: Mapping[str, Any]) -> dict[str, Any]:
    """What decides the result, but for how long is trained: an unfinished one may be longer."""
    kept = {name: value for name, value in asdict(recipe).items() if name != "minutes"}
    return {**kept, **others}


def _groups(net: nn.Module, relative: bool) -> list[dict[str, Any]]:
    wanted = [each for each in net.parameters() if each.requires_grad]
    if not relative:
        return [{"params": wanted, "pace": 1.0}]
    return [
        {"params": [each], "pace": max(float(each.detach().square().mean().sqrt()), 1e-6)}
        for each in wanted
    ]


def _forever() -> Iterator[None]:
    while True:
        yield


def sources_digest(paths: Sequence[Path]) -> str:
    """A digest of the names of files, to notice that a folder has changed."""
    import hashlib

    return hashlib.sha256("\n".join(path.name for path in paths).encode()).hexdigest()[:16]
