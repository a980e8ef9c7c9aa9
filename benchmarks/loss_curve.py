"""All loss terms over 300 steps, as figure 1 of Dwivedi et al. shows them."""

from __future__ import annotations

from pathlib import Path

from benchmarks.pictures import photograph, square
from impasto.figures import save_loss_plot
from impasto.render import RenderRequest, render
from impasto.reproduction.parts.loss_summary import OPTIONS, STYLE, TERMS, table
from impasto.sources import find_style

SIDE_PX = 256


def plot(figure: Path) -> str:
    """Draw the figure; return the losses at chosen steps as a table."""
    result = render(
        RenderRequest(
            content=square(photograph("astronaut"), SIDE_PX),
            style=find_style(STYLE),
            options=OPTIONS,
        )
    )
    save_loss_plot(result.losses, figure)
    lines = ["| step | " + " | ".join(TERMS) + " |", "|---" * (len(TERMS) + 1) + "|"]
    losses = {name: tuple(values) for name, values in result.losses.items()}
    for step, *values in table(losses):
        lines.append(f"| {step} | {' | '.join(f'{value:.4g}' for value in values)} |")
    return "\n".join(lines)
