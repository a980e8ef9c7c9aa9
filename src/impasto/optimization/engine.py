"""One engine for every optimised method: minimise weighted terms over a pyramid."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import torch

from impasto.allocation import reuse_freed_memory
from impasto.encoders.vgg import VGG
from impasto.errors import NonFiniteLossError, OptionError
from impasto.image.resize import resize
from impasto.optimization.held_pixels import HeldPixels
from impasto.optimization.pyramid import Level, Size
from impasto.optimization.terms import Term
from impasto.progress import Cancellation, ProgressCallback, ProgressEvent, Stopwatch

Optimizer = Literal["lbfgs", "adam"]
OPTIMIZERS: tuple[Optimizer, ...] = ("lbfgs", "adam")
StopReason = Literal["finished", "stabilized", "cancelled"]

STABLE_WINDOW = 20
"""Steps over which the best loss must improve for a level to go on."""

DIVERGED = 4.0
"""A loss this many times the best one seen restarts L-BFGS from the best image."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """How the engine searches, independent of what it minimises.

    Attributes:
        optimizer: ``lbfgs`` or ``adam``.
        learning_rate: Step length: 1 for L-BFGS; for Adam in units of the image's range.
        history: Pairs of vectors L-BFGS keeps.
        tolerance: A level ends when :data:`STABLE_WINDOW` steps improve the best loss by
            less than this part of it; 0 never ends early.
        image_every: Give every n-th event an image; 0 gives none.
        recompute: Compute activations twice to save memory.
    """

    optimizer: Optimizer
    learning_rate: float
    history: int
    tolerance: float
    image_every: int = 0
    recompute: bool = False


@dataclass(frozen=True, kw_only=True)
class Step:
    """Losses at one evaluation: weighted terms by name, and ``total``."""

    size: Size
    losses: dict[str, float]


@dataclass(frozen=True, kw_only=True)
class Optimum:
    """What an optimisation found.

    Attributes:
        image: (1, 3, H, W) float32 in [0, 1], the best of the last level reached,
            at the size of the finest level.
        trace: Every evaluation in order.
        reason: Why it ended: ``cancelled``, or how the last level did.
    """

    image: torch.Tensor
    trace: tuple[Step, ...]
    reason: StopReason


TermsAtSize = Callable[[Size], Sequence[Term]]


def minimize(
    encoder: VGG,
    initial_image: torch.Tensor,
    terms_at: TermsAtSize,
    levels: Sequence[Level],
    settings: Settings,
    *,
    held: HeldPixels | None = None,
    on_progress: ProgressCallback | None = None,
    cancellation: Cancellation | None = None,
) -> Optimum:
    """Find the image that minimises a sum of terms, coarse to fine.

    Args:
        encoder: Where features come from.
        initial_image: (1, 3, H, W) in [0, 1], resized to the first level.
        terms_at: Makes the terms for an image of a size (H, W), targets included.
        levels: From coarse to fine.
        settings: How to search.
        held: Pixels that stay as they are; ``None`` for none.
        on_progress: Told of every step.
        cancellation: Stops at the next step, keeping the best image so far.

    Raises:
        OptionError: if no term has a weight above 0.
        NonFiniteLossError: if the loss is not finite at an image that was.
    """
    report = _Report(levels=levels, settings=settings, on_progress=on_progress)
    stop = cancellation or Cancellation()
    image, reason = initial_image, _FINISHED
    for level in levels:
        terms = [term for term in terms_at(level.size) if term.weight != 0]
        if not terms:
            raise OptionError("weights: expected one above 0, got none; nothing to optimise.")
        image, free = resize(image, level.size), None
        if held is not None:
            kept, free = held.at(level.size)
            image = torch.where(free > 0, image, kept)
        search = _Search(encoder, image, terms, settings, free)
        with reuse_freed_memory():
            image, reason = search.run(level, report, stop)
        if reason == "cancelled":
            break
    return Optimum(image=resize(image, levels[-1].size), trace=tuple(report.trace), reason=reason)


_FINISHED: StopReason = "finished"


class _Search:
    """The search at one level: an image, its optimiser, and the best image seen."""

    def __init__(
        self,
        encoder: VGG,
        image: torch.Tensor,
        terms: Sequence[Term],
        settings: Settings,
        free: torch.Tensor | None = None,
    ) -> None:
        self.encoder, self.terms, self.settings = encoder, terms, settings
        self.free = free
        self.layers = frozenset(layer for term in terms for layer in term.layers)
        self.image = image.detach().clone(memory_format=torch.contiguous_format)
        self.image.requires_grad_()
        self.best_image = self.image.detach().clone()
        self.best_loss = math.inf
        self.losses: dict[str, float] = {}
        self.learning_rate = settings.learning_rate
        self.optimizer = self._new_optimizer()

    def run(
        self, level: Level, report: _Report, cancellation: Cancellation
    ) -> tuple[torch.Tensor, StopReason]:
        """Take up to ``level.iterations`` steps; return the best image and why it ended."""
        best_losses: list[float] = []
        reason = _FINISHED
        for step in range(1, level.iterations + 1):
            if cancellation.is_cancelled:
                reason = "cancelled"
                break
            self.optimizer.step(self._evaluate)
            self._project()
            self._restart_if_diverged()
            report.step(level, step, self.losses, self.best_image)
            best_losses.append(self.best_loss)
            if self._has_stabilized(best_losses):
                report.skip(level, level.iterations - step)
                reason = "stabilized"
                break
        return self.best_image, reason

    def _project(self) -> None:
        """Bring the image back into [0, 1].

        Clamping once at the end instead costs up to three times the objective it ends at:
        the optimiser balances colours that do not exist. Projecting costs it nothing.
        """
        with torch.no_grad():
            self.image.clamp_(0, 1)

    def _evaluate(self) -> float:
        """Losses and gradient at the current image; remembers the best image."""
        self.optimizer.zero_grad()
        features = {}
        if self.layers:
            features = self.encoder(self.image, self.layers, recompute=self.settings.recompute)
        weighted = torch.stack(
            [term.weight * term.loss(self.image, features) for term in self.terms]
        )
        total = weighted.sum()
        total.backward()  # type: ignore[no-untyped-call]
        if self.free is not None and self.image.grad is not None:
            self.image.grad *= self.free
        values: list[float] = weighted.tolist()
        loss = sum(values)
        self.losses = dict(zip((term.name for term in self.terms), values, strict=True))
        self.losses["total"] = loss
        if loss < self.best_loss:
            self.best_loss = loss
            self.best_image.copy_(self.image.detach())
        return loss

    def _restart_if_diverged(self) -> None:
        loss = self.losses["total"]
        if math.isfinite(loss) and loss <= DIVERGED * self.best_loss:
            return
        if not math.isfinite(self.best_loss):
            raise NonFiniteLossError(
                f"the loss is {loss} at the first image ({self.losses}); expected a finite "
                "number. Use smaller weights, or --precision float32."
            )
        self.learning_rate /= 2
        with torch.no_grad():
            self.image.copy_(self.best_image)
        self.optimizer = self._new_optimizer()

    def _has_stabilized(self, best_losses: list[float]) -> bool:
        if not self.settings.tolerance or len(best_losses) <= STABLE_WINDOW:
            return False
        before = best_losses[-1 - STABLE_WINDOW]
        return before - best_losses[-1] < self.settings.tolerance * before

    def _new_optimizer(self) -> torch.optim.Optimizer:
        if self.settings.optimizer == "adam":
            return torch.optim.Adam([self.image], lr=self.learning_rate)
        return torch.optim.LBFGS(
            [self.image],
            lr=self.learning_rate,
            max_iter=1,
            history_size=self.settings.history,
            tolerance_grad=0,
            tolerance_change=0,
        )


class _Report:
    """Records every step and tells the caller, with the time left by cost, not by count."""

    def __init__(
        self,
        levels: Sequence[Level],
        settings: Settings,
        on_progress: ProgressCallback | None,
    ) -> None:
        self.trace: list[Step] = []
        self._finest = levels[-1].size
        self._image_every = settings.image_every
        self._on_progress = on_progress
        self._watch = Stopwatch()
        self._steps_left = sum(level.iterations for level in levels)
        self._cost_left = float(sum(_cost(level.size) * level.iterations for level in levels))
        self._cost_done = 0.0

    def step(
        self, level: Level, step: int, losses: Mapping[str, float], best_image: torch.Tensor
    ) -> None:
        self.trace.append(Step(size=level.size, losses=dict(losses)))
        self._steps_left -= 1
        self._cost_left -= _cost(level.size)
        self._cost_done += _cost(level.size)
        if self._on_progress is None:
            return
        done = len(self.trace)
        wanted = self._image_every and done % self._image_every == 0
        self._on_progress(
            ProgressEvent(
                stage=f"{level.size[1]}x{level.size[0]} px",
                step=done,
                total=done + self._steps_left,
                elapsed_s=self._watch.elapsed_s,
                remaining_s=self._watch.remaining_s(
                    self._cost_done, self._cost_done + self._cost_left
                ),
                losses=losses,
                image=resize(best_image, self._finest) if wanted else None,
            )
        )

    def skip(self, level: Level, steps: int) -> None:
        """Take steps that will not happen out of the time left."""
        self._steps_left -= steps
        self._cost_left -= steps * _cost(level.size)


def _cost(size: Size) -> float:
    """Relative cost of a step: its pixels, and what every step costs whatever its size."""
    return size[0] * size[1] + 64 * 64
