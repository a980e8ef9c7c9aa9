"""What a studio server is told when it starts, and how much it takes on."""

from __future__ import annotations

import ipaddress
import os
import socket
from dataclasses import dataclass, field, fields
from pathlib import Path

import platformdirs

from impasto.errors import OptionError
from impasto.segmentation.catalog import DEFAULT

MIB = 2**20
MIN_TOKEN_CHARACTERS = 12


@dataclass(frozen=True, kw_only=True)
class Limits:
    """How much one server takes on; what is beyond is refused with a message that says so.

    Attributes:
        upload_bytes: Of a photograph's file, and of a style image's.
        project_bytes: Of a project file, and of what it holds when unpacked.
        message_bytes: Of one message, by WebSocket or as JSON.
        photo_pixels: Of a photograph.
        working_pixels: Larger photographs are worked on at this size and exported at their own.
        style_pixels: Of a style image.
        own_style_px: Smallest and largest longest side at which an own style is optimised.
        open_documents: Documents in memory at a time.
        documents: Saved documents of one visitor.
        memory_bytes: Of all documents together; ``None`` for half of the machine's memory.
        connections: WebSockets of one document.
        candidates: Masks that a document's prompts gave and that are still known.
        own_styles: Of one document.
        running_jobs: Of one document.
    """

    upload_bytes: int = 128 * MIB
    project_bytes: int = 512 * MIB
    message_bytes: int = MIB
    photo_pixels: int = 120_000_000
    working_pixels: int = 3840 * 2160 + 200_000
    style_pixels: int = 50_000_000
    own_style_px: tuple[int, int] = (128, 1024)
    open_documents: int = 32
    documents: int = 200
    memory_bytes: int | None = None
    connections: int = 8
    candidates: int = 64
    own_styles: int = 20
    running_jobs: int = 3

    def __post_init__(self) -> None:
        for each in fields(self):
            value = getattr(self, each.name)
            if isinstance(value, int) and value < 1:
                raise OptionError(f"{each.name}: expected 1 or more, got {value}.")

    @property
    def total_memory_bytes(self) -> int:
        """Bytes that all documents together may take."""
        if self.memory_bytes is not None:
            return self.memory_bytes
        import psutil

        return int(psutil.virtual_memory().total) // 2


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What a server is told when it starts.

    Attributes:
        folder: Where documents are saved, and the server's secret.
        host: The address it listens on.
        port: The port it listens on.
        token: What visitors must know; ``None`` where only this machine can reach it.
        segmenter: Name of the segmenter documents are opened with.
        limits: How much it takes on.

    Raises:
        OptionError: if others can reach it and there is no token, or the token is too short.
    """

    folder: Path
    host: str = "127.0.0.1"
    port: int = 8765
    token: str | None = None
    segmenter: str = DEFAULT
    limits: Limits = field(default_factory=Limits)

    def __post_init__(self) -> None:
        if self.token is None and not is_loopback(self.host):
            raise OptionError(
                f"token: expected one, since others can reach {self.host}; "
                "pass --token, or use --host 127.0.0.1."
            )
        if self.token is not None and len(self.token) < MIN_TOKEN_CHARACTERS:
            raise OptionError(
                f"token: expected {MIN_TOKEN_CHARACTERS} characters or more, "
                f"got {len(self.token)}; leave it out to have one made."
            )

    @property
    def hosts(self) -> frozenset[str]:
        """What browsers may call this server in the Host header; empty for any name."""
        if is_loopback(self.host):
            names = {"localhost", "127.0.0.1", "[::1]", _in_url(self.host)}
        elif _is_any_address(self.host):
            # The token's cookie belongs to the right name alone.
            return frozenset()
        else:
            names = {_in_url(self.host)}
        return frozenset({f"{name}:{self.port}" for name in names} | names)

    @property
    def address(self) -> str:
        """The page's address, for a browser on this machine."""
        host = "127.0.0.1" if _is_any_address(self.host) else self.host
        return f"http://{_in_url(host)}:{self.port}/"

    @property
    def outer_address(self) -> str:
        """The page's address, for a browser on another machine."""
        host = _outer_host() if _is_any_address(self.host) else self.host
        return f"http://{_in_url(host)}:{self.port}/"


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach a server on that address."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def default_folder() -> Path:
    """Where documents are saved; the environment variable ``IMPASTO_STUDIO`` names another."""
    if folder := os.environ.get("IMPASTO_STUDIO"):
        return Path(folder)
    return platformdirs.user_data_path("impasto", appauthor=False) / "studio"


def _is_any_address(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_unspecified
    except ValueError:
        return False


def _outer_host() -> str:
    """This machine's address on its network, or its name; nothing is sent to find it out."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
            return str(probe.getsockname()[0])
        except OSError:
            return socket.gethostname()


def _in_url(host: str) -> str:
    return f"[{host}]" if ":" in host else host.lower()
