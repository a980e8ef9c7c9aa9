"""One self-contained HTML page: nothing is fetched, nothing runs, everything is escaped."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from importlib.resources import files
from pathlib import Path

from impasto.image.destination import replace_file
from impasto.reports.blocks import (
    Block,
    Bullets,
    Chart,
    Facts,
    Gallery,
    Illustration,
    Page,
    Prose,
    Section,
    Table,
)
from impasto.reports.table import render_table

POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
"""What a browser may load for the page: only what lies inside it."""

_CODE = re.compile(r"`([^`]+)`")


def save_page(page: Page, path: str | Path) -> Path:
    """Write a page; what was there stays until all of it is written.

    Args:
        page: What to write.
        path: Where; the folder must exist.

    Returns:
        The path written.

    Raises:
        OutputError: if it cannot be written there.
    """
    path = Path(path)
    text = render_page(page)
    with replace_file(path) as file:
        file.write(text.encode("utf-8", "replace"))
    return path


def render_page(page: Page) -> str:
    """A page as HTML: light and dark as the reader's system is, for screens and for paper."""
    anchors = _anchors([section.title for section in page.sections])
    sections = [
        _section(section, anchor) for section, anchor in zip(page.sections, anchors, strict=True)
    ]
    lead = f'<p class="lead">{_inline(page.lead)}</p>' if page.lead else ""
    facts = _facts(Facts(entries=page.facts)) if page.facts else ""
    footer = f"<footer>{_inline(page.footer)}</footer>" if page.footer else ""
    style = files("impasto.reports").joinpath("page.css").read_text(encoding="utf-8")
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{escape(page.title)}</title>
<style>
{style}</style>
</head>
<body>
<header>
<h1>{_inline(page.title)}</h1>
{lead}
{facts}
</header>
{_contents(page.sections, anchors)}
<main>
{"".join(sections)}</main>
{footer}
</body>
</html>
"""


def _section(section: Section, anchor: str) -> str:
    blocks = "\n".join(_block(block) for block in section.blocks)
    return (
        f'<section id="{anchor}">\n'
        f'<h2><a href="#{anchor}">{_inline(section.title)}</a></h2>\n{blocks}\n</section>\n'
    )


def _contents(sections: Sequence[Section], anchors: Sequence[str]) -> str:
    """Links to the sections, where there are several."""
    if len(sections) < 2:
        return ""
    links = "\n".join(
        f'<li><a href="#{anchor}">{_inline(section.title)}</a></li>'
        for section, anchor in zip(sections, anchors, strict=True)
    )
    return f'<nav aria-label="Contents">\n<ol>\n{links}\n</ol>\n</nav>'


def _block(block: Block) -> str:
    match block:
        case Prose(text=text):
            return f"<p>{_inline(text)}</p>"
        case Bullets(items=items):
            entries = "\n".join(f"<li>{_inline(item)}</li>" for item in items)
            return f"<ul>\n{entries}\n</ul>"
        case Facts():
            return _facts(block)
        case Table():
            return render_table(block, _inline)
        case Illustration():
            return f"<figure>{_image(block)}{_caption(block.caption)}</figure>"
        case Chart():
            drawing = f'<div role="img" aria-label="{escape(block.alt)}">{block.svg}</div>'
            return f'<figure class="chart">{drawing}{_caption(block.caption)}</figure>'
        case Gallery():
            return _gallery(block)


def _facts(facts: Facts) -> str:
    entries = "\n".join(
        f"<div><dt>{_inline(name)}</dt><dd>{_inline(value)}</dd></div>"
        for name, value in facts.entries.items()
    )
    return f"<dl>\n{entries}\n</dl>"


def _gallery(gallery: Gallery) -> str:
    """A table of pictures, so that titles belong to their rows and columns when read aloud."""
    beside = bool(gallery.row_titles)
    head = ""
    if gallery.column_titles:
        corner = "<td></td>" if beside else ""
        titles = "".join(
            f'<th scope="col">{_inline(title)}</th>' for title in gallery.column_titles
        )
        head = f"<thead><tr>{corner}{titles}</tr></thead>"
    rows = []
    for number, row in enumerate(gallery.rows):
        name = f'<th scope="row">{_inline(gallery.row_titles[number])}</th>' if beside else ""
        cells = "".join(f"<td>{_image(each)}{_under(each.caption)}</td>" for each in row)
        rows.append(f"<tr>{name}{cells}</tr>")
    columns = len(gallery.rows[0])
    body = f"<tbody>{''.join(rows)}</tbody>"
    return (
        f'<figure class="gallery"><div class="scroll" tabindex="0" role="region" '
        f'aria-label="{escape(gallery.caption or "Pictures")}">'
        f'<table style="--columns: {columns}">{head}{body}</table></div>'
        f"{_caption(gallery.caption)}</figure>"
    )


def _image(shown: Illustration) -> str:
    height, width = shown.size
    return (
        f'<img src="{escape(shown.source)}" alt="{escape(shown.alt)}" '
        f'width="{width}" height="{height}" decoding="async">'
    )


def _caption(text: str) -> str:
    return f"<figcaption>{_inline(text)}</figcaption>" if text else ""


def _under(text: str) -> str:
    return f"<p>{_inline(text)}</p>" if text else ""


def _inline(text: str) -> str:
    """Escaped text, with code where backticks are."""
    return _CODE.sub(r"<code>\1</code>", escape(text))


def _anchors(titles: Sequence[str]) -> list[str]:
    """A name for each title that a link can lead to, no two the same."""
    anchors: list[str] = []
    for title in titles:
        plain = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-") or "part"
        anchor, number = plain, 1
        while anchor in anchors:
            number += 1
            anchor = f"{plain}-{number}"
        anchors.append(anchor)
    return anchors
