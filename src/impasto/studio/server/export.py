"""The finished picture: at the photograph's own size, with its metadata and transparency."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from impasto.errors import OptionError
from impasto.image.codec import save_image
from impasto.image.picture import Picture, change_bit_depth
from impasto.progress import Cancellation, ProgressCallback, ProgressEvent, Stopwatch
from impasto.studio.box import Pixels
from impasto.studio.compositor import Compositor
from impasto.studio.document import MAX_FEATHER_PX, MAX_GAP_PX, Document
from impasto.studio.document_json import write_document
from impasto.studio.image_store import ImageStore
from impasto.studio.photograph import Photograph, read_photograph
from impasto.studio.server.enlarging import enlarge_mask
from impasto.version import __version__

SUFFIXES = {"jpeg": ".jpg", "png": ".png", "tiff": ".tif", "webp": ".webp"}

StyleImage = Callable[[str, Photograph], Pixels | None]
"""The photograph in a style at its own size; waits for it. ``None`` if there is no such style."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Export:
    """What is exported, and how.

    Attributes:
        document: The state.
        photograph: What it is about.
        original: The photograph's file where ``photograph`` is a smaller version of it.
        output: A key of :data:`SUFFIXES`.
        quality: 1 to 100, for JPEG and WebP.
        scratch: Folder for what does not fit in memory, and for the file.
        memory_bytes: For stylised pictures.
    """

    document: Document
    photograph: Photograph
    original: bytes | None
    output: str
    quality: int
    scratch: Path
    memory_bytes: int


def export_picture(
    export: Export,
    path: Path,
    style_image: StyleImage,
    on_progress: ProgressCallback,
    cancellation: Cancellation,
) -> bool:
    """Compose a document at full size and write it.

    Returns:
        Whether it was written; not if it was cancelled.

    Raises:
        ImpastoError: if a style cannot be painted, or the file not be written.
    """
    photograph, document = export.photograph, export.document
    if export.original is not None:
        photograph = read_photograph(export.original, name=photograph.reference.name)
        document = enlarge_document(document, photograph)
    watch = Stopwatch()
    total = len(document.styles) + 1
    store = ImageStore(export.memory_bytes, export.scratch)
    try:
        for number, style in enumerate(document.styles):
            on_progress(_event(f"painting {style}", number, total, watch))
            pixels = style_image(style, photograph)
            if cancellation.is_cancelled:
                return False
            if pixels is not None:
                store.put(style, pixels)
        on_progress(_event("composing and writing", total - 1, total, watch))
        compositor = Compositor(photograph.pixels, store)
        compositor.show(document)
        picture = _finished(photograph, compositor.frame)
    finally:
        store.close()
    if cancellation.is_cancelled:
        return False
    settings = {"impasto": __version__, "studio": write_document(export.document)}
    save_image(
        picture,
        path,
        quality=export.quality,
        image_text={"impasto": json.dumps(settings)},
    )
    return True


def enlarge_document(document: Document, photograph: Photograph) -> Document:
    """The same document on a larger version of its photograph.

    Raises:
        OptionError: if that is smaller.
    """
    factor = photograph.size[0] / document.size[0]
    if factor < 1:
        raise OptionError(
            f"photograph: expected one larger than {document.size}, got {photograph.size}."
        )
    return Document(
        photograph=photograph.reference,
        objects=tuple(
            replace(
                each,
                mask=enlarge_mask(each.mask, photograph.size),
                feather_px=min(MAX_FEATHER_PX, each.feather_px * factor),
            )
            for each in document.objects
        ),
        background=document.background,
        close_gaps_px=min(MAX_GAP_PX, round(document.close_gaps_px * factor)),
    )


def _finished(photograph: Photograph, frame: Pixels) -> Picture:
    picture = photograph.picture
    alpha = None if picture.alpha is None else change_bit_depth(picture.alpha, 8)
    return Picture(pixels=np.array(frame), alpha=alpha, metadata=picture.metadata)


def _event(stage: str, step: int, total: int, watch: Stopwatch) -> ProgressEvent:
    return ProgressEvent(
        stage=stage,
        step=step,
        total=total,
        elapsed_s=watch.elapsed_s,
        remaining_s=watch.remaining_s(step, total),
    )
