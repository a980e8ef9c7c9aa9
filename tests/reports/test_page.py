from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

from impasto.errors import OutputError
from impasto.image.picture import Picture
from impasto.reports.blocks import (
    Block,
    Bullets,
    Chart,
    Column,
    Facts,
    Gallery,
    Page,
    Prose,
    Section,
    Table,
)
from impasto.reports.charts import line_chart
from impasto.reports.embedding import illustration
from impasto.reports.page import render_page, save_page

EVIL = "<script>alert('x')</script>&\"'"
EMPTY = {"meta", "img", "br", "input"}


class Reader(HTMLParser):
    """What a browser would make of a page; refuses tags that are not closed in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.words: list[str] = []
        self._open: list[str] = []
        self.feed(html)
        self.close()
        assert not self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        found = dict(attrs)
        if "id" in found:
            self.ids.append(str(found["id"]))
        self.links += [str(found[name]) for name in ("href", "src") if name in found]
        if tag not in EMPTY:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def blocks(text: str) -> list[Block]:
    """One of each kind, with the text wherever there may be one."""
    picture = Picture(pixels=np.full((24, 32, 3), 90, np.uint8))
    shown = illustration(picture, alt=text, caption=text)
    return [
        Prose(text=text),
        Bullets(items=[text]),
        Facts(entries={text: text}),
        Table(columns=[Column(title=text, unit=text)], rows=[[text]], caption=text, note=text),
        shown,
        line_chart({text: [1.0, 2.0]}, alt=text, x_title=text, y_title=text, caption=text),
        Gallery(rows=[[shown]], column_titles=[text], row_titles=[text], caption=text),
    ]


def full_page(text: str) -> Page:
    sections = [Section(title=text, blocks=blocks(text)), Section(title="Another")]
    return Page(title=text, lead=text, facts={text: text}, sections=sections, footer=text)


def test_everything_is_escaped() -> None:
    html = render_page(full_page(EVIL))
    reader = Reader(html)
    assert "script" not in reader.tags
    assert "<script" not in html
    assert sum(EVIL in word for word in reader.words) >= 15


def test_nothing_lies_outside_the_page() -> None:
    html = render_page(full_page("words"))
    reader = Reader(html)
    assert all(link.startswith(("data:image/", "#")) for link in reader.links)
    assert all(link[1:] in reader.ids for link in reader.links if link.startswith("#"))
    assert "url(http" not in html
    assert "Content-Security-Policy" in html


def test_titles_alike_have_anchors_of_their_own() -> None:
    titles = ["Table 1", "Table 1", "寿司", "Table 1 2"]
    reader = Reader(render_page(Page(title="t", sections=[Section(title=t) for t in titles])))
    assert len(set(reader.ids)) == len(reader.ids) == 4


def test_short_pages_have_no_contents() -> None:
    for count, expected in ((0, 0), (1, 0), (2, 1)):
        sections = [Section(title=str(number)) for number in range(count)]
        assert Reader(render_page(Page(title="t", sections=sections))).tags.count("nav") == expected


def test_backticks_are_code() -> None:
    html = render_page(Page(title="t", lead="run `impasto <x>` now"))
    assert "run <code>impasto &lt;x&gt;</code> now" in html


def test_charts_are_taken_as_they_are() -> None:
    chart = Chart(svg="<svg><g></g></svg>", alt="two & two")
    html = render_page(Page(title="t", sections=[Section(title="s", blocks=[chart])]))
    assert 'aria-label="two &amp; two"><svg><g></g></svg>' in html


def test_saving_replaces_the_whole_file(tmp_path: Path) -> None:
    path = tmp_path / "index.html"
    save_page(Page(title="long " * 100), path)
    save_page(Page(title="Grüße \ud800"), path)
    assert path.read_bytes().endswith(b"</html>\n")
    assert [each.name for each in tmp_path.iterdir()] == ["index.html"]
    with pytest.raises(OutputError):
        save_page(Page(title="t"), tmp_path / "no" / "index.html")
