import errno
import hashlib
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from impasto.errors import DownloadError, OptionError, OutputError, WeightsDamagedError
from impasto.progress import Cancellation, ProgressEvent
from impasto.weights import download as module
from impasto.weights import file_lock
from impasto.weights.download import download
from impasto.weights.file_lock import exclusive


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "CHUNK_BYTES", 1000)
    monkeypatch.setattr(file_lock, "RETRY_S", 0.01)


@pytest.fixture
def destination(tmp_path: Path) -> Path:
    return tmp_path / "folder" / "tiny.pth"


@pytest.fixture
def part(destination: Path) -> Path:
    destination.parent.mkdir()
    return destination.with_name("tiny.pth.part")


@pytest.fixture
def fetch(server: Any, content: bytes, destination: Path) -> Callable[..., None]:
    def fetch(**options: Any) -> None:
        arguments = {
            "sha256": hashlib.sha256(content).hexdigest(),
            "size_bytes": len(content),
            **options,
        }
        download(server.url, destination, **arguments)

    return fetch


@pytest.mark.parametrize("behaviour", ["ranges", "no-ranges", "no-length", "redirect"])
def test_a_file_arrives(fetch: Any, server: Any, destination: Path, behaviour: str) -> None:
    server.behaviour = behaviour
    fetch()
    assert destination.read_bytes() == server.content
    assert not destination.with_name("tiny.pth.part").exists()


def test_progress_counts_bytes_up_to_all(fetch: Any, content: bytes) -> None:
    events: list[ProgressEvent] = []
    fetch(on_progress=events.append)
    assert [event.step for event in events] == list(range(0, 10001, 1000))
    assert {event.total for event in events} == {len(content)}
    assert {event.stage for event in events} == {"download"}
    assert events[0].remaining_s is None
    assert events[-1].remaining_s == 0.0


@pytest.mark.parametrize("behaviour", ["ranges", "redirect"])
def test_a_part_is_continued(
    fetch: Any, server: Any, destination: Path, part: Path, behaviour: str
) -> None:
    server.behaviour = behaviour
    part.write_bytes(server.content[:4000])
    events: list[ProgressEvent] = []
    fetch(on_progress=events.append)
    assert set(server.asked_ranges) == {"bytes=4000-"}
    assert events[0].step == 4000
    assert destination.read_bytes() == server.content


@pytest.mark.parametrize(
    ("behaviour", "asked"),
    [("no-ranges", ["bytes=4000-"]), ("refused-range", ["bytes=4000-", None])],
)
def test_a_server_without_ranges_sends_it_all_again(
    fetch: Any, server: Any, destination: Path, part: Path, behaviour: str, asked: list[str]
) -> None:
    server.behaviour = behaviour
    part.write_bytes(b"x" * 4000)
    fetch()
    assert server.asked_ranges == asked
    assert destination.read_bytes() == server.content


def test_a_wrong_range_starts_over_next_time(
    fetch: Any, server: Any, destination: Path, part: Path
) -> None:
    server.behaviour = "shifted-range"
    part.write_bytes(server.content[:4000])
    with pytest.raises(DownloadError, match="4001"):
        fetch()
    fetch()
    assert destination.read_bytes() == server.content


def test_a_complete_part_needs_no_network(
    fetch: Any, server: Any, destination: Path, part: Path
) -> None:
    part.write_bytes(server.content)
    fetch()
    assert server.asked_ranges == []
    assert destination.read_bytes() == server.content


def test_a_part_that_is_too_long_is_dropped(
    fetch: Any, server: Any, destination: Path, part: Path
) -> None:
    part.write_bytes(server.content + b"x")
    fetch()
    assert server.asked_ranges == [None]
    assert destination.read_bytes() == server.content


def test_a_file_already_there_is_not_fetched(fetch: Any, server: Any, destination: Path) -> None:
    destination.parent.mkdir()
    destination.write_bytes(server.content)
    fetch()
    assert server.asked_ranges == []


@pytest.mark.parametrize("behaviour", ["cut", "reset", "stall"])
def test_a_broken_connection_keeps_the_part_and_continues_from_it(
    fetch: Any,
    server: Any,
    destination: Path,
    part: Path,
    behaviour: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "TIMEOUT_S", 0.3)
    server.behaviour = behaviour
    with pytest.raises(DownloadError, match="are kept in") as caught:
        fetch()
    assert server.url in str(caught.value)
    assert str(destination) in str(caught.value)
    kept = part.stat().st_size
    # A reset may overtake bytes that were sent before it.
    assert kept == 5000 or (behaviour == "reset" and kept <= 5000)
    assert f"{kept} of 10000 bytes" in str(caught.value)
    assert not destination.exists()
    server.behaviour = "ranges"
    fetch()
    assert server.asked_ranges[-1] == (f"bytes={kept}-" if kept else None)
    assert destination.read_bytes() == server.content


