"""The figures of the papers that ours stand beside, with the hardware they name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

PAPERS: Mapping[str, str] = {
    "PKU": "Gao, Yan, Dong: Reproduction and Real-time Implementation of Neural Style Transfer "
    "with Interactive Semantic Control",
    "CH": "Cheng 2020: Real-time Neural Style Transfer",
    "ST": "Makow, Hernandez: Exploring Style Transfer: Extensions to Neural Style Transfer",
    "SP": "Dwivedi et al.: Semantic Preservation using Neural Style Transfer",
}
"""The papers by the letters they are called by here."""


@dataclass(frozen=True, kw_only=True)
class PaperFigure:
    """A figure as a paper gives it.

    Attributes:
        what: What was measured.
        value: The figure; of a range its better end.
        shown: The figure as the paper writes it.
        unit: Its unit.
        place: The paper, a key of :data:`PAPERS`, and where in it.
        hardware: What the paper says it was measured on.
        better: Which way is better.
    """

    what: str
    value: float
    shown: str
    unit: str
    place: str
    hardware: str
    better: Literal["lower", "higher"] = "lower"


_PKU_GPU = "the paper's GPU, not named with the table"
_PKU_MACHINE = "the paper's machine, not named with the table"
_UNNAMED = "not named"

FIGURES: Mapping[str, PaperFigure] = {
    "gatys": PaperFigure(
        what="Gatys, 512 × 512",
        value=15.0,
        shown="15.0",
        unit="s",
        place="PKU, table 1",
        hardware=_PKU_GPU,
    ),
    "lapstyle": PaperFigure(
        what="LapStyle, 512 × 512",
        value=25.0,
        shown="25.0",
        unit="s",
        place="PKU, table 1",
        hardware=_PKU_GPU,
    ),
    "fast": PaperFigure(
        what="FastStyle, 512 × 512",
        value=0.04,
        shown="0.04",
        unit="s",
        place="PKU, table 1",
        hardware=_PKU_GPU,
    ),
    "gatys-300": PaperFigure(
        what="300 steps of Gatys",
        value=40.0,
        shown="40 to 60",
        unit="s",
        place="CH, section 2",
        hardware="NVIDIA GTX 1050 Ti",
    ),
    "live": PaperFigure(
        what="Live video",
        value=24.0,
        shown="24",
        unit="frames/s",
        place="CH, section 3",
        hardware=_UNNAMED,
        better="higher",
    ),
    "global": PaperFigure(
        what="Global re-rendering, 1200 × 800",
        value=15.0,
        shown="15.0",
        unit="ms",
        place="PKU, table 2",
        hardware=_PKU_MACHINE,
    ),
    "roi": PaperFigure(
        what="Partial update of an object, 1200 × 800",
        value=1.5,
        shown="1.5",
        unit="ms",
        place="PKU, table 2",
        hardware=_PKU_MACHINE,
    ),
    "roi-gain": PaperFigure(
        what="Global against partial, 1200 × 800",
        value=10.0,
        shown="10",
        unit="×",
        place="PKU, table 2",
        hardware=_PKU_MACHINE,
        better="higher",
    ),
}
"""The figures by name."""


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """One of :data:`FIGURES` and what was measured here."""

    figure: PaperFigure
    ours: float

    @property
    def times_better(self) -> float:
        """How many times better ours is."""
        higher = self.figure.better == "higher"
        return self.ours / self.figure.value if higher else self.figure.value / self.ours
