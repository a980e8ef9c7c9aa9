"""``impasto batch``: very many photographs, on this machine or on a cluster."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.text import Text

from impasto.cli.console import (
    cancel_on_interrupt,
    late_progress_bar,
    print_json,
    stderr,
    stdout,
)
from impasto.cli.guidance_flags import guidance_flag
from impasto.cli.pool_flags import ACTORS, ADDRESS, GPUS, open_pool
from impasto.cli.vocabulary_flags import style_words, with_vocabulary
from impasto.errors import OptionError
from impasto.guidance.mask_words import MASK_HELP

if TYPE_CHECKING:
    from impasto.batch.run import Summary

FORMATS = ("png", "jpg", "webp", "tif")
SHOWN_FAILURES = 5


@with_vocabulary
def batch_command(
    output: Annotated[
        str, typer.Option("--output", "-o", help="Folder or URI for the results; it is made.")
    ],
    words: dict[str, Any],
    inputs: Annotated[
        list[str] | None,
        typer.Argument(help="Photographs: files, globs, folders with all below; paths or URIs."),
    ] = None,
    style: Annotated[
        list[str] | None,
        typer.Option(
            "--style",
            "-s",
            help="A style's name, a picture's path or URI, or a blend: a:0.6,b:0.4. Repeatable.",
        ),
    ] = None,
    manifest: Annotated[
        str | None,
        typer.Option(help="Jobs, a JSON object a line; flags hold for what a line leaves out."),
    ] = None,
    method: Annotated[
        str | None,
        typer.Option(
            "--method",
            "-m",
            help="See 'impasto methods'. Default: fast for a fast style, else gatys.",
        ),
    ] = None,
    size: Annotated[
        int | None, typer.Option(help="Longest side in px. Default: the photograph's size.")
    ] = None,
    blend: Annotated[
        str | None,
        guidance_flag("--blend", help="Shares of the styles where they meet, such as 0.7,0.3."),
    ] = None,
    mask: Annotated[list[str] | None, guidance_flag("--mask", help=MASK_HELP)] = None,
    format: Annotated[
        str, typer.Option(help=f"Of results that no manifest names: {', '.join(FORMATS)}.")
    ] = "png",
    quality: Annotated[
        int | None, typer.Option(min=1, max=100, help="Of JPEG and WebP. Default: 95.")
    ] = None,
    keep_profile: Annotated[
        bool, typer.Option("--keep-profile", help="Write in the photograph's colour profile.")
    ] = False,
    max_pixels: Annotated[
        int | None, typer.Option(min=1, help="Largest photograph to open, in pixels.")
    ] = None,
    address: Annotated[str | None, ADDRESS] = None,
    actors: Annotated[int | None, ACTORS] = None,
    gpus_per_actor: Annotated[float, GPUS] = 0.0,
    device: Annotated[str, typer.Option(help="auto, cpu, cuda, cuda:N or mps.")] = "auto",
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Paint also what is done already.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print the summary as JSON.")] = False,
) -> None:
    """Paint very many photographs: what fails is set aside, what is done is left out."""
    if not inputs and manifest is None:
        raise OptionError("expected photographs or --manifest, got neither.")
    if format not in FORMATS:
        raise OptionError(f"--format: expected one of {', '.join(FORMATS)}, got {format!r}.")
    given: dict[str, Any] = {
        "style": style_words(style, blend, mask or ()) if style else None,
        "method": method,
        "size": size,
        "quality": quality,
        "keep_profile": keep_profile or None,
        "max_pixels": max_pixels,
    }
    words = {**words, **{name: value for name, value in given.items() if value is not None}}
    from impasto.batch.planning import check_style, plan_jobs
    from impasto.batch.run import at_once, run_batch

    jobs = plan_jobs(inputs or (), words, output, manifest=manifest, format=format)
    if style:
        check_style(words)
    if gpus_per_actor and device == "auto":
        device = "cuda"
    threads = words.get("threads")
    with (
        cancel_on_interrupt() as cancellation,
        late_progress_bar("batch") as show,
        open_pool(address, actors, gpus_per_actor, threads) as (pool, processes, cores),
    ):
        summary = run_batch(
            jobs,
            output,
            pool,
            processes=processes,
            at_once=at_once(jobs),
            threads=cores,
            device=device,
            overwrite=overwrite,
            on_progress=show,
            cancellation=cancellation,
        )
    _print(summary, json)
    if summary.interrupted:
        raise typer.Exit(130)
    if summary.failed:
        raise typer.Exit(1)


def _print(summary: Summary, json: bool) -> None:
    if json:
        print_json(summary.as_json())
    else:
        facts = [f"{summary.done} painted"]
        if summary.skipped:
            facts.append(f"{summary.skipped} done before")
        if summary.failed:
            facts.append(f"{summary.failed} failed")
        speed = f"{summary.duration_s:.1f} s, {summary.per_second:.3g} a second"
        noun = "photograph" if summary.total == 1 else "photographs"
        stdout.print(f"{summary.total} {noun}: {', '.join(facts)}  ({speed})")
    if summary.interrupted:
        left = summary.total - summary.done - summary.skipped - summary.failed
        stderr.print(f"interrupted: {left} of {summary.total} are left; run it again to go on")
    for line in summary.first_errors[:SHOWN_FAILURES]:
        stderr.print(Text.assemble(("error:", "bold red"), f" {line}"))
    if summary.failed:
        stderr.print(
            f"{summary.failed} of {summary.total} photographs failed; they and their errors are in "
            f"{summary.failures}, which --manifest takes"
        )
