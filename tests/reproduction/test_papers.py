from typing import Any

import pytest

from impasto.reproduction.papers import FIGURES, PAPERS, Comparison, PaperFigure


def test_every_figure_says_where_it_is_from_and_on_what() -> None:
    for figure in FIGURES.values():
        assert figure.place.split(",")[0] in PAPERS
        assert figure.hardware
        assert figure.shown.startswith(f"{figure.value:g}"[:2])


def figure(better: Any) -> PaperFigure:
    return PaperFigure(
        what="a",
        value=10.0,
        shown="10",
        unit="s",
        place="PKU",
        hardware="a GPU",
        better=better,
    )


@pytest.mark.parametrize(
    ("better", "ours", "expected"),
    [("lower", 5.0, 2.0), ("higher", 5.0, 0.5)],
)
def test_times_better(better: str, ours: float, expected: float) -> None:
    assert Comparison(figure=figure(better), ours=ours).times_better == expected
