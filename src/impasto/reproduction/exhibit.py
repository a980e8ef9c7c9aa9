"""How a part is shown: blocks of the page, figures as files, and figures of the papers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from impasto.figures import Cell, save_grid, save_loss_plot
from impasto.reports.blocks import Block, Gallery
from impasto.reports.charts import line_chart
from impasto.reports.embedding import illustration
from impasto.reproduction.papers import Comparison

SHOWN_PX = 448
"""Longest side of pictures inside the page; those in the folder are whole."""


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """Pictures in rows and columns, for the page and as a figure of its own.

    Attributes:
        rows: Cells, as many in each row.
        column_titles: One above each column.
        row_titles: One beside each row, or none.
        caption: What all of it is.
    """

    rows: Sequence[Sequence[Cell]]
    column_titles: Sequence[str]
    row_titles: Sequence[str] = ()
    caption: str = ""

    def block(self) -> Gallery:
        """As a block of the page."""
        rows = []
        for number, cells in enumerate(self.rows):
            beside = f", {self.row_titles[number]}" if self.row_titles else ""
            rows.append(
                [
                    illustration(
                        cell.picture,
                        alt=f"{title}{beside}",
                        caption=cell.caption,
                        longest_side_px=SHOWN_PX,
                    )
                    for cell, title in zip(cells, self.column_titles, strict=True)
                ]
            )
        return Gallery(
            rows=rows,
            column_titles=self.column_titles,
            row_titles=self.row_titles,
            caption=self.caption,
        )

    def save(self, path: Path) -> Path:
        """As a picture file."""
        return save_grid(
            self.rows, path, column_titles=self.column_titles, row_titles=self.row_titles
        )


@dataclass(frozen=True, kw_only=True)
class Curves:
    """Values over steps, for the page and as a figure of its own.

    Attributes:
        lines: For each name its values.
        steps_a_value: How many steps lie between two values.
        y_title: What the values are.
        alt: What is to be seen, for those who cannot see it.
        caption: What it is.
    """

    lines: Mapping[str, Sequence[float]]
    steps_a_value: int
    y_title: str
    alt: str
    caption: str = ""

    def block(self) -> Block:
        """As a block of the page."""
        longest = max(len(values) for values in self.lines.values())
        return line_chart(
            self.lines,
            alt=self.alt,
            caption=self.caption,
            x=[self.steps_a_value * number for number in range(1, longest + 1)],
            x_title="step",
            y_title=self.y_title,
            logarithmic=True,
        )

    def save(self, path: Path) -> Path:
        """As a picture file."""
        return save_loss_plot(
            self.lines, path, steps_a_value=self.steps_a_value, y_title=self.y_title
        )


@dataclass(frozen=True, kw_only=True)
class Exhibit:
    """A part as it is shown.

    Attributes:
        items: What stands in its section, in order.
        comparisons: Figures of the papers, with ours.
    """

    items: Sequence[Block | Sheet | Curves]
    comparisons: Sequence[Comparison] = ()

    def blocks(self) -> list[Block]:
        """The items as blocks of the page."""
        return [item.block() if isinstance(item, Sheet | Curves) else item for item in self.items]

    def save_figures(self, folder: Path, name: str) -> list[Path]:
        """Write the sheets and curves as ``name.png``, ``name-2.png`` and so on."""
        figures = [item for item in self.items if isinstance(item, Sheet | Curves)]
        return [
            figure.save(folder / f"{name}{'' if number == 1 else f'-{number}'}.png")
            for number, figure in enumerate(figures, start=1)
        ]
