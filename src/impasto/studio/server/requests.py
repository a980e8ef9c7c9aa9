"""What the routes take from a request: the visitor, a document, a box, a raw body."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Path, Query, Request
from starlette.concurrency import run_in_threadpool

from impasto.errors import OptionError, UploadSizeError
from impasto.studio.box import Box
from impasto.studio.server.library import Library
from impasto.studio.server.open_document import OpenDocument

SCALES = (1, 2, 4, 8, 16)


def library_of(request: Request) -> Library:
    """The server's documents."""
    library: Library = request.app.state.library
    return library


def visitor_of(request: Request) -> str:
    """Who asks, as the guard found out."""
    visitor: str = request.scope["state"]["visitor"]
    return visitor


LibraryOf = Annotated[Library, Depends(library_of)]
VisitorOf = Annotated[str, Depends(visitor_of)]
DocumentId = Annotated[str, Path(max_length=100, description="Id of a document.")]
RegionId = Annotated[str, Path(max_length=100, description="Id of an object.")]
CandidateId = Annotated[str, Path(max_length=100, description="Id of a mask that prompts gave.")]
StyleName = Annotated[str, Path(max_length=100, description="Name of a style.")]
JobId = Annotated[str, Path(max_length=100, description="Id of a job.")]


async def document_of(library: LibraryOf, visitor: VisitorOf, document: DocumentId) -> OpenDocument:
    """The visitor's document, opened if it is not."""
    return await run_in_threadpool(library.open, visitor, document)


DocumentOf = Annotated[OpenDocument, Depends(document_of)]


def scale_of(
    scale: Annotated[int, Query(description="By how much it is reduced: 1, 2, 4, 8 or 16.")] = 1,
) -> int:
    """By how much a picture is to be reduced.

    Raises:
        OptionError: if it is none of those there are.
    """
    if scale not in SCALES:
        raise OptionError(f"scale: expected one of {SCALES}, got {scale}.")
    return scale


ScaleOf = Annotated[int, Depends(scale_of)]


def read_box(text: str | None, size: tuple[int, int]) -> Box:
    """A box from ``left,top,right,bottom``; all of a picture of ``size`` (H, W) without one.

    Raises:
        OptionError: if it is no box, or has no pixel of the picture.
    """
    if text is None:
        return Box.whole(size)
    try:
        left, top, right, bottom = (int(part) for part in text[:60].split(","))
    except ValueError as error:
        raise OptionError(
            f"box: expected left,top,right,bottom in whole pixels, got {text[:60]!r}."
        ) from error
    box = Box(top=top, left=left, bottom=bottom, right=right).clip(size)
    if box.is_empty:
        raise OptionError(f"box: expected pixels of a picture of {size[1]} x {size[0]} px.")
    return box


async def read_body(request: Request, limit: int, what: str) -> bytes:
    """The raw body of a request.

    Raises:
        UploadSizeError: if it has more than ``limit`` bytes.
        OptionError: if it is empty.
    """
    parts: list[bytes] = []
    received = 0
    async for part in request.stream():
        received += len(part)
        if received > limit:
            raise UploadSizeError(
                f"{what}: expected at most {limit:,} bytes, got more; send a smaller file."
            )
        parts.append(part)
    if not received:
        raise OptionError(f"{what}: expected the content of a file as the body, got nothing.")
    return b"".join(parts)
