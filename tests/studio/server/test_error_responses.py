from __future__ import annotations

import inspect

import pytest

from impasto import errors
from impasto.errors import (
    AccessError,
    ImpastoError,
    OriginError,
    OutputError,
    UnknownNameError,
    WeightsNotFoundError,
)
from impasto.studio.server.error_responses import (
    INTERNAL,
    PRIVATE,
    describe,
    error_response,
    status_of,
)


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (AccessError("x"), 401),
        (OriginError("x"), 403),
        (UnknownNameError("x"), 404),
        (OutputError("x"), 507),
        (ImpastoError("x"), 500),
        (ZeroDivisionError(), 500),
    ],
)
def test_each_error_has_its_status(error: Exception, status: int) -> None:
    assert error_response(error).status_code == status


def test_no_error_that_names_files_is_told() -> None:
    for error in (OutputError("/home/me"), WeightsNotFoundError("/home/me"), OSError("/home/me")):
        assert "/home/me" not in "".join(describe(error))
    assert describe(KeyError("key")) == ("InternalError", INTERNAL)


def test_every_error_a_visitor_may_cause_has_a_status() -> None:
    kinds = [kind for _, kind in inspect.getmembers(errors, inspect.isclass)]
    without = {kind.__name__ for kind in kinds if status_of(kind("x")) == 500}
    assert without <= {
        "ImpastoError",
        "ImageNotFoundError",
        "DownloadError",
        "NonFiniteLossError",
        "CancelledError",
        # Nobody can cause these from the studio's page.
        "CameraError",
        "ClusterError",
        "InputsDifferError",
        "JobError",
        "MeasurementError",
        "RecordError",
        "VideoFormatError",
        "VideoNotFoundError",
    }
    assert all(status_of(kind("x")) >= 503 for kind in PRIVATE)
