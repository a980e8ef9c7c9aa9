"""``impasto train``: a network of one's own from style images and photographs."""

from __future__ import annotations

import os
from contextlib import nullcontext
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from impasto.cli.console import cancel_on_interrupt, progress_bar, stderr, stdout
from impasto.errors import OptionError
from impasto.training.recipe import TrainingRecipe, flag_name

if TYPE_CHECKING:
    from impasto.training.trainer import TrainingResult

DECLARED = {declared.name: declared for declared in fields(TrainingRecipe)}


def recipe_flag(field_name: str) -> Any:
    """A typer option for a field of the recipe, unset by default."""
    declared = DECLARED[field_name]
    help_text, choices = declared.metadata["help"], declared.metadata["choices"]
    if choices:
        help_text += f" One of {', '.join(choices)}."
    default = declared.default
    shown = ",".join(default) if isinstance(default, tuple) else default
    if shown not in (None, ""):
        help_text += f" Default: {shown}."
    return typer.Option(flag_name(field_name), help=help_text, rich_help_panel="Recipe")


def recipe_from_flags(flags: dict[str, Any]) -> TrainingRecipe:
    """The recipe of the flags that were given.

    Args:
        flags: Field name to value; ``None`` where the flag was not given. Comma-separated
            text becomes a tuple where the field is one.

    Raises:
        OptionError: if a value does not suit.
    """
    values = {name: value for name, value in flags.items() if value is not None}
    for name, value in values.items():
        if isinstance(DECLARED[name].default, tuple):
            words = tuple(word.strip() for word in value.split(",") if word.strip())
            if not words:
                raise OptionError(f"{flag_name(name)}: expected at least one, got {value!r}.")
            values[name] = words
    return TrainingRecipe(**values)


