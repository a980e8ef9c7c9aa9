"""OpenCV, imported late: it is an extra."""

from __future__ import annotations

from typing import Any

from impasto.errors import MissingPackageError


def import_opencv() -> Any:
    """The package ``cv2``.

    Raises:
        MissingPackageError: if it is not installed.
    """
    try:
        import cv2
    except ImportError as error:
        raise MissingPackageError(
            "Optical flow needs the package opencv-python-headless, which is not installed; "
            "run: pip install 'impasto[video]'."
        ) from error
    return cv2
