"""The studio's application: routes, WebSocket, the page, and what guards them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI, WebSocket
from fastapi.staticfiles import StaticFiles
from starlette.concurrency import run_in_threadpool

from impasto.studio.server import document_routes, picture_routes
from impasto.studio.server.access import Gatekeeper
from impasto.studio.server.error_responses import install_error_responses
from impasto.studio.server.guard import Guard
from impasto.studio.server.library import Library
from impasto.studio.server.live import serve_live
from impasto.version import __version__

WEB = Path(__file__).parents[1] / "web"

DESCRIPTION = """\
Drive the studio from a program: upload a photograph, ask for masks of what is pointed at, make
objects of them, set their styles, export. Keep the cookies of the first answer: they say whose
the documents are. Where the studio asks for a key, send it as `Authorization: Bearer …`.
Browsers hear of changes over the WebSocket `/api/documents/{id}/live`.

With curl: `POST /api/documents` with the file as the body answers the document and its id; wait
for its regions with `GET /api/documents/{id}?wait_s=60`; `POST …/segment` with
`{"points": [{"x": 300, "y": 120}]}` answers masks, the likeliest first; `POST …/edits` with
`{"do": "add_object", "mask": {"candidate": "…"}, "style": "candy"}` makes an object of it, and
with `{"do": "set_style", "region": "background", "style": "ink-wash"}` paints the rest;
`GET …/picture.jpg` renders what is to be seen; `POST …/exports` with `{"format": "png"}` begins a
job that writes it at full size, and `GET …/jobs/{job}/file` fetches the file.
"""


def create_app(
    library: Library,
    gatekeeper: Gatekeeper,
    extend: Callable[[FastAPI], None] = lambda _app: None,
) -> FastAPI:
    """The application for the documents of a library, which it closes at its end.

    Args:
        library: The documents.
        gatekeeper: Knows visitors and keys.
        extend: Adds routes beside those of documents, behind the same guard.
    """

    @asynccontextmanager
    async def close_at_end(_app: FastAPI) -> AsyncIterator[None]:
        yield
        await run_in_threadpool(library.close)

    app = FastAPI(
        title="Impasto studio",
        version=__version__,
        description=DESCRIPTION,
        openapi_url="/api/openapi.json",
        # Their pages load scripts from elsewhere.
        docs_url=None,
        redoc_url=None,
        lifespan=close_at_end,
    )
    app.state.library = library
    install_error_responses(app)
    app.include_router(document_routes.router)
    app.include_router(picture_routes.router)

    @app.websocket("/api/documents/{document}/live")
    async def live(socket: WebSocket, document: str) -> None:
        await serve_live(socket, library, document)

    extend(app)
    app.mount("/", StaticFiles(directory=WEB, html=True, check_dir=False), name="page")
    app.add_middleware(Guard, settings=library.settings, gatekeeper=gatekeeper)
    return app