def train_command(
    style: Annotated[
        list[str],
        typer.Option(
            "--style", "-s", help="A style image: a path, a name, or NAME=PATH; repeatable."
        ),
    ],
    photos: Annotated[Path, typer.Option(help="Folder of photographs, with folders inside.")],
    output: Annotated[
        str, typer.Option("--output", "-o", help="Name of the new style, or a path for it.")
    ],
    steps: Annotated[int | None, recipe_flag("steps")] = None,
    minutes: Annotated[float | None, recipe_flag("minutes")] = None,
    batch_size: Annotated[int | None, recipe_flag("batch_size")] = None,
    crop_size: Annotated[int | None, recipe_flag("crop_size")] = None,
    zoom: Annotated[float | None, recipe_flag("zoom")] = None,
    learning_rate: Annotated[float | None, recipe_flag("learning_rate")] = None,
    warmup_steps: Annotated[int | None, recipe_flag("warmup_steps")] = None,
    shared_pace: Annotated[float | None, recipe_flag("shared_pace")] = None,
    final_learning_rate: Annotated[float | None, recipe_flag("final_learning_rate")] = None,
    gradient_clip: Annotated[float | None, recipe_flag("gradient_clip")] = None,
    ema_decay: Annotated[float | None, recipe_flag("ema_decay")] = None,
    encoder: Annotated[str | None, recipe_flag("encoder")] = None,
    pooling: Annotated[str | None, recipe_flag("pooling")] = None,
    content_layer: Annotated[str | None, recipe_flag("content_layer")] = None,
    style_layers: Annotated[str | None, recipe_flag("style_layers")] = None,
    content_weight: Annotated[float | None, recipe_flag("content_weight")] = None,
    style_weight: Annotated[float | None, recipe_flag("style_weight")] = None,
    content_target: Annotated[float | None, recipe_flag("content_target")] = None,
    style_target: Annotated[
        list[str] | None,
        typer.Option(
            help="Content target of one style, NAME=NUMBER; repeatable.", rich_help_panel="Recipe"
        ),
    ] = None,
    balance_rate: Annotated[float | None, recipe_flag("balance_rate")] = None,
    tv_weight: Annotated[float | None, recipe_flag("tv_weight")] = None,
    pixel_weight: Annotated[float | None, recipe_flag("pixel_weight")] = None,
    identity_weight: Annotated[float | None, recipe_flag("identity_weight")] = None,
    stability_weight: Annotated[float | None, recipe_flag("stability_weight")] = None,
    grid_weight: Annotated[float | None, recipe_flag("grid_weight")] = None,
    outlier_weight: Annotated[float | None, recipe_flag("outlier_weight")] = None,
    style_size: Annotated[int | None, recipe_flag("style_size")] = None,
    architecture: Annotated[str | None, recipe_flag("architecture")] = None,
    shape: Annotated[str | None, recipe_flag("shape")] = None,
    init_from: Annotated[str | None, recipe_flag("init_from")] = None,
    precision: Annotated[str | None, recipe_flag("precision")] = None,
    seed: Annotated[int | None, recipe_flag("seed")] = None,
    licence: Annotated[
        str, typer.Option(help="Licence of the network, for its card.")
    ] = "unstated",
    preview: Annotated[
        list[Path] | None,
        typer.Option(help="Photograph for the preview; repeatable. Default: some held out."),
    ] = None,
    sample_every: Annotated[
        int | None, typer.Option(help="Steps between sample sheets. Default: every 3 minutes.")
    ] = None,
    checkpoint_every: Annotated[
        int, typer.Option(help="Steps between checkpoints; there is one every 2 minutes too.")
    ] = 200,
    accelerator: Annotated[str, typer.Option(help="auto, cpu, cuda or mps.")] = "auto",
    devices: Annotated[int, typer.Option(help="Processes on each node: one a GPU.")] = 1,
    nodes: Annotated[int, typer.Option(help="Machines.")] = 1,
    strategy: Annotated[str, typer.Option(help="auto or ddp.")] = "auto",
    force: Annotated[
        bool, typer.Option("--force", help="Take over a name that is in use.")
    ] = False,
    restart: Annotated[
        bool, typer.Option("--restart", help="Begin anew, whatever was unfinished.")
    ] = False,
) -> None:
    """Train a network that paints a style, or several, in one pass.

    The same command goes on where a killed or interrupted training stopped.
    """
    given = {name: value for name, value in locals().items() if name in DECLARED}
    recipe = recipe_from_flags(given)

    from impasto.training.job import TrainingJob, find_destination
    from impasto.training.processes import Machines, quieten, require_packages
    from impasto.training.reports import ReportTimes
    from impasto.training.styles import read_styles, with_targets
    from impasto.training.trainer import train

    require_packages()
    quieten()
    destination = find_destination(output)
    job = TrainingJob(
        recipe=recipe,
        styles=with_targets(read_styles(style, destination.name), style_target or ()),
        photos=photos,
        destination=destination,
        licence=licence,
        preview_photos=tuple(preview or ()),
        force=force,
    )
    machines = Machines(accelerator=accelerator, devices=devices, nodes=nodes, strategy=strategy)
    times = ReportTimes(sample_every=sample_every, checkpoint_every=checkpoint_every)
    is_other = int(os.environ.get("LOCAL_RANK", "0")) > 0
    bar = nullcontext(None) if is_other else progress_bar(destination.name)
    with cancel_on_interrupt() as cancellation, bar as show:
        result = train(
            job,
            machines=machines,
            times=times,
            restart=restart,
            on_progress=show,
            cancellation=cancellation,
        )
    if result.is_first:
        _report(result, job.style_names)
    if cancellation.is_cancelled and result.network is None:
        raise typer.Exit(130)


def _report(result: TrainingResult, styles: list[str]) -> None:
    if result.skipped:
        stderr.print(f"{len(result.skipped)} photographs could not be used and were skipped")
    if result.network is None:
        stderr.print(
            f"stopped after step {result.step}; the same command goes on from there "
            f"({result.run_folder})"
        )
        return
    card = result.network.card
    for name in styles:
        entry = card["styles"][name]
        stderr.print(
            f"{name}: style left {entry.get('style_left', 'unknown')}, "
            f"content distance {entry.get('content_distance', 'unknown')}"
        )
    stderr.print(f"losses and samples: {result.run_folder}")
    stdout.print(str(result.network.folder))
