"""Paint docs/images/styles.jpg: the styles that ship as labelled thumbnails."""

from __future__ import annotations

from pathlib import Path

from PIL import Image, ImageDraw, ImageFont, ImageOps

from impasto.styles.catalog import STYLES, StyleSpec, style_path

SHEET = Path(__file__).parents[1] / "docs" / "images" / "styles.jpg"
COLUMNS = 5
CELL_PX = 236
GAP_PX = 14
LABEL_PX = 30
QUALITY = 88


def make_sheet() -> Image.Image:
    specs = list(STYLES.values())
    rows = -(-len(specs) // COLUMNS)
    width = GAP_PX + COLUMNS * (CELL_PX + GAP_PX)
    height = GAP_PX + rows * (CELL_PX + LABEL_PX + GAP_PX)
    sheet = Image.new("RGB", (width, height), "white")
    for index, spec in enumerate(specs):
        row, column = divmod(index, COLUMNS)
        left = GAP_PX + column * (CELL_PX + GAP_PX)
        add_thumbnail(sheet, spec, left, GAP_PX + row * (CELL_PX + LABEL_PX + GAP_PX))
    return sheet


def add_thumbnail(sheet: Image.Image, spec: StyleSpec, left: int, top: int) -> None:
    with Image.open(style_path(spec)) as picture:
        thumbnail = ImageOps.fit(
            picture.convert("RGB"), (CELL_PX, CELL_PX), Image.Resampling.LANCZOS
        )
    sheet.paste(thumbnail, (left, top))
    ImageDraw.Draw(sheet).text(
        (left + CELL_PX // 2, top + CELL_PX + LABEL_PX // 2),
        spec.name,
        fill="black",
        font=ImageFont.load_default(size=17),
        anchor="mm",
    )


if __name__ == "__main__":
    SHEET.parent.mkdir(parents=True, exist_ok=True)
    make_sheet().save(SHEET, quality=QUALITY, optimize=True)
    print(f"{SHEET}: {SHEET.stat().st_size / 1024:.0f} KB")
