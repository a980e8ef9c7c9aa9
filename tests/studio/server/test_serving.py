from __future__ import annotations

import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Timer
from types import ModuleType
from typing import Any

import httpx2
import pytest

from impasto.errors import OutputError
from impasto.studio.server.serving import open_port

SCRIPT = Path(__file__).with_name("stand_ins.py")


@contextmanager
def _server(folder: Path) -> Iterator[tuple[subprocess.Popen[str], int, str]]:
    process = subprocess.Popen(
        [sys.executable, str(SCRIPT), str(folder)], stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        # A server that does not start is killed, and its line is empty.
        slow = Timer(60, process.kill)
        slow.start()
        port, key = process.stdout.readline().split()
        slow.cancel()
        yield process, int(port), key
    finally:
        if process.poll() is None:
            process.kill()
        process.wait(60)
        if process.stdout is not None:
            process.stdout.close()


@contextmanager
def _client(port: int, key: str) -> Iterator[httpx2.Client]:
    with httpx2.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as client:
        assert client.get("/", params={"key": key}).status_code == 303
        yield client


def _states(client: httpx2.Client) -> dict[str, Any]:
    listed = client.get("/api/documents").json()["documents"]
    return {
        each["id"]: client.get(f"/api/documents/{each['id']}").json()["state"] for each in listed
    }


def _is_saved(client: httpx2.Client, document: str) -> bool:
    state = client.get(f"/api/documents/{document}").json()["state"]
    return bool(state["saved_revision"] == state["revision"])


@pytest.mark.slow
def test_nothing_saved_is_lost_when_the_server_is_killed(
    tmp_path: Path, stand_ins: ModuleType, wait_until: Callable[..., None]
) -> None:
    with _server(tmp_path) as (process, port, key), _client(port, key) as client:
        for seed in range(3):
            photo = stand_ins.make_photo(seed=seed)
            reply = client.post("/api/documents", content=photo).json()
            path = f"/api/documents/{reply['id']}"
            client.get(path, params={"wait_s": 20})
            for node in range(seed + 1):
                edit = {"do": "add_object", "mask": {"nodes": [node]}, "style": "red"}
                assert client.post(f"{path}/edits", json=edit).status_code == 200
            wait_until(lambda document=reply["id"]: _is_saved(client, document))
        before = _states(client)
        process.send_signal(signal.SIGKILL)
        process.wait(60)
    with _server(tmp_path) as (_, port, key), _client(port, key) as client:
        after = _states(client)
    assert {name: state["objects"] for name, state in after.items()} == {
        name: state["objects"] for name, state in before.items()
    }
    assert sorted(len(state["objects"]) for state in after.values()) == [1, 2, 3]


@pytest.mark.slow
def test_ctrl_c_ends_it_with_everything_saved(tmp_path: Path, stand_ins: ModuleType) -> None:
    with _server(tmp_path) as (process, port, key), _client(port, key) as client:
        document = client.post("/api/documents", content=stand_ins.make_photo()).json()["id"]
        edit = {"do": "set_style", "region": "background", "style": "blue"}
        assert client.post(f"/api/documents/{document}/edits", json=edit).status_code == 200
        process.send_signal(signal.SIGINT)
        process.wait(60)
    with _server(tmp_path) as (_, port, key), _client(port, key) as client:
        assert _states(client)[document]["background"]["style"] == "blue"


def test_a_taken_port_gives_the_next() -> None:
    with open_port("127.0.0.1", 0) as first:
        port = first.getsockname()[1]
        with open_port("127.0.0.1", port) as second:
            assert isinstance(second, socket.socket)
            assert second.getsockname()[1] > port


@pytest.mark.parametrize(("host", "port"), [("203.0.113.1", 0), ("no such host", 0)])
def test_an_address_of_another_machine_is_refused(host: str, port: int) -> None:
    with pytest.raises(OutputError, match="expected a free port"):
        open_port(host, port)
