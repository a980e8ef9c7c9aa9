"""What changes from step to step by itself: progress, learning rate, memory of the mean."""

from __future__ import annotations

import math

from impasto.training.recipe import TrainingRecipe


def progress(recipe: TrainingRecipe, step: int, elapsed_s: float) -> float:
    """How much of the training is done, 0 to 1: of the steps or of the time, the larger.

    Args:
        recipe: Says how many steps and minutes there are.
        step: Steps done.
        elapsed_s: Seconds of training so far, those before a resume included.
    """
    of_time = elapsed_s / (60 * recipe.minutes) if recipe.minutes else 0.0
    return min(1.0, max(step / recipe.steps, of_time))


def remaining_s(recipe: TrainingRecipe, step: int, elapsed_s: float) -> float | None:
    """Estimated seconds to the end, or ``None`` before the first step is done."""
    if not step:
        return None
    of_steps = elapsed_s * (recipe.steps - step) / step
    of_time = 60 * recipe.minutes - elapsed_s if recipe.minutes else math.inf
    return max(0.0, min(of_steps, of_time))


def learning_rate(recipe: TrainingRecipe, step: int, elapsed_s: float) -> float:
    """Step length of a step: a linear rise, then half a cosine down to the final one.

    Args:
        recipe: Names the rates.
        step: Steps done before this one.
        elapsed_s: Seconds of training so far.
    """
    rise = min(1.0, (step + 1) / recipe.warmup_steps) if recipe.warmup_steps else 1.0
    fall = 0.5 + 0.5 * math.cos(math.pi * progress(recipe, step, elapsed_s))
    return recipe.learning_rate * rise * fall + recipe.final_learning_rate


def mean_decay(recipe: TrainingRecipe, step: int) -> float:
    """What part of the running mean of the weights stays at a step: little at first.

    Args:
        recipe: Names the decay.
        step: Steps done before this one.
    """
    return min(recipe.ema_decay, (step + 1) / (step + 10))
