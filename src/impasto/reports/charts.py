"""Plots inside a page: drawn by matplotlib, in the page's own colours and letters."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

import numpy as np

from impasto.reports.blocks import Chart

if TYPE_CHECKING:
    from matplotlib.figure import Figure

INCHES = (7.0, 3.9)

COLORS = ("#d1652b", "#3d82c4", "#4c9a4c", "#a361c0", "#c2903a", "#3fa3a3", "#c8558b", "#8a8a8a")
"""Of middling lightness, to be seen on white and on black; for lines and points in turn."""

_INK = "#010203"
"""Stands for the page's colour of letters until the plot is part of it."""

_STYLE: Mapping[Any, Any] = {
    "axes.edgecolor": _INK,
    "axes.grid": True,
    "axes.labelcolor": _INK,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "font.size": 10.0,
    "grid.alpha": 0.18,
    "grid.color": _INK,
    "legend.frameon": False,
    "svg.fonttype": "none",
    "text.color": _INK,
    "text.parse_math": False,
    "xtick.color": _INK,
    "ytick.color": _INK,
}


def chart_style() -> AbstractContextManager[None]:
    """Inside it, figures get the colours that :func:`chart_of` makes the page's."""
    from cycler import cycler
    from matplotlib import rc_context

    return rc_context({**_STYLE, "axes.prop_cycle": cycler(color=COLORS)})


def new_figure(inches: tuple[float, float] = INCHES) -> Figure:
    """An empty figure without a window; make and fill it inside :func:`chart_style`."""
    from matplotlib.figure import Figure

    return Figure(figsize=inches, layout="constrained")


def chart_of(figure: Figure, *, alt: str, caption: str = "") -> Chart:
    """A figure as a part of a page: letters stay letters, black becomes the page's colour.

    Args:
        figure: Drawn inside :func:`chart_style`.
        alt: What is to be seen, for those who cannot see it; different for each chart of a
            page.
        caption: The line below.
    """
    from matplotlib import rc_context
    from matplotlib.ticker import LogFormatter

    for axes in figure.axes:
        for axis in (axes.xaxis, axes.yaxis):
            if axis.get_scale() == "log":
                # The scale's own formatters write powers in mathematics, which is not parsed.
                axis.set_major_formatter(LogFormatter())
                axis.set_minor_formatter(LogFormatter(minor_thresholds=(2, 0.5)))
    file = io.StringIO()
    # Names inside the drawing come from the salt: the same for the same chart, and no
    # others of the page.
    with rc_context({**_STYLE, "svg.hashsalt": alt}):
        figure.savefig(file, format="svg", transparent=True, metadata={"Date": None})
    svg = file.getvalue()
    svg = svg[svg.index("<svg") :].strip()
    svg = re.sub(r"<metadata>.*?</metadata>|<!--.*?-->", "", svg, flags=re.DOTALL)
    svg = re.sub(r'(<g) id="[^"]*"', r"\1", svg)
    svg = re.sub(r'^(<svg[^>]*?) width="[^"]*"', r"\1", svg)
    svg = re.sub(r'^(<svg[^>]*?) height="[^"]*"', r"\1", svg)
    return Chart(svg=svg.replace(_INK, "currentColor"), alt=alt, caption=caption)


def line_chart(
    lines: Mapping[str, Sequence[float]],
    *,
    alt: str,
    x_title: str,
    y_title: str,
    x: Sequence[float] | None = None,
    logarithmic: bool = False,
    caption: str = "",
) -> Chart:
    """Values over steps.

    Args:
        lines: For each name its values; not all need be finite.
        alt: As :func:`chart_of` takes it.
        x_title: What runs along.
        y_title: What the values are.
        x: Where the values lie; by default 1, 2, 3 …
        logarithmic: Draw the values on a logarithmic scale; those up to 0 are left out.
        caption: The line below.
    """
    with chart_style():
        figure = new_figure()
        axis = figure.subplots()
        for name, given in lines.items():
            values = np.asarray(given, dtype=float)
            if logarithmic:
                values = np.where(values > 0, values, np.nan)
            places = np.arange(1, len(values) + 1) if x is None else np.asarray(x)
            axis.plot(places, values, label=name, marker="o" if len(values) == 1 else None)
        if logarithmic:
            axis.set_yscale("log")
        axis.set_xlabel(x_title)
        axis.set_ylabel(y_title)
        if lines:
            axis.legend()
        return chart_of(figure, alt=alt, caption=caption)
