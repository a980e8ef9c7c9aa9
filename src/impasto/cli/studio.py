"""``impasto studio``: open the studio in a browser."""

from __future__ import annotations

import importlib.util
import secrets
import webbrowser
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Annotated
from urllib.parse import urlencode

import typer

from impasto.cli.console import late_progress_bar, stderr, stdout
from impasto.errors import MissingPackageError
from impasto.segmentation.catalog import DEFAULT, get_segmenter

PACKAGES = ("fastapi", "uvicorn", "websockets")

PHOTO = typer.Argument(metavar="[PHOTO]", help="Photograph or project (.impasto) to open.")
HOST = typer.Option(help="Address to listen on; another than this machine's demands a key.")
PORT = typer.Option(help="Port; the next free one where it is taken, 0 for any.", min=0, max=65535)
NO_BROWSER = typer.Option("--no-browser", help="Open no browser.")
SEGMENTER = typer.Option(help="What finds regions and objects.")
TOKEN = typer.Option(help="What visitors must know; made up where it is needed and not given.")
FOLDER = typer.Option(help="Folder to save documents in; your own data folder if not given.")


def studio_command(
    photo: Annotated[Path | None, PHOTO] = None,
    host: Annotated[str, HOST] = "127.0.0.1",
    port: Annotated[int, PORT] = 8765,
    no_browser: Annotated[bool, NO_BROWSER] = False,
    segmenter: Annotated[str, SEGMENTER] = DEFAULT,
    token: Annotated[str | None, TOKEN] = None,
    folder: Annotated[Path | None, FOLDER] = None,
) -> None:
    """Open the studio: click an object in the browser, and its style changes at once."""
    _check_packages()
    from impasto.live.server.app import add_live_routes
    from impasto.live.server.house import House, default_choices
    from impasto.studio.server.access import Gatekeeper, read_secret
    from impasto.studio.server.app import create_app
    from impasto.studio.server.library import Library
    from impasto.studio.server.serving import open_port, serve
    from impasto.studio.server.settings import Settings, default_folder, is_loopback
    from impasto.studio.server.tools import default_tools
    from impasto.studio.server.watching import OneAtATime

    get_segmenter(segmenter)
    content = None if photo is None else _read(photo)
    if token is None and not is_loopback(host):
        token = secrets.token_urlsafe(18)
    settings = Settings(
        folder=folder or default_folder(), host=host, port=port, token=token, segmenter=segmenter
    )
    with open_port(host, port) as listener:
        settings = replace(settings, port=listener.getsockname()[1])
        gatekeeper = Gatekeeper(read_secret(settings.folder), token)
        library = Library(settings, default_tools(), OneAtATime(late_progress_bar))
        house = House(default_choices())
        try:
            document = None
            if photo is None or content is None:
                library.prepare()
            else:
                document = library.create(gatekeeper.owner, content, photo.name).id
            known = {} if document is None else {"document": document}
            address = _with(settings.address, key=gatekeeper.owner_key, **known)

            def greet() -> None:
                _greet(address, None if token is None else _with(settings.outer_address, key=token))
                if not no_browser:
                    webbrowser.open(address)

            add_live = partial(add_live_routes, house=house, has_studio=True)
            app = create_app(library, gatekeeper, add_live)
            serve(app, listener, settings.limits, greet)
        except KeyboardInterrupt:
            stderr.print()
        finally:
            house.close()
            library.close()
    stderr.print("The studio ends; all documents are saved.")


def _with(address: str, **query: str) -> str:
    return f"{address}?{urlencode(query)}"


def _greet(address: str, invitation: str | None) -> None:
    stdout.print(f"Studio:  {address}")
    if invitation is not None:
        stdout.print(f"Others:  {invitation}")
    stderr.print("Press Ctrl-C to end it; documents are saved as you work.")


def _read(photo: Path) -> bytes:
    """The content of a file, or an error that says why not."""
    from impasto.errors import ImageFormatError, ImageNotFoundError

    try:
        return photo.read_bytes()
    except FileNotFoundError as error:
        raise ImageNotFoundError(f"{photo}: there is no such file.") from error
    except OSError as error:
        raise ImageFormatError(f"{photo}: cannot be read: {error}.") from error


def _check_packages() -> None:
    missing = [name for name in PACKAGES if importlib.util.find_spec(name) is None]
    if missing:
        raise MissingPackageError(
            f"The studio needs {', '.join(missing)}, not installed here; "
            'run: pip install "impasto[studio]".'
        )
