"""``impasto live``: a camera in a painter's hand, in the browser, a file, or a call."""

from __future__ import annotations

import importlib.util
import re
import secrets
import time
import webbrowser
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal
from urllib.parse import urlencode

import typer

from impasto.cli.console import stderr, stdout
from impasto.errors import ImpastoError, MissingPackageError, OptionError

if TYPE_CHECKING:
    from impasto.live.look import Look
    from impasto.live.server.house import House
    from impasto.live.session import LiveSettings
    from impasto.video.camera import Camera

PACKAGES = ("fastapi", "uvicorn", "websockets", "cv2", "av")
PAGE = "live/"
GOODBYE_S = 0.7
"""Time for pages to hear that the picture has ended."""

MOST_SIDE_PX = 4096

CAMERA = typer.Option(
    "--camera", "-c", help="Number or path of a camera, or 'browser' for that of the page."
)
FILE = typer.Option("--file", "-f", help="Video file to play as if a camera saw it.")
ONCE = typer.Option("--once", help="End when the file does, instead of playing it again.")
STYLE = typer.Option("--style", "-s", help="A fast style to begin with: see 'impasto styles'.")
STRENGTH = typer.Option(help="Strength of the style, 0 to 1.5.", min=0, max=1.5)
FPS = typer.Option(help="Frames a second to hold.", min=1, max=120)
SIZE = typer.Option(help="WIDTHxHEIGHT to paint at most.", metavar="WxH")
FIXED = typer.Option("--fixed-size", help="Keep the size, also where the rate cannot be held.")
STABILITY = typer.Option(
    help="Against flicker: trained, flow or off; auto is trained where it can be."
)
RECORD = typer.Option(help="Video file to record to, from the first frame on.")
FOLDER = typer.Option(help="Folder for what the page records; your videos if not given.")
VIRTUAL = typer.Option("--virtual-camera", help="Be a camera for other programs as well.")
HOST = typer.Option(help="Address to listen on; another than this machine's demands a key.")
PORT = typer.Option(help="Port; the next free one where it is taken, 0 for any.", min=0, max=65535)
NO_BROWSER = typer.Option("--no-browser", help="Open no browser.")
TOKEN = typer.Option(help="What visitors must know; made up where it is needed and not given.")
ENGINE = typer.Option(help="What runs the network: auto, openvino, onnxruntime or torch.")
THREADS = typer.Option(help="Processor threads of the engine; all cores if not given.", min=1)


def live_command(
    camera: Annotated[str | None, CAMERA] = None,
    file: Annotated[Path | None, FILE] = None,
    once: Annotated[bool, ONCE] = False,
    style: Annotated[str | None, STYLE] = None,
    strength: Annotated[float, STRENGTH] = 1.0,
    fps: Annotated[float, FPS] = 24.0,
    size: Annotated[str, SIZE] = "1280x720",
    fixed_size: Annotated[bool, FIXED] = False,
    stability: Annotated[str, STABILITY] = "auto",
    record: Annotated[Path | None, RECORD] = None,
    folder: Annotated[Path | None, FOLDER] = None,
    virtual_camera: Annotated[bool, VIRTUAL] = False,
    host: Annotated[str, HOST] = "127.0.0.1",
    port: Annotated[int, PORT] = 8770,
    no_browser: Annotated[bool, NO_BROWSER] = False,
    token: Annotated[str | None, TOKEN] = None,
    engine: Annotated[str, ENGINE] = "auto",
    threads: Annotated[int | None, THREADS] = None,
) -> None:
    """Paint a camera's picture in real time, and show it in the browser."""
    _check_packages()
    from impasto.live.server.house import House, LiveChoices, default_folder
    from impasto.live.session import LiveSettings
    from impasto.live.steadiness import make_painter
    from impasto.stylizers.options import FastOptions

    if camera is not None and file is not None:
        raise OptionError("--camera and --file: expected one of them, got both.")
    if once and file is None:
        raise OptionError("--once: expected --file with it, since cameras have no end.")
    if camera == "browser" and (record or virtual_camera):
        raise OptionError(
            "--camera browser: expected no --record or --virtual-camera; record from the page."
        )
    settings = LiveSettings(size=parse_size(size), fps=fps, is_fixed=fixed_size)
    options = FastOptions(engine=engine, threads=threads)
    choices = LiveChoices(
        settings=settings,
        look=_first_look(style, strength),
        make_painter=partial(make_painter, options, stability),  # type: ignore[arg-type]
        folder=folder or default_folder(),
    )
    if record is not None:
        _check_recording(record)
    house = House(choices)
    end = _End()
    source = None if camera == "browser" else _open_source(camera, file, settings, loop=not once)
    with _playing(house, source, end, record, virtual_camera):
        _serve(house, host, port, token, end, no_browser)
    if end.error is not None:
        raise end.error


@dataclass
class _End:
    """When and why the picture ended."""

    at_s: float | None = None
    error: ImpastoError | None = None

    def note(self, error: ImpastoError | None) -> None:
        self.error, self.at_s = error, time.monotonic()

    def is_over(self) -> bool:
        return self.at_s is not None and time.monotonic() - self.at_s > GOODBYE_S


