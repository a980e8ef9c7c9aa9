"""The one place where errors become what clients see: a status, a code, a message."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import ValidationError
from starlette.exceptions import HTTPException

from impasto.errors import (
    AccessError,
    CapacityError,
    DeviceError,
    ImageFormatError,
    ImageSizeError,
    ImpastoError,
    MemoryLimitError,
    MissingPackageError,
    NotReadyError,
    OptionError,
    OriginError,
    OutputError,
    ProjectError,
    ShapeError,
    UnknownNameError,
    UploadSizeError,
    WeightsDamagedError,
    WeightsNotFoundError,
)

logger = logging.getLogger(__name__)

STATUSES: Mapping[type[ImpastoError], int] = {
    OriginError: 403,
    AccessError: 401,
    UnknownNameError: 404,
    NotReadyError: 409,
    UploadSizeError: 413,
    ImageSizeError: 413,
    ImageFormatError: 415,
    ProjectError: 415,
    OptionError: 400,
    ShapeError: 400,
    CapacityError: 503,
    MemoryLimitError: 503,
    OutputError: 507,
    WeightsNotFoundError: 503,
    WeightsDamagedError: 503,
    MissingPackageError: 503,
    DeviceError: 503,
}
"""Status of each error by its type; the first that fits counts."""

PRIVATE = (
    OutputError,
    WeightsNotFoundError,
    WeightsDamagedError,
    MissingPackageError,
    DeviceError,
)
"""Errors that name files of this machine: visitors only hear that there was one."""

UNABLE = "The studio cannot do this here; its terminal says why."
INTERNAL = "Something went wrong inside the studio; its log says what. Your work is saved."
MALFORMED = "malformed"


def status_of(error: ImpastoError) -> int:
    """The HTTP status of an error."""
    return next((status for kind, status in STATUSES.items() if isinstance(error, kind)), 500)


def error_body(code: str, message: str) -> dict[str, Any]:
    """What a client is told of an error."""
    return {"error": {"code": code, "message": message}}


def describe(error: Exception) -> tuple[str, str]:
    """Code and message of any error; of those nobody expected no more than that there was one."""
    if isinstance(error, ValidationError | RequestValidationError):
        return MALFORMED, describe_validation(error)
    if isinstance(error, PRIVATE):
        logger.error("%s", error)
        return type(error).__name__, UNABLE
    if isinstance(error, ImpastoError) and status_of(error) != 500:
        return type(error).__name__, str(error)
    logger.error("Unexpected error.", exc_info=error)
    return "InternalError", INTERNAL


def describe_validation(error: ValidationError | RequestValidationError) -> str:
    """The first thing wrong with a message, in a line."""
    first = error.errors()[0]
    place = ".".join(str(part) for part in first["loc"])
    return f"{place}: {first['msg']}" if place else str(first["msg"])


def error_response(error: Exception) -> JSONResponse:
    """The answer to a request that failed."""
    status = 500
    if isinstance(error, ValidationError | RequestValidationError):
        status = 422
    elif isinstance(error, ImpastoError):
        status = status_of(error)
    return JSONResponse(error_body(*describe(error)), status)


def install_error_responses(app: FastAPI) -> None:
    """Answer every error of an application in one form."""

    async def respond(_request: Request, error: Exception) -> JSONResponse:
        return error_response(error)

    async def respond_http(_request: Request, error: Exception) -> JSONResponse:
        status = getattr(error, "status_code", 500)
        detail = str(getattr(error, "detail", error))
        headers = getattr(error, "headers", None)
        return JSONResponse(error_body(f"Http{status}", detail), status, headers)

    for kind in (ImpastoError, RequestValidationError, Exception):
        app.add_exception_handler(kind, respond)
    app.add_exception_handler(HTTPException, respond_http)
