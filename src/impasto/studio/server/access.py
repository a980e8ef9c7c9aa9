"""Who may come in, and who somebody is: keys in addresses, and cookies made from a secret."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from impasto.errors import AccessError, OutputError

VISITOR_COOKIE = "impasto_visitor"
PASS_COOKIE = "impasto_pass"
SECRET_BYTES = 32
COOKIE_AGE_S = 365 * 24 * 3600


@dataclass(frozen=True, kw_only=True)
class Admission:
    """Somebody who may come in.

    Attributes:
        visitor: Whose documents these are: the digest of a secret that only the visitor has.
        cookies: What the visitor's browser is to remember from now on.
    """

    visitor: str
    cookies: Mapping[str, str] = field(default_factory=dict, repr=False)


class Gatekeeper:
    """Knows visitors by their cookies and lets in those who know the key.

    Args:
        secret: Signs the cookies; whoever has it can be anybody.
        token: What visitors must know; ``None`` to let everybody in who can reach the server.
    """

    def __init__(self, secret: bytes, token: str | None = None) -> None:
        self._secret = secret
        self._token = token
        self._pass = self._sign(f"pass {token}")
        self.owner_key = secrets.token_urlsafe(24)
        """Key of the person at the terminal: good until this server ends."""

    def admit(self, cookies: Mapping[str, str], key: str | None = None) -> Admission:
        """Let somebody in, as who they were before, or as somebody new.

        Args:
            cookies: What their browser remembers.
            key: The key they name.

        Raises:
            AccessError: if there is a token and they know neither it nor the owner's key.
        """
        if key is not None and _same(key, self.owner_key):
            return self._recognised(self._sign("owner"), {})
        known = _same(cookies.get(PASS_COOKIE, ""), self._pass)
        if self._token is not None and not known and not _same(key or "", self._token):
            raise AccessError(
                "This studio asks for a key: open the address that it printed in its terminal."
            )
        granted = {PASS_COOKIE: self._pass} if self._token is not None and not known else {}
        secret, _, signature = cookies.get(VISITOR_COOKIE, "").partition(".")
        if _same(signature, self._sign(f"visitor {secret}")):
            return Admission(visitor=_digest(secret), cookies=granted)
        return self._recognised(secrets.token_hex(SECRET_BYTES), granted)

    def is_key(self, key: str) -> bool:
        """Whether a key opens anything."""
        return _same(key, self.owner_key) or (self._token is not None and _same(key, self._token))

    @property
    def owner(self) -> str:
        """The visitor that the person at the terminal is."""
        return _digest(self._sign("owner"))

    def _recognised(self, secret: str, granted: Mapping[str, str]) -> Admission:
        cookies = {VISITOR_COOKIE: f"{secret}.{self._sign(f'visitor {secret}')}", **granted}
        if self._token is not None:
            cookies[PASS_COOKIE] = self._pass
        return Admission(visitor=_digest(secret), cookies=cookies)

    def _sign(self, text: str) -> str:
        return hmac.new(self._secret, text.encode("utf-8", "replace"), hashlib.sha256).hexdigest()


def read_secret(folder: Path) -> bytes:
    """The secret of the server that saves into ``folder``; made when there is none.

    Raises:
        OutputError: if it can be neither read nor written.
    """
    path = folder / "secret"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return _checked(path.read_bytes(), path)
        with os.fdopen(descriptor, "wb") as file:
            secret = secrets.token_bytes(SECRET_BYTES)
            file.write(secret)
        return secret
    except OSError as error:
        raise OutputError(
            f"{folder}: expected a folder to save documents in, but: {error}."
        ) from error


def _checked(secret: bytes, path: Path) -> bytes:
    if len(secret) != SECRET_BYTES:
        raise OutputError(f"{path}: expected {SECRET_BYTES} bytes, got {len(secret)}; remove it.")
    return secret


def _same(given: str, expected: str) -> bool:
    return hmac.compare_digest(given.encode("utf-8", "replace"), expected.encode())


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()