def parse_size(text: str) -> tuple[int, int]:
    """(H, W) of ``WIDTHxHEIGHT``.

    Raises:
        OptionError: if it is not of that form, or a side is below 64 or above 4096 px.

    Example:
        >>> parse_size("1280x720")
        (720, 1280)
    """
    found = re.fullmatch(r"(\d{2,4})[x×X*](\d{2,4})", text.strip())
    sides = tuple(map(int, found.groups())) if found else (0, 0)
    if not all(64 <= side <= MOST_SIDE_PX for side in sides):
        raise OptionError(
            f"--size: expected WIDTHxHEIGHT of 64 to {MOST_SIDE_PX} px, such as 1280x720, "
            f"got {text!r}."
        )
    return sides[1], sides[0]


def _first_look(style: str | None, strength: float) -> Look:
    """The style asked for, or the first there is; blends are taken apart for the page."""
    from impasto.errors import UnknownNameError
    from impasto.live.look import Look
    from impasto.stylizers.fast_style import parse_fast_style
    from impasto.weights.style_networks import fast_styles

    if style is None:
        styles = [*fast_styles()]
        if not styles:
            raise UnknownNameError("There is no fast style here; train one: impasto train.")
        return Look(style=styles[0], strength=strength)
    found = [*parse_fast_style(style).weights.items()]
    if len(found) == 1:
        return Look(style=style, strength=strength)
    if len(found) > 2:
        raise OptionError(f"--style: expected one style or a blend of two, got {style!r}.")
    (first, _), (second, share) = found
    return Look(style=first, blend=second, share=share, strength=strength)


def _check_recording(path: Path) -> None:
    """Refuse now what could not be recorded to later."""
    from impasto.image.destination import check_destination
    from impasto.video.encoding import container_for

    container_for(path)
    check_destination(path)


def _open_source(
    camera: str | None, file: Path | None, settings: LiveSettings, *, loop: bool
) -> Camera:
    from impasto.video.camera import FileCamera, open_camera

    if file is not None:
        return FileCamera(file, settings.size, loop=loop)
    return open_camera(camera or "0", settings.size, settings.fps)


@contextmanager
def _playing(
    house: House, camera: Camera | None, end: _End, record: Path | None, is_virtual: bool
) -> Iterator[None]:
    """The camera's picture is painted as long as the context lasts."""
    from impasto.live.show import Show, Source
    from impasto.live.virtual_camera import VirtualCamera
    from impasto.video.camera import Capture, FileCamera

    if camera is None:
        yield
        house.close()
        return
    kind: Literal["file", "camera"] = "file" if isinstance(camera, FileCamera) else "camera"
    choices = house.choices
    with ExitStack() as stack:
        stack.callback(camera.close)
        show = Show(
            Source(kind=kind, name=camera.name),
            choices.settings,
            choices.look,
            choices.make_painter,
            choices.folder,
            end.note,
        )
        stack.callback(house.close)
        house.camera = show
        if is_virtual:
            virtual = VirtualCamera(choices.settings.size, choices.settings.fps)
            stack.callback(virtual.close)
            show.attach(virtual)
            stderr.print(f"Virtual camera: {virtual.name}")
        if record is not None:
            show.on_first_frame(partial(show.record, True, record))
        show.listen(_Teller())
        capture = Capture(camera, show.session.mailbox, show.source_ended)
        stack.callback(capture.close)
        show.session.start()
        capture.start()
        yield


class _Teller:
    """Says in the terminal what a page says to those who look at it."""

    def changed(self) -> None:
        """Nothing that a terminal need know."""

    def thumbnail(self, _style: str | None) -> None:
        """Nothing that a terminal need know."""

    def said(self, event: dict[str, Any]) -> None:
        """Print what was recorded, and what went wrong."""
        if event["event"] == "recorded":
            if event["name"] is not None:
                text = f"Recorded {event['frames']} frames, {event['duration_s']} s"
                stderr.print(f"{text}: {event['name']}")
            if event["error"] is not None:
                stderr.print(f"{event['error']}")
        elif event["event"] == "error":
            stderr.print(event["message"])


def _serve(
    house: House, host: str, port: int, token: str | None, end: _End, no_browser: bool
) -> None:
    from impasto.live.server.app import create_live_app
    from impasto.studio.server.access import Gatekeeper
    from impasto.studio.server.serving import open_port, serve
    from impasto.studio.server.settings import Settings, is_loopback

    if token is None and not is_loopback(host):
        token = secrets.token_urlsafe(18)
    # Nothing is saved: who somebody is need not outlast this process.
    settings = Settings(folder=house.choices.folder, host=host, port=port, token=token)
    with open_port(host, port) as listener:
        settings = replace(settings, port=listener.getsockname()[1])
        gatekeeper = Gatekeeper(secrets.token_bytes(32), token)
        address = _page(settings.address, gatekeeper.owner_key)

        def greet() -> None:
            stdout.print(f"Live:    {address}")
            if token is not None:
                stdout.print(f"Others:  {_page(settings.outer_address, token)}")
            stderr.print("Press Ctrl-C to end it.")
            if not no_browser:
                webbrowser.open(address)

        app = create_live_app(house, settings, gatekeeper)
        try:
            serve(app, listener, settings.limits, greet, end.is_over)
        except KeyboardInterrupt:
            stderr.print()


def _page(address: str, key: str) -> str:
    return f"{address}{PAGE}?{urlencode({'key': key})}"


def _check_packages() -> None:
    missing = [name for name in PACKAGES if importlib.util.find_spec(name) is None]
    if missing:
        raise MissingPackageError(
            f"A live picture needs {', '.join(missing)}, not installed here; "
            'run: pip install "impasto[studio,video]".'
        )
