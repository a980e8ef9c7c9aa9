"""REST: pictures, masks, the region map, styles and exports."""

from __future__ import annotations

import gzip
import secrets
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Header, Query, Request, Response
from fastapi.responses import FileResponse
from starlette.concurrency import run_in_threadpool

from impasto.errors import NotReadyError, OptionError, UnknownNameError
from impasto.progress import ProgressCallback
from impasto.studio.box import Pixels
from impasto.studio.photograph import Photograph
from impasto.studio.server import replies
from impasto.studio.server.descriptions import describe_jobs, describe_styles
from impasto.studio.server.document_routes import RAW_BODY
from impasto.studio.server.downloads import attachment_headers
from impasto.studio.server.encoding import encode_jpeg, encode_mask_image
from impasto.studio.server.enlarging import enlarge_picture
from impasto.studio.server.export import SUFFIXES, Export, export_picture
from impasto.studio.server.jobs import Job, write_job
from impasto.studio.server.open_document import OpenDocument
from impasto.studio.server.own_styles import new_own_style
from impasto.studio.server.requests import (
    CandidateId,
    DocumentId,
    DocumentOf,
    JobId,
    LibraryOf,
    RegionId,
    ScaleOf,
    StyleName,
    VisitorOf,
    read_body,
    read_box,
)
from impasto.studio.server.schemas import ExportBody
from impasto.studio.server.uploads import check_pixels

PICTURE_QUALITY = 92
THUMBNAIL_QUALITY = 85

REGION_MAP_PIXELS = 1_000_000
"""The map is for pointing; masks are made of the whole one."""

BOX = "`left,top,right,bottom` in pixels of the document, right and bottom excluded; all without."
OF = "What is to be seen: the painting, or the photograph before."
PACKED = "With `gzip`, it comes packed."
LONGEST = "Longest side of the painting, within the `own_style_px` of `/api/studio`."

router = APIRouter(prefix="/api/documents", responses=replies.ERRORS)

Responses = dict[int | str, dict[str, Any]]
JPEG: Responses = {200: {"content": {"image/jpeg": {}}}}
PNG: Responses = {200: {"content": {"image/png": {}}}}


@router.get("/{document}/picture.jpg", response_class=Response, responses=JPEG, tags=["pictures"])
async def get_picture(
    document: DocumentOf,
    scale: ScaleOf,
    box: Annotated[str | None, Query(description=BOX)] = None,
    of: Annotated[Literal["painting", "photograph"], Query(description=OF)] = "painting",
) -> Response:
    """A box of the painting, or of the photograph, at a scale."""
    workspace = document.workspace
    edges = read_box(box, workspace.size)

    def encode() -> bytes:
        pixels, _ = workspace.picture(edges, scale, painted=of == "painting")
        return encode_jpeg(pixels, PICTURE_QUALITY)

    return _jpeg(await run_in_threadpool(encode))


@router.get("/{document}/preview.jpg", response_class=Response, responses=JPEG, tags=["pictures"])
async def get_preview(library: LibraryOf, visitor: VisitorOf, document: DocumentId) -> Response:
    """A small picture of a document, open or not."""
    return _jpeg(await run_in_threadpool(library.preview, visitor, document))


@router.get("/{document}/regions", response_class=Response, tags=["pictures"])
async def get_regions(
    document: DocumentOf, accept_encoding: Annotated[str, Header(description=PACKED)] = ""
) -> Response:
    """The regions as a label map and a tree, in little-endian 32-bit words."""
    regions = document.workspace.segmented.regions
    headers = {"Vary": "Accept-Encoding"}

    def encode() -> bytes:
        content = regions.reduced(REGION_MAP_PIXELS).encode()
        return gzip.compress(content, 1) if "Content-Encoding" in headers else content

    if "gzip" in accept_encoding:
        headers["Content-Encoding"] = "gzip"
    content = await run_in_threadpool(encode)
    return Response(content, media_type="application/octet-stream", headers=headers)


@router.get(
    "/{document}/objects/{region}/mask.png",
    response_class=Response,
    responses=PNG,
    tags=["pictures"],
)
async def get_object_mask(document: DocumentOf, region: RegionId, scale: ScaleOf) -> Response:
    """The mask of an object, cropped to its box: white, as opaque as the mask."""
    mask = document.workspace.document.find(region).mask
    return _png(await run_in_threadpool(encode_mask_image, mask, scale))


@router.get(
    "/{document}/candidates/{candidate}.png",
    response_class=Response,
    responses=PNG,
    tags=["pictures"],
)
async def get_candidate_mask(
    document: DocumentOf, candidate: CandidateId, scale: ScaleOf
) -> Response:
    """A mask that prompts gave, cropped to its box: white, as opaque as the mask."""
    mask = document.workspace.candidate(candidate).mask
    return _png(await run_in_threadpool(encode_mask_image, mask, scale))


@router.get("/{document}/styles", response_model=replies.StylesReply, tags=["styles"])
async def list_styles(document: DocumentOf) -> Any:
    """All styles, and how far they are."""
    return {"styles": await run_in_threadpool(describe_styles, document)}


