from __future__ import annotations

import socket
from pathlib import Path

import pytest

from impasto.errors import OptionError
from impasto.studio.server.settings import Limits, Settings, default_folder, is_loopback

TOKEN = "a long enough token"


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "127.9.9.9", "LOCALHOST"])
def test_only_this_machine_reaches_loopback(host: str) -> None:
    assert is_loopback(host)
    assert Settings(folder=Path(), host=host).hosts


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "studio.example"])
def test_another_host_demands_a_token(host: str) -> None:
    with pytest.raises(OptionError, match="token: expected one"):
        Settings(folder=Path(), host=host)
    Settings(folder=Path(), host=host, token=TOKEN)


def test_short_tokens_are_refused() -> None:
    with pytest.raises(OptionError, match="12 characters"):
        Settings(folder=Path(), token="secret")


def test_names_that_browsers_may_use() -> None:
    assert "127.0.0.1:80" in Settings(folder=Path(), port=80).hosts
    assert "[::1]:80" in Settings(folder=Path(), port=80).hosts
    named = Settings(folder=Path(), host="192.168.1.5", port=80, token=TOKEN)
    assert named.hosts == {"192.168.1.5:80", "192.168.1.5"}
    assert Settings(folder=Path(), host="0.0.0.0", token=TOKEN).hosts == frozenset()


def test_the_address_of_the_page() -> None:
    assert Settings(folder=Path(), port=1).address == "http://127.0.0.1:1/"
    anywhere = Settings(folder=Path(), host="0.0.0.0", port=1, token=TOKEN)
    assert anywhere.address == "http://127.0.0.1:1/"
    assert Settings(folder=Path(), host="::1", port=1).address == "http://[::1]:1/"


def test_the_address_for_others(monkeypatch: pytest.MonkeyPatch) -> None:
    named = Settings(folder=Path(), host="192.168.1.5", port=1, token=TOKEN)
    assert named.outer_address == "http://192.168.1.5:1/"
    anywhere = Settings(folder=Path(), host="0.0.0.0", port=1, token=TOKEN)
    assert "0.0.0.0" not in anywhere.outer_address

    def unreachable(*_arguments: object) -> None:
        raise OSError("no network")

    monkeypatch.setattr(socket.socket, "connect", unreachable)
    assert anywhere.outer_address == f"http://{socket.gethostname().lower()}:1/"


def test_limits_are_positive_and_memory_is_half() -> None:
    with pytest.raises(OptionError, match="upload_bytes"):
        Limits(upload_bytes=0)
    assert Limits(memory_bytes=5).total_memory_bytes == 5
    assert Limits().total_memory_bytes > 2**28


def test_the_folder_can_be_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IMPASTO_STUDIO", "/somewhere")
    assert default_folder() == Path("/somewhere")
    monkeypatch.delenv("IMPASTO_STUDIO")
    assert default_folder().name == "studio"