def test_not_found(fetch: Any, server: Any) -> None:
    server.behaviour = "not-found"
    with pytest.raises(DownloadError, match="404 Not Found"):
        fetch()


def test_no_http(fetch: Any, server: Any) -> None:
    server.behaviour = "garbage"
    with pytest.raises(DownloadError, match="Could not download"):
        fetch()


def test_nobody_answers(destination: Path) -> None:
    with pytest.raises(ConnectionError, match=r"Could not download http://127.0.0.1:9/x"):
        download("http://127.0.0.1:9/x", destination, sha256="0" * 64, size_bytes=1)


def test_another_content_is_removed(fetch: Any, server: Any, destination: Path, part: Path) -> None:
    server.content = b"x" * 10000
    with pytest.raises(WeightsDamagedError) as caught:
        fetch()
    assert hashlib.sha256(server.content).hexdigest() in str(caught.value)
    assert not part.exists()
    assert not destination.exists()


@pytest.mark.parametrize("part_bytes", [0, 4000])
def test_another_size_is_refused_before_it_is_written(
    fetch: Any, server: Any, part: Path, part_bytes: int
) -> None:
    part.write_bytes(server.content[:part_bytes])
    server.content = b"a page asking for a password" * 200
    events: list[ProgressEvent] = []
    with pytest.raises(WeightsDamagedError, match=r"10000 bytes .* got 5600 bytes"):
        fetch(on_progress=events.append)
    assert events == []
    assert not part.exists()


def test_a_damaged_part_is_removed_and_the_next_try_is_whole(
    fetch: Any, server: Any, destination: Path, part: Path
) -> None:
    part.write_bytes(b"x" * 4000)
    with pytest.raises(WeightsDamagedError, match="Run again"):
        fetch()
    fetch()
    assert destination.read_bytes() == server.content


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://host/x", "/etc/passwd", ""])
def test_only_http(destination: Path, url: str) -> None:
    with pytest.raises(OptionError, match="http or https"):
        download(url, destination, sha256="0" * 64, size_bytes=1)
    assert not destination.parent.exists()


def test_a_full_disk(fetch: Any, part: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    open_path = Path.open

    def open_full(path: Path, mode: str = "r") -> Any:
        if path == part and mode == "ab":
            raise OSError(errno.ENOSPC, "No space left on device", str(path))
        return open_path(path, mode)

    monkeypatch.setattr(Path, "open", open_full)
    with pytest.raises(OutputError, match=r"No space left.*has room") as caught:
        fetch()
    assert isinstance(caught.value.__cause__, OSError)


def test_a_folder_that_cannot_be_made(fetch: Any, destination: Path) -> None:
    destination.parent.write_bytes(b"a file, not a folder")
    with pytest.raises(OutputError, match="writable"):
        fetch()


def test_cancelling_keeps_what_arrived(fetch: Any, server: Any, part: Path) -> None:
    cancellation = Cancellation()

    def cancel_at_half(event: ProgressEvent) -> None:
        if event.step == 5000:
            cancellation.cancel()

    with pytest.raises(DownloadError, match="cancelled"):
        fetch(on_progress=cancel_at_half, cancellation=cancellation)
    assert part.read_bytes() == server.content[:5000]


def test_an_interruption_keeps_what_arrived_and_frees_the_lock(
    fetch: Any, server: Any, destination: Path, part: Path
) -> None:
    def interrupt(event: ProgressEvent) -> None:
        if event.step == 3000:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fetch(on_progress=interrupt)
    assert part.read_bytes() == server.content[:3000]
    fetch()
    assert server.asked_ranges == [None, "bytes=3000-"]


def test_an_error_of_the_callback_stays_what_it_is(fetch: Any) -> None:
    def broken_pipe(event: ProgressEvent) -> None:
        raise BrokenPipeError

    with pytest.raises(BrokenPipeError):
        fetch(on_progress=broken_pipe)


def test_waiting_for_another_process_is_told_and_can_be_cancelled(
    fetch: Any, server: Any, part: Path
) -> None:
    events: list[ProgressEvent] = []
    cancellation = Cancellation()

    def cancel(event: ProgressEvent) -> None:
        events.append(event)
        cancellation.cancel()

    part.write_bytes(server.content[:2000])
    with (
        exclusive(part.with_name("tiny.pth.lock"), on_wait=lambda: None),
        pytest.raises(DownloadError, match="cancelled"),
    ):
        fetch(on_progress=cancel, cancellation=cancellation)
    assert [(event.stage, event.step) for event in events] == [
        ("waiting for another download", 2000)
    ]
    assert server.asked_ranges == []


def test_two_at_once_fetch_it_once(fetch: Any, server: Any, destination: Path) -> None:
    errors: list[BaseException] = []
    both_ready = threading.Barrier(2)

    def run() -> None:
        both_ready.wait(5)
        try:
            fetch()
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert errors == []
    assert server.asked_ranges == [None]
    assert destination.read_bytes() == server.content
