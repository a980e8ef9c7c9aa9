"""All live pictures of one server: that of its own camera, and one for each browser's camera."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import platformdirs

from impasto.errors import CapacityError, UnknownNameError
from impasto.image.codec import open_image
from impasto.image.picture import change_bit_depth
from impasto.live.look import Look
from impasto.live.session import LiveSettings
from impasto.live.show import MakePainter, Show, Source
from impasto.live.steadiness import make_painter
from impasto.studio.server.encoding import encode_jpeg, shrink
from impasto.studio.server.tools import StyleEntry, network_styles
from impasto.stylizers.options import FastOptions
from impasto.video.camera_frame import Pixels

BROWSERS = 2
"""Browsers' cameras that are painted at a time."""

STYLE_IMAGE_PX = 192


def default_folder() -> Path:
    """Where recordings are put if nothing else is said: a folder among the user's videos."""
    return platformdirs.user_videos_path() / "Impasto"


@dataclass(frozen=True, kw_only=True)
class LiveChoices:
    """What a server's live pictures begin with.

    Attributes:
        settings: Size and frame rate.
        look: Styles and strength.
        make_painter: Makes what paints.
        folder: Where recordings are put.
        styles: The styles there are, by name.
    """

    settings: LiveSettings
    look: Look
    make_painter: MakePainter
    folder: Path = field(default_factory=default_folder)
    styles: Mapping[str, StyleEntry] = field(default_factory=network_styles)


def default_choices() -> LiveChoices:
    """What browsers' cameras are painted with in the studio: the first style there is, steady."""
    return LiveChoices(
        settings=LiveSettings(),
        look=Look(style=next(iter(network_styles()), None)),
        make_painter=partial(make_painter, FastOptions(), "auto"),
    )


class House:
    """Knows the shows of a server. Safe to use from several threads.

    Args:
        choices: What they begin with.
    """

    def __init__(self, choices: LiveChoices) -> None:
        self.choices = choices
        self.camera: Show | None = None
        """The show of the server's own camera, where it has one."""
        self._lock = threading.Lock()
        self._browsers: set[Show] = set()
        self._recordings: dict[str, Path] = {}
        self._images: dict[str, bytes] = {}

    def open_browser_show(self) -> Show:
        """A show for a browser's camera; to be closed with :meth:`close_show`.

        Raises:
            CapacityError: if there are too many already.
            ImpastoError: if the style is not to be had.
        """
        with self._lock:
            if len(self._browsers) >= BROWSERS:
                raise CapacityError(
                    f"live: expected at most {BROWSERS} browsers' cameras at a time; "
                    "close another page first."
                )
            choices = self.choices
            show = Show(
                Source(kind="browser", name="This browser's camera"),
                choices.settings,
                choices.look,
                choices.make_painter,
                choices.folder,
            )
            self._browsers.add(show)
        show.session.start()
        return show

    def close_show(self, show: Show) -> None:
        """End a browser's show; what it recorded can still be fetched."""
        show.close()
        with self._lock:
            self._browsers.discard(show)

    def keep(self, path: Path) -> str:
        """Make a recording available; gives the name it can be fetched by, which none can guess."""
        ticket = secrets.token_urlsafe(18)
        with self._lock:
            self._recordings[ticket] = path
        return ticket

    def recording(self, ticket: str) -> Path:
        """A recording.

        Raises:
            UnknownNameError: if there is none of that name any more.
        """
        with self._lock:
            path = self._recordings.get(ticket)
        if path is None or not path.is_file():
            raise UnknownNameError("There is no such recording here any more.")
        return path

    def describe_styles(self) -> list[dict[str, Any]]:
        """What a client is told of the styles."""
        from impasto.weights.style_networks import fast_styles

        networks = fast_styles()
        return [
            {
                "name": name,
                "title": entry.title,
                "network": networks[name].name if name in networks else name,
                "image": entry.image is not None,
            }
            for name, entry in self.choices.styles.items()
        ]

    def style_image(self, name: str) -> bytes:
        """The picture a style was learned from, small, as a JPEG file.

        Raises:
            UnknownNameError: if there is no such style, or no picture of it.
        """
        entry = self.choices.styles.get(name)
        if entry is None or entry.image is None:
            raise UnknownNameError("There is no picture of this style here.")
        with self._lock:
            if name not in self._images:
                self._images[name] = encode_jpeg(_small_picture(entry.image), 80)
            return self._images[name]

    def close(self) -> None:
        """End all shows."""
        with self._lock:
            shows = [*self._browsers]
        for show in shows:
            self.close_show(show)
        if self.camera is not None:
            self.camera.close()


def _small_picture(path: Path) -> Pixels:
    return shrink(change_bit_depth(open_image(path).pixels, 8), STYLE_IMAGE_PX)
