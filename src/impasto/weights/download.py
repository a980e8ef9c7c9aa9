"""Downloads of single files over HTTP: resumable, verified, safe between processes."""

from __future__ import annotations

import http.client
import re
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urlsplit

from impasto.errors import DownloadError, OptionError, OutputError, WeightsDamagedError
from impasto.progress import Cancellation, ProgressCallback, ProgressEvent, Stopwatch
from impasto.weights import checksum
from impasto.weights.file_lock import exclusive

TIMEOUT_S = 30.0
CHUNK_BYTES = 256 * 1024


def download(
    url: str,
    destination: Path,
    *,
    sha256: str,
    size_bytes: int,
    on_progress: ProgressCallback | None = None,
    cancellation: Cancellation | None = None,
) -> None:
    """Fetch a file whose checksum is known, continuing where an earlier try stopped.

    What arrives is added to ``<name>.part`` next to ``destination``, which becomes
    ``destination`` in one step once its checksum is right. The lock ``<name>.lock`` lets
    one process at a time do so; the others wait, then find the file there.

    Args:
        url: An http or https address.
        destination: The file to make; its folder is made too.
        sha256: The file's checksum, 64 lower-case hexadecimal digits.
        size_bytes: The file's size.
        on_progress: Called with the bytes that are there so far as ``step``.
        cancellation: Stops the download; what has arrived is kept.

    Raises:
        OptionError: if ``url`` is not http or https.
        DownloadError: if the network fails or the download is cancelled.
        WeightsDamagedError: if the server sends another file; what arrived is removed.
        OutputError: if the file cannot be written, as when the disk is full.
    """
    if urlsplit(url).scheme not in ("http", "https"):
        raise OptionError(f"Expected an http or https address, got {url!r}. Give one that is.")
    transfer = _Transfer(
        url=url,
        destination=destination,
        sha256=sha256,
        size_bytes=size_bytes,
        on_progress=on_progress,
        cancellation=cancellation or Cancellation(),
    )
    with transfer.disk_errors():
        destination.parent.mkdir(parents=True, exist_ok=True)
    lock = destination.with_name(destination.name + ".lock")
    with exclusive(lock, on_wait=transfer.wait):
        transfer.run()


