"""Descent: the state of a training, and the step that moves it on."""

from __future__ import annotations

import copy
import logging
import math
import time
from collections.abc import Callable
from typing import Any, cast

import torch

from impasto.allocation import reuse_freed_memory
from impasto.encoders.vgg import VGG
from impasto.errors import NonFiniteLossError
from impasto.losses.perceptual import style_targets
from impasto.networks.catalog import Network
from impasto.training.history import StepRecord
from impasto.training.job import TrainingJob
from impasto.training.objective import NumberedRows, Objective, StepLosses
from impasto.training.processes import Processes
from impasto.training.sampler import IDENTITY_ROW, rows_of_step
from impasto.training.schedule import learning_rate, mean_decay, progress
from impasto.training.start import starting_network, starting_weights
from impasto.training.style_balance import StyleBalance

BETAS = (0.9, 0.99)
ROW_PACE = 3.0
MOST_SKIPPED_STEPS = 5
BLOWN_UP = 20.0
"""A gradient this many times the usual one is worth a warning."""
USUAL_AFTER = 50
WARN_EVERY = 100

logger = logging.getLogger(__name__)


class Descent:
    """The state of a training, and the step that moves it on.

    Args:
        job: What to train.
        processes: Where; they have been launched.
        encoder: Judges content and style.
        style_images: The styles, each (1, 3, H, W) in [0, 1], on the encoder's device.
        state: Of a checkpoint to go on from.
    """

    def __init__(
        self,
        job: TrainingJob,
        processes: Processes,
        encoder: VGG,
        style_images: list[torch.Tensor],
        state: dict[str, Any] | None = None,
    ) -> None:
        recipe = job.recipe
        self.job, self.recipe, self.processes = job, recipe, processes
        targets = style_targets(encoder, style_images, recipe.style_layers)
        self.objective = Objective(recipe, encoder, targets)
        net = starting_network(recipe, job.style_names)
        # Its signature does not know the argument that its documentation names.
        self.net: Network = cast(Any, net).to(memory_format=torch.channels_last)
        self.optimizer = torch.optim.Adam(parameter_groups(net, recipe.shared_pace), betas=BETAS)
        self.model, self.steps = processes.fabric.setup(NumberedRows(self.net), self.optimizer)
        self.mean = copy.deepcopy(self.net).requires_grad_(False)
        weights = starting_weights(recipe, job.style_names)
        self.balance = StyleBalance(weights, job.content_targets, rate=recipe.balance_rate)
        self.step, self.skipped_steps, self.usual_norm = 0, 0, 0.0
        self._warned_at = -WARN_EVERY
        self._elapsed_before_s = 0.0
        self._started_s: float | None = None
        if state is not None:
            self._restore(state)

    @property
    def elapsed_s(self) -> float:
        """Seconds of training, those before a resume included."""
        running = 0.0 if self._started_s is None else time.perf_counter() - self._started_s
        return self._elapsed_before_s + running

    @property
    def style_weights(self) -> dict[str, float]:
        """The weight of each style now."""
        return dict(zip(self.job.style_names, self.balance.weights, strict=True))

    def run(
        self,
        batches: Any,
        *,
        is_cancelled: Callable[[], bool],
        after_step: Callable[[StepRecord], None],
    ) -> bool:
        """Take steps until the recipe is done.

        Args:
            batches: Gives this process's photographs of each step.
            is_cancelled: Whether to stop before the next step.
            after_step: Told of every step, in the first process.

        Returns:
            Whether the recipe is done; not, if it was cancelled.

        Raises:
            NonFiniteLossError: if a loss is not finite, or gradients are not, time and again.
        """
        self._started_s = time.perf_counter()
        with reuse_freed_memory():
            while True:
                elapsed_s, stop = self.processes.largest(self.elapsed_s, float(is_cancelled()))
                if progress(self.recipe, self.step, elapsed_s) >= 1:
                    return True
                if stop:
                    return False
                record = self._step(next(batches), elapsed_s)
                if self.processes.is_first:
                    after_step(record)

    def state(self) -> dict[str, Any]:
        """What a checkpoint keeps."""
        return {
            "step": self.step,
            "elapsed_s": self.elapsed_s,
            "skipped_steps": self.skipped_steps,
            "usual_norm": self.usual_norm,
            "net": self.net.state_dict(),
            "mean": self.mean.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "balance": self.balance.state(),
            "random": torch.get_rng_state(),
        }

    def _restore(self, state: dict[str, Any]) -> None:
        self.step, self._elapsed_before_s = state["step"], state["elapsed_s"]
        self.skipped_steps, self.usual_norm = state["skipped_steps"], state["usual_norm"]
        self.net.load_state_dict(state["net"])
        self.mean.load_state_dict(state["mean"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.balance.restore(state["balance"])
        torch.set_rng_state(state["random"])

    def _step(self, images: torch.Tensor, elapsed_s: float) -> StepRecord:
        recipe, processes = self.recipe, self.processes
        rate = learning_rate(recipe, self.step, elapsed_s)
        for group in self.optimizer.param_groups:
            group["lr"] = rate * group["pace"]
        rows = rows_of_step(
            recipe.seed, self.step, styles=len(self.job.styles), batch_size=recipe.batch_size
        )
        if not recipe.has_rows:
            rows = [1] * recipe.batch_size
        first = self.step * recipe.batch_size + processes.rank * len(images)
        images = images.to(processes.fabric.device, memory_format=torch.channels_last)
        found = self.objective(
            self.model,
            images,
            processes.share(rows),
            self.balance.weights,
            step=self.step,
            first_index=first,
        )
        losses, content, style = self._gathered(found)
        self._check_losses(losses)
        norm = self._descend(found.total)
        self._follow_mean()
        styled = [place for place, row in enumerate(rows) if row != IDENTITY_ROW]
        self.balance.update(
            self.step, [rows[place] - 1 for place in styled], [content[place] for place in styled]
        )
        self.step += 1
        return StepRecord(
            step=self.step,
            elapsed_s=self.elapsed_s,
            learning_rate=rate,
            gradient_norm=norm,
            losses=losses,
            rows=rows,
            content=content,
            style=style,
            style_weights=self.style_weights,
        )

    def _gathered(self, found: StepLosses) -> tuple[dict[str, float], list[float], list[float]]:
        """Terms averaged over processes, and each image's distances in the batch's order."""
        terms = torch.stack([found.total.detach(), *found.terms.values()]).float()
        own = torch.cat([terms, found.content.float(), found.style.float()])
        every = self.processes.gather(own).cpu()
        content, style = every[:, len(terms) :].chunk(2, dim=1)
        means = every[:, : len(terms)].mean(0).tolist()
        losses = dict(zip(["total", *found.terms], means, strict=True))
        return losses, content.flatten().tolist(), style.flatten().tolist()

    def _descend(self, total: torch.Tensor) -> float:
        """Follow the gradient, unless it is not finite; its length before clipping."""
        self.steps.zero_grad()
        self.processes.fabric.backward(total)
        clipped = self.processes.fabric.clip_gradients(
            self.model, self.steps, max_norm=self.recipe.gradient_clip, error_if_nonfinite=False
        )
        norm = math.nan if clipped is None else float(clipped)
        if not math.isfinite(norm):
            self._skip(norm)
            return norm
        self._watch(norm)
        self.steps.step()
        return norm

    def _skip(self, norm: float) -> None:
        self.skipped_steps += 1
        logger.warning(
            "step %d: the gradient is %s; skipped, %d so far",
            self.step + 1,
            norm,
            self.skipped_steps,
        )
        if self.skipped_steps > MOST_SKIPPED_STEPS:
            raise NonFiniteLossError(
                f"step {self.step + 1}: the gradient was not finite {self.skipped_steps} times; "
                + self._advice()
            )

    def _watch(self, norm: float) -> None:
        """Warn when gradients blow up: the loss that is not finite comes after."""
        usual = self.usual_norm
        is_due = self.step >= max(USUAL_AFTER, self._warned_at + WARN_EVERY)
        if is_due and norm > BLOWN_UP * usual:
            self._warned_at = self.step
            logger.warning(
                "step %d: the gradient is %.0f times its usual length; if the loss follows, "
                "train with a smaller --learning-rate",
                self.step + 1,
                norm / usual,
            )
        self.usual_norm = norm if not self.step else 0.98 * usual + 0.02 * min(norm, 10 * usual)

    def _check_losses(self, losses: dict[str, float]) -> None:
        broken = [f"{name} {value}" for name, value in losses.items() if not math.isfinite(value)]
        if broken:
            raise NonFiniteLossError(
                f"step {self.step + 1}: expected finite losses, got {', '.join(broken)}; "
                + self._advice()
            )

    def _advice(self) -> str:
        return (
            "begin anew with --restart and a --learning-rate below "
            f"{self.recipe.learning_rate:g}, smaller weights, or --precision float32."
        )

    def _follow_mean(self) -> None:
        decay = mean_decay(self.recipe, self.step)
        with torch.no_grad():
            own = self.net.state_dict()
            for name, value in self.mean.state_dict().items():
                value.mul_(decay).add_(own[name], alpha=1 - decay)


def parameter_groups(net: Network, shared_pace: float = 1.0) -> list[dict[str, Any]]:
    """Rows learn faster than what styles share: each is shown only its part of the steps.

    With a ``shared_pace`` of 0 what they share wants no gradients any more.
    """
    rows = [each for name, each in net.named_parameters() if name == "rows"]
    shared = [
        each.requires_grad_(shared_pace > 0)
        for name, each in net.named_parameters()
        if name != "rows"
    ]
    groups = [
        {"params": shared if shared_pace else [], "pace": shared_pace},
        {"params": rows, "pace": ROW_PACE},
    ]
    return [group for group in groups if group["params"]]
