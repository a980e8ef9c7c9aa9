"""What a page is made of: frozen values, plain text in all of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from impasto.errors import OptionError

Value = str | float | int | None
"""A cell of a table; ``None`` and what is not a finite number are shown as a dash."""


@dataclass(frozen=True, kw_only=True)
class Prose:
    """A paragraph. Words between backticks are shown as code."""

    text: str


@dataclass(frozen=True, kw_only=True)
class Bullets:
    """A list of sentences, each as :class:`Prose` takes it."""

    items: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class Facts:
    """Names and what they are: the machine, the versions, the sizes."""

    entries: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column of a table.

    Attributes:
        title: What stands above it.
        unit: Shown behind the title.
        digits: Behind the point; by default as many as three significant ones need.
        align: ``right`` for numbers written as text, such as ``15.0 ± 0.2``; by default
            right where there is a number in the column.
        best: Which of its numbers is shown in bold.
    """

    title: str
    unit: str = ""
    digits: int | None = None
    align: Literal["auto", "left", "right"] = "auto"
    best: Literal["lowest", "highest"] | None = None


@dataclass(frozen=True, kw_only=True)
class Table:
    """Rows under columns; the first cell of a row is its name.

    Attributes:
        columns: At least one.
        rows: As many cells in each as there are columns.
        caption: What the table is.
        note: What is to be known to read it; below the table.

    Raises:
        OptionError: if there is no column, or a row has more or fewer cells.
    """

    columns: Sequence[Column]
    rows: Sequence[Sequence[Value]]
    caption: str = ""
    note: str = ""

    def __post_init__(self) -> None:
        expected = len(self.columns)
        found = {len(row) for row in self.rows}
        if not expected or found - {expected}:
            raise OptionError(
                f"table {self.caption!r}: expected rows of {expected} cells, one a column and "
                f"at least one, got rows of {', '.join(map(str, sorted(found))) or 'none'}."
            )


@dataclass(frozen=True, kw_only=True)
class Illustration:
    """A picture inside the page; see :func:`~impasto.reports.embedding.illustration`.

    Attributes:
        source: A ``data:`` address.
        size: (H, W) in pixels.
        alt: What is to be seen, for those who cannot see it.
        caption: The line below.

    Raises:
        OptionError: if the source lies outside the page, or ``alt`` is empty.
    """

    source: str
    size: tuple[int, int]
    alt: str
    caption: str = ""

    def __post_init__(self) -> None:
        if not self.source.startswith("data:image/"):
            raise OptionError(f"source: expected a data:image/ address, got {self.source:.40}.")
        _check_alt(self.alt)


@dataclass(frozen=True, kw_only=True)
class Chart:
    """A plot inside the page; see :mod:`~impasto.reports.charts`.

    Attributes:
        svg: An ``<svg>`` element, taken as it is.
        alt: What is to be seen, for those who cannot see it.
        caption: The line below.

    Raises:
        OptionError: if it is not an ``<svg>`` element, or ``alt`` is empty.
    """

    svg: str
    alt: str
    caption: str = ""

    def __post_init__(self) -> None:
        if not self.svg.startswith("<svg"):
            raise OptionError(f"svg: expected an <svg> element, got {self.svg:.40}.")
        _check_alt(self.alt)


@dataclass(frozen=True, kw_only=True)
class Gallery:
    """Pictures in rows and columns, as the papers' figures have them.

    Attributes:
        rows: Pictures, as many in each row.
        column_titles: One above each column, or none.
        row_titles: One beside each row, or none.
        caption: What all of it is.

    Raises:
        OptionError: if rows or titles differ in number.
    """

    rows: Sequence[Sequence[Illustration]]
    column_titles: Sequence[str] = ()
    row_titles: Sequence[str] = ()
    caption: str = ""

    def __post_init__(self) -> None:
        widths = {len(row) for row in self.rows}
        if len(widths) != 1 or 0 in widths:
            raise OptionError("gallery: expected rows of one length, at least one picture in each.")
        _check_titles(self.column_titles, len(self.rows[0]))
        _check_titles(self.row_titles, len(self.rows))


Block = Prose | Bullets | Facts | Table | Illustration | Chart | Gallery


@dataclass(frozen=True, kw_only=True)
class Section:
    """A part of a page with a heading of its own, named in the table of contents."""

    title: str
    blocks: Sequence[Block] = ()


@dataclass(frozen=True, kw_only=True)
class Page:
    """A whole page.

    Attributes:
        title: Its heading and what the browser's tab says.
        lead: What it says, in a sentence or two.
        facts: What all of it was made with.
        sections: Its parts in order.
        footer: The last line.
    """

    title: str
    lead: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    sections: Sequence[Section] = ()
    footer: str = ""


def _check_alt(alt: str) -> None:
    if not alt.strip():
        raise OptionError("alt: expected words on what is to be seen, got none.")


def _check_titles(titles: Sequence[str], count: int) -> None:
    if titles and len(titles) != count:
        raise OptionError(f"gallery: expected {count} titles or none, got {len(titles)}.")