@dataclass(frozen=True, kw_only=True)
class _Transfer:
    """One download under way: the arguments of :func:`download` and its steps."""

    url: str
    destination: Path
    sha256: str
    size_bytes: int
    on_progress: ProgressCallback | None
    cancellation: Cancellation
    stopwatch: Stopwatch = field(default_factory=Stopwatch)

    @property
    def part(self) -> Path:
        return self.destination.with_name(self.destination.name + ".part")

    @property
    def part_bytes(self) -> int:
        try:
            return self.part.stat().st_size
        except FileNotFoundError:
            return 0

    def wait(self) -> None:
        """Spend a moment while another process downloads the same file."""
        self.stop_if_cancelled()
        done_bytes = min(self.part_bytes, self.size_bytes)
        self.report("waiting for another download", done_bytes, start=done_bytes)

    def run(self) -> None:
        with self.disk_errors():
            if self.destination.exists() and checksum.sha256(self.destination) == self.sha256:
                return
            if self.part_bytes > self.size_bytes:
                self.part.unlink()
            have = self.part_bytes
        if have < self.size_bytes:
            self.fetch(have)
        with self.disk_errors():
            actual = checksum.sha256(self.part)
            if actual != self.sha256:
                raise self.wrong_file(f"sha256 {self.sha256}", f"sha256 {actual}")
            self.part.replace(self.destination)

    def fetch(self, have: int) -> None:
        """Bring the part file from ``have`` bytes to its full size."""
        with self.open_response(have) as response:
            start = self.start_byte(response, have)
            if start == 0:
                with self.disk_errors():
                    self.part.unlink(missing_ok=True)
            done_bytes = start
            self.report("download", done_bytes, start=start)
            while done_bytes < self.size_bytes:
                self.stop_if_cancelled()
                chunk = self.read_chunk(response, self.size_bytes - done_bytes)
                with self.disk_errors(), self.part.open("ab") as file:
                    file.write(chunk)
                done_bytes += len(chunk)
                self.report("download", done_bytes, start=start)

    def open_response(self, start: int) -> http.client.HTTPResponse:
        """Ask for the file from byte ``start`` on, or for all of it where that is refused."""
        headers = {"User-Agent": "impasto"}
        if start > 0:
            headers["Range"] = f"bytes={start}-"
        request = urllib.request.Request(self.url, headers=headers)
        # An opener of its own: the shared one would keep the proxies of its first use.
        opener = urllib.request.build_opener()
        try:
            response: http.client.HTTPResponse = opener.open(request, timeout=TIMEOUT_S)
        except urllib.error.HTTPError as error:
            error.close()
            if error.code == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE and start > 0:
                return self.open_response(0)
            raise self.failed(f"the server answered {error.code} {error.reason}") from error
        except (OSError, http.client.HTTPException) as error:
            raise self.failed(_describe(error)) from error
        return response

    def start_byte(self, response: http.client.HTTPResponse, asked: int) -> int:
        """Find at which byte an answer starts; refuse one about a file of another size."""
        start, total = 0, response.headers.get("Content-Length", "*")
        if response.status == HTTPStatus.PARTIAL_CONTENT:
            sent = response.headers.get("Content-Range", "")
            match = re.fullmatch(r"bytes (\d+)-\d+/(\d+|\*)", sent)
            if match is None or int(match[1]) != asked:
                with self.disk_errors():  # so that the next try asks for the whole file
                    self.part.unlink(missing_ok=True)
                raise self.failed(f"asked for the bytes from {asked} on, it sent {sent!r}")
            start, total = asked, match[2]
        if total.isdecimal() and int(total) != self.size_bytes:
            raise self.wrong_file(f"{self.size_bytes} bytes", f"{total} bytes")
        return start

    def read_chunk(self, response: http.client.HTTPResponse, limit_bytes: int) -> bytes:
        try:
            chunk = response.read(min(CHUNK_BYTES, limit_bytes))
        except (OSError, http.client.HTTPException) as error:
            raise self.failed(_describe(error)) from error
        if not chunk:
            raise self.failed("the connection was closed too early")
        return chunk

    def report(self, stage: str, done_bytes: int, *, start: int) -> None:
        if self.on_progress is not None:
            remaining_s = self.stopwatch.remaining_s(done_bytes - start, self.size_bytes - start)
            event = ProgressEvent(
                stage=stage,
                step=done_bytes,
                total=self.size_bytes,
                elapsed_s=self.stopwatch.elapsed_s,
                remaining_s=remaining_s,
            )
            self.on_progress(event)

    def stop_if_cancelled(self) -> None:
        if self.cancellation.is_cancelled:
            raise self.failed("it was cancelled")

    def failed(self, reason: str) -> DownloadError:
        return DownloadError(
            f"Could not download {self.url}: {reason}."
            f" {self.part_bytes} of {self.size_bytes} bytes are kept in {self.part}; run again"
            f" to continue. Without a network, fetch the file on another machine and put it at"
            f" {self.destination}."
        )

    def wrong_file(self, expected: str, actual: str) -> WeightsDamagedError:
        with self.disk_errors():
            self.part.unlink(missing_ok=True)
        return WeightsDamagedError(
            f"Expected {expected} from {self.url}, got {actual}; what arrived was removed. Run"
            f" again; if it stays so, a proxy or the server replaces the file: fetch it on"
            f" another machine and put it at {self.destination}."
        )

    @contextmanager
    def disk_errors(self) -> Iterator[None]:
        """Translate what the disk may raise; neither network nor callbacks belong within."""
        try:
            yield
        except OSError as error:
            raise OutputError(
                f"Could not write {self.destination} ({self.size_bytes} bytes): {error}. Make"
                f" sure its folder is writable and has room, then run again; what has arrived"
                f" is kept in {self.part}."
            ) from error


def _describe(error: Exception) -> str:
    reason = getattr(error, "reason", error)
    return str(reason) or type(error).__name__
