"""REST: documents, their edits, prompts, and project files."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import fields
from typing import Annotated, Any, BinaryIO

from fastapi import APIRouter, Body, Query, Request, Response
from fastapi.responses import StreamingResponse
from starlette.concurrency import run_in_threadpool

from impasto.studio.project_file import SUFFIX, Project, write_project
from impasto.studio.server import replies, schemas
from impasto.studio.server.descriptions import (
    describe_candidate,
    describe_document,
    describe_state,
)
from impasto.studio.server.downloads import attachment_headers
from impasto.studio.server.export import SUFFIXES
from impasto.studio.server.message_fields import PromptsBody
from impasto.studio.server.open_document import OpenDocument
from impasto.studio.server.requests import (
    DocumentId,
    DocumentOf,
    LibraryOf,
    VisitorOf,
    read_body,
)
from impasto.version import __version__

PROTOCOL = 1
MAX_WAIT_S = 60.0
POLL_S = 0.1
CHUNK_BYTES = 2**20

NAME = "Name of the file, which exports are named after."
SEGMENTER = "What finds regions: one of those that `/api/studio` names; its default if not given."
WAIT = "Seconds to wait for the regions."

router = APIRouter(prefix="/api", responses=replies.ERRORS)

RAW_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}


@router.get("/studio", response_model=replies.StudioReply, tags=["studio"])
async def get_studio(library: LibraryOf) -> Any:
    """What this studio is, and how much it takes."""
    limits, tools = library.settings.limits, library.tools
    held = {each.name: getattr(limits, each.name) for each in fields(limits)}
    held = {name: [*value] if isinstance(value, tuple) else value for name, value in held.items()}
    return {
        "version": __version__,
        "protocol": PROTOCOL,
        "segmenters": [*tools.segmenters],
        "segmenter": library.settings.segmenter,
        "limits": {**held, "memory_bytes": limits.total_memory_bytes},
        "export_formats": sorted(SUFFIXES),
        "own_styles_at_once": tools.mix is not None,
    }


@router.get("/documents", response_model=replies.DocumentsReply, tags=["documents"])
async def list_documents(library: LibraryOf, visitor: VisitorOf) -> Any:
    """One's own documents, the last saved first."""
    found = await run_in_threadpool(library.list, visitor)
    documents = [
        {
            "id": name,
            "name": saved.photograph.name,
            "width": saved.photograph.size[1],
            "height": saved.photograph.size[0],
            "saved_at": saved.saved_at_s,
            "is_open": is_open,
        }
        for name, saved, is_open in found
    ]
    return {"documents": documents}


@router.post(
    "/documents",
    status_code=201,
    response_model=replies.DocumentReply,
    tags=["documents"],
    openapi_extra=RAW_BODY,
)
async def create_document(
    request: Request,
    library: LibraryOf,
    visitor: VisitorOf,
    name: Annotated[str, Query(max_length=1000, description=NAME)] = "photograph",
    segmenter: Annotated[str | None, Query(max_length=100, description=SEGMENTER)] = None,
) -> Any:
    """Begin a document: the body is the file of a photograph, or of a project."""
    limits = library.settings.limits
    limit = max(limits.upload_bytes, limits.project_bytes)
    content = await read_body(request, limit, "file")
    document = await run_in_threadpool(library.create, visitor, content, name, segmenter)
    return await run_in_threadpool(describe_document, document)


@router.get("/documents/{document}", response_model=replies.DocumentReply, tags=["documents"])
async def get_document(
    document: DocumentOf,
    wait_s: Annotated[float, Query(ge=0, le=MAX_WAIT_S, description=WAIT)] = 0.0,
) -> Any:
    """A document; with ``wait_s``, once its regions are found, or after that time."""
    until_s = time.monotonic() + wait_s
    while not document.is_loaded and time.monotonic() < until_s:
        await asyncio.sleep(POLL_S)
    return await run_in_threadpool(describe_document, document)


@router.delete("/documents/{document}", status_code=204, tags=["documents"])
async def remove_document(library: LibraryOf, visitor: VisitorOf, document: DocumentId) -> Response:
    """Remove a document for good."""
    await run_in_threadpool(library.remove, visitor, document)
    return Response(status_code=204)


@router.post(
    "/documents/{document}/segment", response_model=replies.CandidatesReply, tags=["editing"]
)
async def segment(document: DocumentOf, prompts: PromptsBody) -> Any:
    """Masks of what is pointed at, the likeliest first."""
    found = await run_in_threadpool(document.workspace.propose, prompts)
    return {"candidates": [describe_candidate(each) for each in found]}


@router.post("/documents/{document}/edits", response_model=replies.EditReply, tags=["editing"])
async def edit(
    document: DocumentOf, visitor: VisitorOf, message: Annotated[schemas.EditMessage, Body()]
) -> Any:
    """Change a document: set a style, add an object, undo …"""
    outcome = await run_in_threadpool(document.edit, message, visitor)
    state = await run_in_threadpool(describe_state, document)
    return {"state": state, "region": outcome.region}


@router.get(
    "/documents/{document}/project.impasto",
    response_class=StreamingResponse,
    tags=["documents"],
)
async def get_project(document: DocumentOf) -> StreamingResponse:
    """The document as one file, with all its states."""
    file = await run_in_threadpool(_project_file, document)
    name = document.workspace.photograph.reference.name
    headers = attachment_headers(name, SUFFIX)
    return StreamingResponse(_chunks(file), media_type="application/zip", headers=headers)


def _project_file(document: OpenDocument) -> BinaryIO:
    workspace = document.workspace
    project = Project(
        photograph=workspace.photograph,
        history=workspace.state[0],
        attachments=workspace.saver.attachments(),
    )
    with ExitStack() as stack:
        file = stack.enter_context(tempfile.TemporaryFile(dir=document.scratch))
        write_project(project, file)
        file.seek(0)
        stack.pop_all()
    return file


def _chunks(file: BinaryIO) -> Iterator[bytes]:
    with file:
        while chunk := file.read(CHUNK_BYTES):
            yield chunk
