"""Uploaded files as what a session begins with: a photograph or a project."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from impasto.errors import ImageSizeError, UploadSizeError
from impasto.image.codec import open_header
from impasto.studio.box import Pixels
from impasto.studio.document import Document
from impasto.studio.history import History
from impasto.studio.photograph import Photograph, read_photograph
from impasto.studio.project_archive import ProjectLimits
from impasto.studio.project_file import open_project
from impasto.studio.server.encoding import encode_png
from impasto.studio.server.open_document import ORIGINAL
from impasto.studio.server.settings import Limits

_ZIP = b"PK\x03\x04"


@dataclass(frozen=True, kw_only=True, eq=False)
class Beginning:
    """What a session begins with.

    Attributes:
        photograph: At the size that is worked on.
        history: Its states.
        attachments: Files to keep, by name.
    """

    photograph: Photograph
    history: History
    attachments: Mapping[str, bytes] = field(default_factory=dict, repr=False)


def read_upload(content: bytes, name: str, limits: Limits) -> Beginning:
    """A photograph or a project, told apart by content.

    Raises:
        ImageFormatError: if it is neither.
        ImageSizeError: if it has too many pixels.
        ProjectError: if it is a project, but damaged.
    """
    if content.startswith(_ZIP):
        return _read_project(content, limits)
    return _read_photograph(content, name, limits)


def document_pixels(content: bytes, limits: Limits) -> int:
    """About how many pixels a document made of an upload would have; not decoded for that.

    Raises:
        UploadSizeError: if it has too many bytes.
        ImageFormatError: if it is neither photograph nor project.
        ImageSizeError: if it is a photograph of too many pixels.
    """
    is_project = content.startswith(_ZIP)
    limit = limits.project_bytes if is_project else limits.upload_bytes
    if len(content) > limit:
        raise UploadSizeError(
            f"{'project' if is_project else 'photograph'}: expected at most {limit:,} bytes, "
            f"got {len(content):,}; save it smaller."
        )
    if is_project:
        return limits.working_pixels
    check_pixels("photograph", content, limits.photo_pixels)
    return min(math.prod(open_header(content).size), limits.working_pixels)


def check_pixels(what: str, content: bytes, limit: int) -> None:
    """Refuse an image of too many pixels before it is decoded.

    Raises:
        ImageSizeError: if it has more than ``limit``.
        ImageFormatError: if it is no image.
    """
    height, width = open_header(content).size
    if height * width > limit:
        raise ImageSizeError(
            f"{what}: expected at most {limit:,} pixels, got {width} x {height} px; scale it down."
        )


def _read_photograph(content: bytes, name: str, limits: Limits) -> Beginning:
    photograph = read_photograph(content, name=name, max_pixels=limits.photo_pixels)
    attachments = {}
    if math.prod(photograph.size) > limits.working_pixels:
        attachments[ORIGINAL] = content
        smaller = encode_png(_reduced(photograph.pixels, limits.working_pixels))
        photograph = read_photograph(smaller, name=photograph.reference.name)
    document = Document(photograph=photograph.reference)
    return Beginning(
        photograph=photograph, history=History(states=(document,)), attachments=attachments
    )


def _read_project(content: bytes, limits: Limits) -> Beginning:
    project = open_project(
        content,
        limits=ProjectLimits(
            max_bytes=limits.project_bytes,
            max_pixels=limits.working_pixels,
            max_entries=20_000,
            max_states=20_000,
        ),
    )
    return Beginning(
        photograph=project.photograph, history=project.history, attachments=project.attachments
    )


def _reduced(pixels: Pixels, most: int) -> Pixels:
    import cv2

    height, width = pixels.shape[:2]
    factor = math.sqrt(most / (height * width))
    size = (math.floor(width * factor), math.floor(height * factor))
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)
