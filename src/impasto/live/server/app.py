"""The routes of live pictures, in the studio or by themselves, behind the studio's guard."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Any

from fastapi import FastAPI, Path, Response, WebSocket
from fastapi.responses import FileResponse
from fastapi.staticfiles import StaticFiles
from starlette.concurrency import run_in_threadpool

from impasto.live.server.connection import serve_live_picture
from impasto.live.server.house import House
from impasto.studio.server.access import Gatekeeper
from impasto.studio.server.app import WEB
from impasto.studio.server.error_responses import install_error_responses
from impasto.studio.server.guard import Guard
from impasto.studio.server.settings import Settings
from impasto.version import __version__

StyleName = Annotated[str, Path(max_length=200)]
Ticket = Annotated[str, Path(max_length=100)]


def add_live_routes(app: FastAPI, house: House, *, has_studio: bool) -> None:
    """Add what the live page asks for, before the page's files are mounted.

    Args:
        app: To add them to.
        house: The live pictures.
        has_studio: Whether the studio's start page is there as well.
    """

    @app.get("/api/live", tags=["live"])
    async def describe_live() -> dict[str, Any]:
        """Whether there is a camera on the server's side, and which styles there are."""
        camera = house.camera
        source = None if camera is None or camera.session.is_over else camera.source.name
        styles = await run_in_threadpool(house.describe_styles)
        return {"camera": source, "studio": has_studio, "styles": styles}

    @app.get("/api/live/styles/{style}/image.jpg", tags=["live"], response_class=Response)
    async def get_style_image(style: StyleName) -> Response:
        """The picture that a style was learned from, small."""
        content = await run_in_threadpool(house.style_image, style)
        return Response(content, media_type="image/jpeg")

    @app.get("/api/live/recordings/{ticket}", tags=["live"], response_class=FileResponse)
    async def get_recording(ticket: Ticket) -> FileResponse:
        """A finished recording."""
        path = house.recording(ticket)
        return FileResponse(path, filename=path.name)

    @app.websocket("/api/live/{source}")
    async def live(socket: WebSocket, source: str) -> None:
        await serve_live_picture(socket, house, source)


def create_live_app(house: House, settings: Settings, gatekeeper: Gatekeeper) -> FastAPI:
    """An application with nothing but live pictures; it closes them at its end.

    Args:
        house: The live pictures.
        settings: Names of the host, limits.
        gatekeeper: Knows visitors and keys.
    """

    @asynccontextmanager
    async def close_at_end(_app: FastAPI) -> AsyncIterator[None]:
        yield
        await run_in_threadpool(house.close)

    app = FastAPI(
        title="Impasto live",
        version=__version__,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        lifespan=close_at_end,
    )
    install_error_responses(app)
    add_live_routes(app, house, has_studio=False)
    app.mount("/", StaticFiles(directory=WEB, html=True, check_dir=False), name="page")
    app.add_middleware(Guard, settings=settings, gatekeeper=gatekeeper)
    return app
