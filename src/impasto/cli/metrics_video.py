"""``impasto metrics-video``: how steady a stylised film is."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from impasto.cli.console import cancel_on_interrupt, print_columns, print_json, progress_bar

if TYPE_CHECKING:
    from impasto.metrics.film_stability import StabilityFigures
    from impasto.video.frame_source import FrameSource


def metrics_video_command(
    film: Annotated[Path, typer.Argument(help="The film, or a folder of its frames.")],
    stylized: Annotated[Path, typer.Argument(help="The same, stylised.")],
    flow: Annotated[
        Path | None,
        typer.Option(
            help="Folder of true flow, a file from each frame to the next in the order of "
            "their names: .flo, or .png as KITTI has it. Default: flow is estimated."
        ),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Measure warping error and flicker of a stylised film, beside those of the film itself."""
    from impasto.video.frame_source import open_frames

    films = open_frames(film), open_frames(stylized)
    with progress_bar("measure") as report, cancel_on_interrupt() as stop:
        from impasto.video.film_metrics import measure_film

        figures = measure_film(*films, flow=flow, on_progress=report, cancellation=stop)
    values = _values(figures, films[1])
    if json:
        print_json(values)
        return
    print_columns([[name, _text(value)] for name, value in values.items()])


def _values(figures: StabilityFigures, stylized: FrameSource) -> dict[str, Any]:
    from dataclasses import asdict

    rate = stylized.frame_rate
    return {**asdict(figures), "fps": None if rate is None else float(rate)}


def _text(value: Any) -> str:
    if value is None:
        return "nothing to measure"
    return f"{value:.4g}" if isinstance(value, float) else str(value)
