"""Optical flow in files: Middlebury's .flo, and KITTI's PNG with 16 bits."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from impasto.errors import ImageFormatError, ImageNotFoundError, OptionError
from impasto.flow.consistency import Truth
from impasto.flow.opencv_library import import_opencv
from impasto.flow.warp import Flow, check_flow

FLO_TAG = 202021.25
UNKNOWN_PX = 1e9
"""Middlebury marks vectors that nobody knows with larger ones."""

FLOW_SUFFIXES = (".flo", ".png")
KITTI_ZERO, KITTI_STEPS = 32768, 64
"""KITTI stores 64 · u + 32768."""


@dataclass(frozen=True, kw_only=True, eq=False)
class KnownFlow:
    """Flow from a file.

    Attributes:
        flow: (H, W, 2) float32, x then y, in pixels; 0 where it is not known.
        known: (H, W) bool.
    """

    flow: Flow
    known: Truth


def read_flow(path: str | os.PathLike[str]) -> KnownFlow:
    """Read a flow file.

    Args:
        path: Ends in .flo (Middlebury, Sintel) or .png (KITTI, 16 bits a channel).

    Raises:
        ImageNotFoundError: if there is none.
        ImageFormatError: if it is damaged, or of another kind.
    """
    path = Path(path)
    if path.suffix.lower() not in FLOW_SUFFIXES:
        raise ImageFormatError(f"{path}: expected a flow file, .flo or .png, got {path.suffix!r}.")
    try:
        content = path.read_bytes()
    except FileNotFoundError as error:
        raise ImageNotFoundError(f"{path}: there is no such flow file.") from error
    except OSError as error:
        raise ImageFormatError(f"{path}: cannot be read: {error.strerror}.") from error
    return _read_flo(content, path) if path.suffix.lower() == ".flo" else _read_kitti(content, path)


def write_flo(flow: Flow, path: str | os.PathLike[str]) -> Path:
    """Write flow as Middlebury's .flo.

    Args:
        flow: (H, W, 2) float32.
        path: Ends in .flo.

    Returns:
        The path.

    Raises:
        OptionError: if the path ends in something else.
        ShapeError: if this is no flow.
    """
    check_flow(flow)
    path = Path(path)
    if path.suffix.lower() != ".flo":
        raise OptionError(f"path: expected one that ends in .flo, got {path.name!r}.")
    head = np.float32(FLO_TAG).tobytes() + np.array(flow.shape[1::-1], "<i4").tobytes()
    path.write_bytes(head + flow.astype("<f4").tobytes())
    return path


def _read_flo(content: bytes, path: Path) -> KnownFlow:
    if len(content) < 12 or np.frombuffer(content, "<f4", 1)[0] != np.float32(FLO_TAG):
        raise ImageFormatError(f"{path}: is no .flo file: it does not begin with {FLO_TAG}.")
    width, height = (int(side) for side in np.frombuffer(content, "<i4", 2, offset=4))
    if width < 1 or height < 1 or len(content) != 12 + 8 * width * height:
        raise ImageFormatError(
            f"{path}: expected {width} × {height} vectors as its head says, got "
            f"{len(content) - 12} bytes of 8 a vector; the file is damaged."
        )
    flow = np.frombuffer(content, "<f4", offset=12).reshape(height, width, 2).astype(np.float32)
    known: Truth = np.abs(flow).max(axis=-1) < UNKNOWN_PX
    return KnownFlow(flow=np.where(known[..., None], flow, np.float32(0)), known=known)


def _read_kitti(content: bytes, path: Path) -> KnownFlow:
    cv2 = import_opencv()
    levels: Any = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_UNCHANGED)
    if levels is None or levels.dtype != np.uint16 or levels.ndim != 3 or levels.shape[2] != 3:
        raise ImageFormatError(
            f"{path}: expected a PNG with three channels of 16 bits, as KITTI stores flow."
        )
    vectors = levels[..., 2:0:-1].astype(np.float32)
    known: Truth = np.asarray(levels[..., 0]).astype(np.bool_)
    flow = np.where(known[..., None], (vectors - KITTI_ZERO) / KITTI_STEPS, np.float32(0))
    return KnownFlow(flow=flow.astype(np.float32), known=known)
