"""The compositor: shows a document, painting only the boxes that differ from what it shows."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from impasto.errors import OptionError
from impasto.studio.alpha_planes import AlphaPlanes
from impasto.studio.blending import Scratch, add_region, finish, keep_colors, strengthen
from impasto.studio.box import Box, Pixels, check_plane, merge_boxes
from impasto.studio.changes import compare, reach
from impasto.studio.document import BACKGROUND, Document, Look
from impasto.studio.layout import Piece, Tile, lay_out

MOST_LAYOUTS = 256
"""Layouts kept for boxes painted before; a click on the same object needs no other."""


class StyleSource(Protocol):
    """Where the compositor gets stylised versions of the whole photograph from."""

    def get(self, style: str) -> Pixels | None:
        """The photograph in a style, (H, W, 3) uint8; ``None`` while there is none."""


class Compositor:
    """Holds the picture of a document and keeps it true to the document it is shown.

    Equation (8), generalised to all regions: I_out = Σ style_i · α_i, where the α_i sum to 1.
    A region whose style is not there yet is painted as the photograph; call :meth:`repaint`
    when it is. Belongs to one thread at a time.

    Args:
        pixels: The photograph, (H, W, 3) uint8.
        styles: Stylised versions of it.

    Raises:
        ShapeError: if ``pixels`` is not of that shape and dtype.
    """

    def __init__(self, pixels: Pixels, styles: StyleSource) -> None:
        size = pixels.shape[:2]
        for channel in range(3):
            check_plane(pixels[..., channel], size, name="pixels")
        self._photo = pixels
        self._styles = styles
        self._frame = np.array(pixels)
        self._planes = AlphaPlanes(size)
        self._document: Document | None = None
        self._looks = {BACKGROUND: Look()}
        self._scratch = Scratch()
        self._layouts: dict[Box, tuple[Tile, ...]] = {}

    @property
    def frame(self) -> Pixels:
        """The picture as it is now, (H, W, 3) uint8: a read-only view that later calls change."""
        view = self._frame.view()
        view.setflags(write=False)
        return view

    @property
    def document(self) -> Document | None:
        """The document that is shown; at first none, and the frame is the photograph."""
        return self._document

    def show(self, document: Document) -> tuple[Box, ...]:
        """Show a document: after an edit, an undo, or anything else.

        Args:
            document: Any state of the document on this photograph.

        Returns:
            The boxes that were painted; all pixels outside are as they were.

        Raises:
            OptionError: if the document is of a photograph of another size.
        """
        if document.size != self._frame.shape[:2]:
            raise OptionError(
                f"document: expected a photograph of {self._frame.shape[:2]}, "
                f"got one of {document.size}."
            )
        change = compare(self._document or Document(photograph=document.photograph), document)
        self._document = document
        self._looks = _looks(document)
        if change.shape:
            self._planes.update(document, change.shape)
            self._layouts.clear()
        looks = {
            name: box
            for name, box in change.look.items()
            if not any(done.contains(box) for done in change.shape)
        }
        painted = [tile for box in change.shape for tile in self._paint(box, None)]
        painted += [tile for name, box in looks.items() for tile in self._paint(box, name)]
        return merge_boxes(painted)

    def repaint(self, style: str) -> tuple[Box, ...]:
        """Paint the regions of one style again, since it has been made or made anew.

        Returns:
            The boxes that were painted.
        """
        if self._document is None:
            return ()
        boxes = {each.id: reach(self._document, each) for each in self._document.objects}
        boxes[BACKGROUND] = Box.whole(self._document.size)
        boxes = {name: box for name, box in boxes.items() if self._looks[name].style == style}
        return merge_boxes(tile for name, box in boxes.items() for tile in self._paint(box, name))

    def repaint_all(self) -> tuple[Box, ...]:
        """Paint every pixel again: never needed after a click, only to compare with."""
        return merge_boxes(self._paint(Box.whole(self._frame.shape[:2]), None))

    def region_at(self, x: float, y: float) -> str:
        """Whose pixel a point is: the id of the object that has most of it, or the background.

        Args:
            x: From the left, in pixels.
            y: From the top, in pixels.

        Raises:
            OptionError: if the point lies outside the picture.
        """
        height, width = self._frame.shape[:2]
        if not (0 <= x < width and 0 <= y < height):
            raise OptionError(f"expected a point inside {width} x {height} px, got ({x}, {y}).")
        pixel = Box(top=int(y), left=int(x), bottom=int(y) + 1, right=int(x) + 1)
        parts = [(int(part.values[0, 0]), part.region_id) for part in self._planes.inside(pixel)]
        return max(reversed(parts), key=lambda part: part[0])[1]

    def _paint(self, box: Box, only: str | None) -> list[Box]:
        """Paint a box; with ``only``, just the pieces in which that region shows."""
        painted = []
        for tile in self._layout(box):
            if only is None or only in tile.regions:
                for piece in tile.pieces:
                    if only is None or any(part.region_id == only for part in piece.parts):
                        self._paint_piece(piece)
                painted.append(tile.box)
        return painted

    def _layout(self, box: Box) -> tuple[Tile, ...]:
        layout = self._layouts.get(box)
        if layout is None:
            if len(self._layouts) >= MOST_LAYOUTS:
                self._layouts.clear()
            layout = self._layouts[box] = lay_out(self._planes, box)
        return layout

    def _paint_piece(self, piece: Piece) -> None:
        """Equation (8)."""
        out = self._frame[piece.box.slices]
        if piece.is_solid:
            out[:] = self._region_pixels(piece.parts[0].region_id, piece.box)
            return
        total = self._scratch.take("total", (*piece.box.size, 3), np.uint16)
        if not piece.is_covered:
            total.fill(0)
        for number, part in enumerate(piece.parts):
            add_region(
                total[part.box.within(piece.box)],
                self._region_pixels(part.region_id, part.box),
                part.values,
                self._scratch,
                is_first=piece.is_covered and number == 0,
            )
        finish(total, out)

    def _region_pixels(self, region_id: str, box: Box) -> Pixels:
        """A region in its look inside a box, (h, w, 3) uint8, good until the next call."""
        look = self._looks[region_id]
        photo = self._photo[box.slices]
        stylized = self._stylized(look)
        if stylized is None:
            return photo
        if look.preserve_colors:
            return keep_colors(photo, stylized[box.slices], look.strength, self._scratch)
        if look.strength == 1:
            return stylized[box.slices]
        return strengthen(photo, stylized[box.slices], look.strength, self._scratch)

    def _stylized(self, look: Look) -> Pixels | None:
        if look.leaves_photograph or look.style is None:
            return None
        return self._styles.get(look.style)


def _looks(document: Document) -> dict[str, Look]:
    looks = {each.id: document.look_of(each.id) for each in document.objects}
    return {BACKGROUND: document.look_of(BACKGROUND), **looks}
