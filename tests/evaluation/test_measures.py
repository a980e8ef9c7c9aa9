from impasto.evaluation.judge import PERCEPTUAL_NAMES, Judge
from impasto.evaluation.measures import (
    CONTENT_HEADLINE,
    MEASURES,
    STYLE_HEADLINE,
    format_measure,
)


def test_the_catalogue_names_all_that_is_measured(judge: Judge) -> None:
    assert {*judge.names, *PERCEPTUAL_NAMES.values()} == MEASURES.keys()
    assert all(name == measure.name for name, measure in MEASURES.items())
    assert MEASURES[STYLE_HEADLINE].about == "style"
    assert MEASURES[CONTENT_HEADLINE].about == "content"


def test_values_are_rounded_to_what_they_are_worth() -> None:
    assert [format_measure(each) for each in (1234567.8, 0.00012345678)] == [1234570.0, 0.000123457]
