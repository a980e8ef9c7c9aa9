from __future__ import annotations

import stat
from pathlib import Path

import pytest

from impasto.errors import AccessError, OutputError
from impasto.studio.server.access import Gatekeeper, read_secret

SECRET = bytes(range(32))


def test_a_newcomer_is_somebody_and_stays_it() -> None:
    gatekeeper = Gatekeeper(SECRET)
    first = gatekeeper.admit({})
    again = Gatekeeper(SECRET).admit(first.cookies)
    assert again.visitor == first.visitor
    assert not again.cookies
    assert gatekeeper.admit({}).visitor != first.visitor


def test_cookies_cannot_be_made_up() -> None:
    gatekeeper = Gatekeeper(SECRET)
    cookie = gatekeeper.admit({}).cookies["impasto_visitor"]
    elsewhere = Gatekeeper(bytes(32)).admit({}).cookies["impasto_visitor"]
    known = gatekeeper.admit({"impasto_visitor": cookie}).visitor
    for forged in ("", ".", "x.y", cookie[:-1], cookie + "0", elsewhere, "\ud800.x"):
        assert gatekeeper.admit({"impasto_visitor": forged}).visitor != known


def test_a_token_must_be_known_once() -> None:
    gatekeeper = Gatekeeper(SECRET, "the token")
    with pytest.raises(AccessError):
        gatekeeper.admit({})
    with pytest.raises(AccessError):
        gatekeeper.admit({}, "another")
    first = gatekeeper.admit({}, "the token")
    assert gatekeeper.admit(first.cookies).visitor == first.visitor


def test_who_one_is_does_not_let_one_in_after_the_token_changed() -> None:
    first = Gatekeeper(SECRET, "the token").admit({}, "the token")
    changed = Gatekeeper(SECRET, "a new token")
    with pytest.raises(AccessError):
        changed.admit(first.cookies)
    assert changed.admit(first.cookies, "a new token").visitor == first.visitor


def test_the_owner_is_the_same_each_time_with_a_new_key() -> None:
    first, second = Gatekeeper(SECRET), Gatekeeper(SECRET, "the token")
    assert first.owner_key != second.owner_key
    assert first.admit({}, first.owner_key).visitor == first.owner
    assert second.admit({}, second.owner_key).visitor == first.owner
    assert second.is_key("the token")
    assert second.is_key(second.owner_key)
    assert not second.is_key(first.owner_key)
    assert not first.is_key("None")


def test_the_secret_is_made_once_and_kept_from_others(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    secret = read_secret(folder)
    assert len(secret) == 32
    assert read_secret(folder) == secret
    assert stat.S_IMODE((folder / "secret").stat().st_mode) == 0o600


def test_a_damaged_secret_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b"short")
    with pytest.raises(OutputError, match="expected 32 bytes"):
        read_secret(tmp_path)