@router.post(
    "/{document}/styles",
    status_code=202,
    response_model=replies.JobReply,
    tags=["styles"],
    openapi_extra=RAW_BODY,
)
async def add_style(
    request: Request,
    library: LibraryOf,
    document: DocumentOf,
    title: Annotated[str, Query(max_length=200, description="For people.")] = "My style",
    longest_side_px: Annotated[int, Query(description=LONGEST)] = 512,
) -> Any:
    """A style of one's own: the body is the file of a picture. Painting it is a job.

    With `own_styles_at_once` of `/api/studio` it is painted in one pass, and `longest_side_px` is
    that of a refinement.
    """
    limits = library.settings.limits
    low, high = limits.own_style_px
    if not low <= longest_side_px <= high:
        raise OptionError(f"longest_side_px: expected {low} to {high}, got {longest_side_px}.")
    content = await read_body(request, limits.upload_bytes, "style")
    await run_in_threadpool(check_pixels, "style", content, limits.style_pixels)
    own = await run_in_threadpool(
        new_own_style, content, title, longest_side_px, limits.style_pixels
    )
    job = await run_in_threadpool(document.palette.add, own, limits.own_styles)
    return write_job(job, document.id)


@router.post(
    "/{document}/styles/{style}/refine",
    status_code=202,
    response_model=replies.JobReply,
    tags=["styles"],
)
async def refine_style(document: DocumentOf, style: StyleName) -> Any:
    """Paint a style of one's own by optimisation: it takes minutes, and replaces what is there."""
    job = await run_in_threadpool(document.palette.refine, style)
    return write_job(job, document.id)


@router.delete("/{document}/styles/{style}", status_code=204, tags=["styles"])
async def remove_style(document: DocumentOf, style: StyleName) -> Response:
    """Remove a style of one's own for good; refused while anything is painted in it."""
    await run_in_threadpool(document.palette.remove, style)
    return Response(status_code=204)


@router.get(
    "/{document}/styles/{style}/thumbnail.jpg",
    response_class=Response,
    responses=JPEG,
    tags=["styles"],
)
async def get_thumbnail(document: DocumentOf, style: StyleName) -> Response:
    """This photograph in a style, small."""
    pixels = document.palette.thumbnail(style)
    if pixels is None:
        raise NotReadyError("This style is still being painted; try again in a moment.")
    return _jpeg(await run_in_threadpool(encode_jpeg, pixels, THUMBNAIL_QUALITY))


@router.get(
    "/{document}/styles/{style}/image.jpg",
    response_class=Response,
    responses=JPEG,
    tags=["styles"],
)
async def get_style_image(document: DocumentOf, style: StyleName) -> Response:
    """The picture that a style was learned from, small."""
    pixels = await run_in_threadpool(document.palette.image, style)
    if pixels is None:
        raise UnknownNameError("There is no picture of this style here.")
    return _jpeg(await run_in_threadpool(encode_jpeg, pixels, THUMBNAIL_QUALITY))


@router.get("/{document}/jobs", response_model=replies.JobsReply, tags=["jobs"])
async def list_jobs(document: DocumentOf) -> Any:
    """All jobs, and how far they are."""
    return {"jobs": describe_jobs(document)}


@router.delete("/{document}/jobs/{job}", status_code=204, tags=["jobs"])
async def cancel_job(document: DocumentOf, job: JobId) -> Response:
    """End a job."""
    document.jobs.cancel(job)
    return Response(status_code=204)


@router.post("/{document}/exports", status_code=202, response_model=replies.JobReply, tags=["jobs"])
async def export(document: DocumentOf, body: ExportBody) -> Any:
    """Write the finished picture at full size; it is a job, whose file is the result."""
    job = await run_in_threadpool(_start_export, document, body)
    return write_job(job, document.id)


@router.get("/{document}/jobs/{job}/file", response_class=FileResponse, tags=["jobs"])
async def get_job_file(document: DocumentOf, job: JobId) -> FileResponse:
    """What a job made."""
    file = document.jobs.find(job).file
    if file is None or not file.is_file():
        raise NotReadyError("This job has made no file yet; wait until it is done.")
    name = document.workspace.photograph.reference.name
    return FileResponse(file, headers=attachment_headers(name, file.suffix))


def _start_export(document: OpenDocument, body: ExportBody) -> Job:
    workspace = document.workspace
    export = Export(
        document=workspace.document,
        photograph=workspace.photograph,
        original=document.original_file(),
        output=body.format,
        quality=body.quality,
        scratch=document.scratch,
        memory_bytes=document.style_bytes(document.limits),
    )
    path = document.scratch / f"export-{secrets.token_hex(8)}{SUFFIXES[body.format]}"

    def work(job: Job, report: ProgressCallback) -> None:
        def style_image(style: str, photograph: Photograph) -> Pixels | None:
            return _style_image(document, style, photograph)

        if export_picture(export, path, style_image, report, job.cancellation):
            job.file = path

    return document.jobs.start("export", f"Export as {body.format.upper()}", work)


def _style_image(document: OpenDocument, style: str, photograph: Photograph) -> Pixels | None:
    """A photograph in a style, as it is shown; enlarged where it is the larger original."""
    own = document.palette.own(style)
    if own is not None and own.painting is not None:
        return own.enlarged(photograph.size)
    shown = document.palette.wait(style)
    return None if shown is None else enlarge_picture(shown, photograph.size)


def _jpeg(content: bytes) -> Response:
    return Response(content, media_type="image/jpeg")


def _png(content: bytes) -> Response:
    return Response(content, media_type="image/png")
