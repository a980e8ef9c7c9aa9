import pytest

from impasto.errors import OptionError
from impasto.reports.blocks import Chart, Column, Gallery, Illustration, Table

PICTURE = Illustration(source="data:image/png;base64,", size=(1, 1), alt="nothing")


def test_rows_have_a_cell_for_each_column() -> None:
    columns = [Column(title="a"), Column(title="b")]
    assert Table(columns=columns, rows=[]).rows == []
    for wrong in ([["x"]], [["x", 1], ["y", 1, 2]]):
        with pytest.raises(OptionError, match="expected rows of 2 cells"):
            Table(columns=columns, rows=wrong)
    with pytest.raises(OptionError, match="at least one"):
        Table(columns=[], rows=[])


def test_pictures_lie_inside_the_page_and_are_described() -> None:
    with pytest.raises(OptionError, match="data:image"):
        Illustration(source="https://example.org/a.png", size=(1, 1), alt="a")
    with pytest.raises(OptionError, match="alt"):
        Illustration(source=PICTURE.source, size=(1, 1), alt=" ")
    with pytest.raises(OptionError, match="<svg>"):
        Chart(svg="<script>", alt="a")
    with pytest.raises(OptionError, match="alt"):
        Chart(svg="<svg/>", alt="")


def test_galleries_are_rectangular() -> None:
    for rows in ([], [[]], [[PICTURE], [PICTURE, PICTURE]]):
        with pytest.raises(OptionError, match="one length"):
            Gallery(rows=rows)
    with pytest.raises(OptionError, match="expected 1 titles"):
        Gallery(rows=[[PICTURE]], column_titles=["a", "b"])
    with pytest.raises(OptionError, match="expected 2 titles"):
        Gallery(rows=[[PICTURE], [PICTURE]], row_titles=["a"])
