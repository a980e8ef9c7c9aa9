"""All loss terms over 300 steps, as figure 1 of Dwivedi et al. shows them."""

from __future__ import annotations

from pathlib import Path

from benchmarks.pictures import photograph, square
from impasto.figures import save_loss_plot
from impasto.render import RenderRequest, render
from impasto.sources import find_style
from impasto.stylizers.options import GatysOptions

SIDE_PX = 256
THEIR_UNIT = 255 * 0.226
"""Their VGG sees colours divided by a deviation of 0.226, ours sees 0 to 255: features differ
by this factor, content losses by its square and style losses by its fourth power."""
OPTIONS = GatysOptions(
    normalization="tutorial",
    optimizer="adam",
    levels=1,
    iterations=300,
    tolerance=0,
    content_weight=1 / THEIR_UNIT**2,
    style_weight=1e5 / THEIR_UNIT**4,
    tv_weight=0.1,
)


def plot(figure: Path) -> str:
    """Draw the figure; return the losses at chosen steps as a table."""
    result = render(
        RenderRequest(
            content=square(photograph("astronaut"), SIDE_PX),
            style=find_style("starry-night"),
            options=OPTIONS,
        )
    )
    save_loss_plot(result.losses, figure)
    names = ("content", "style", "total variation", "total")
    lines = ["| step | " + " | ".join(names) + " |", "|---" * (len(names) + 1) + "|"]
    for step in (1, 10, 50, 100, 200, 300):
        values = " | ".join(f"{result.losses[name][step - 1]:.4g}" for name in names)
        lines.append(f"| {step} | {values} |")
    return "\n".join(lines)
