"""What every request and every WebSocket passes first: host, origin, key, size, headers."""

from __future__ import annotations

import re
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qs, urlencode, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from impasto.errors import AccessError, ImpastoError, OriginError, UploadSizeError
from impasto.studio.server.access import COOKIE_AGE_S, Admission, Gatekeeper
from impasto.studio.server.error_responses import error_response
from impasto.studio.server.settings import Settings

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; "
        "connect-src 'self'; font-src 'self'; manifest-src 'self'; worker-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), microphone=(), geolocation=()",
}

API = "/api/"
PAGES = ("/", "/live/")
"""Addresses that are printed with a key in them."""

CLOSE_REFUSED = 1008
CLOSE_NO_KEY = 4401

_DOCUMENTS = re.compile(r"/api/documents/?")
_STYLES = re.compile(r"/api/documents/[^/]+/styles/?")


class Guard:
    """Lets through what may come in, with ``scope["state"]["visitor"]`` set for the API.

    Args:
        app: What is behind it.
        settings: Names of the host, limits.
        gatekeeper: Knows visitors and keys.
    """

    def __init__(self, app: ASGIApp, settings: Settings, gatekeeper: Gatekeeper) -> None:
        self._app = app
        self._settings = settings
        self._gatekeeper = gatekeeper

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request or one WebSocket, or refuse it."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        admission: Admission | None = None
        try:
            self._check_origin(scope, headers)
            self._check_length(scope, headers)
            if scope["path"].startswith(API):
                admission = self._gatekeeper.admit(read_cookies(headers), _key(headers))
                scope.setdefault("state", {})["visitor"] = admission.visitor
            elif redirect := self._redirect(scope, headers):
                await _redirect_home(scope, self._finishing(send, redirect))
                return
        except ImpastoError as error:
            await _refuse(error, scope, receive, self._finishing(send, None))
            return
        finishing = self._finishing(send, admission)
        if scope["type"] == "http":
            body = LimitedBody(receive, self._body_limit(scope))
            await body.answer(self._app, scope, finishing)
        else:
            await self._app(scope, receive, finishing)

    def _check_origin(self, scope: Scope, headers: Headers) -> None:
        """Refuse other names of this server (DNS rebinding), and pages of other servers."""
        host = headers.get("host", "").lower()
        hosts = self._settings.hosts
        if hosts and host not in hosts:
            raise OriginError(
                f"host: expected one of {', '.join(sorted(hosts))}, got {host[:80]!r}; "
                "open the address that the studio printed."
            )
        changes = scope["type"] == "websocket" or scope["method"] not in SAFE_METHODS
        origin = headers.get("origin")
        if changes and origin is not None and urlsplit(origin.lower()).netloc != host:
            raise OriginError(
                f"origin: expected the studio's own page, got {origin[:80]!r}; "
                "only its own page may change anything."
            )
        if changes and headers.get("sec-fetch-site") in ("cross-site", "same-site"):
            raise OriginError("origin: expected the studio's own page, got another site.")

    def _check_length(self, scope: Scope, headers: Headers) -> None:
        length = headers.get("content-length", "0")
        limit = self._body_limit(scope)
        if not length.isdecimal() or int(length) > limit:
            raise _too_large(limit, length)

    def _body_limit(self, scope: Scope) -> int:
        limits, path = self._settings.limits, scope["path"]
        if scope["type"] == "http" and scope["method"] == "POST":
            if _DOCUMENTS.fullmatch(path):
                return max(limits.upload_bytes, limits.project_bytes)
            if _STYLES.fullmatch(path):
                return limits.upload_bytes
        return limits.message_bytes

    def _redirect(self, scope: Scope, headers: Headers) -> Admission | None:
        """Cookies for a key in the page's address, which then loses it."""
        keys = _query(scope).get("key", [])
        if scope["type"] != "http":
            return None
        if scope["path"] not in PAGES or not keys or not self._gatekeeper.is_key(keys[0]):
            return None
        return self._gatekeeper.admit(read_cookies(headers), keys[0])

    @staticmethod
    def _finishing(send: Send, admission: Admission | None) -> Send:
        """Add cookies and security headers to the answer."""
        # Pages are asked for again each time; answers about documents are kept nowhere.
        cache = "no-cache" if admission is None else "no-store"

        async def finish(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in SECURITY_HEADERS.items():
                    headers[name] = value
                headers.setdefault("Cache-Control", cache)
                for name, value in (admission.cookies if admission else {}).items():
                    headers.append("Set-Cookie", _cookie(name, value))
            elif message["type"] == "websocket.accept" and admission is not None:
                cookies = [("Set-Cookie", _cookie(*each)) for each in admission.cookies.items()]
                encoded = [(name.lower().encode(), value.encode()) for name, value in cookies]
                message = {**message, "headers": [*message.get("headers", []), *encoded]}
            await send(message)

        return finish


class LimitedBody:
    """The body of one request as it comes, until it has more bytes than it may.

    Args:
        receive: Gives it.
        limit: How many bytes it may have.
    """

    def __init__(self, receive: Receive, limit: int) -> None:
        self._receive = receive
        self._limit = limit
        self._received = 0
        self._error: UploadSizeError | None = None
        self._begun = False

    async def answer(self, app: ASGIApp, scope: Scope, send: Send) -> None:
        """Let an application answer the request; one that is too large is refused instead."""

        async def pass_on(message: Message) -> None:
            # Whatever was made of half a body is not the answer.
            if self._error is None or self._begun:
                self._begun = True
                await send(message)

        await app(scope, self._counted, pass_on)
        if self._error is not None and not self._begun:
            await error_response(self._error)(scope, self._receive, send)

    async def _counted(self) -> Message:
        message = await self._receive()
        self._received += len(message.get("body", b""))
        if self._received > self._limit:
            self._error = _too_large(self._limit, f"at least {self._received:,}")
            raise self._error
        return message


def read_cookies(headers: Headers) -> dict[str, str]:
    """The cookies of a request; none if they cannot be read."""
    jar: SimpleCookie = SimpleCookie()
    try:
        jar.load("; ".join(headers.getlist("cookie")))
    except CookieError:
        return {}
    return {name: morsel.value for name, morsel in jar.items()}


async def _refuse(error: ImpastoError, scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "http":
        await error_response(error)(scope, receive, send)
        return
    code = CLOSE_REFUSED
    if isinstance(error, AccessError) and not isinstance(error, OriginError):
        # Browsers tell pages of a code only if the connection was open.
        await receive()
        await send({"type": "websocket.accept"})
        code = CLOSE_NO_KEY
    await send({"type": "websocket.close", "code": code, "reason": str(error)[:100]})


async def _redirect_home(scope: Scope, send: Send) -> None:
    documents = _query(scope).get("document", [])
    home = scope["path"] + ("?" + urlencode({"document": documents[0]}) if documents else "")
    headers = [(b"location", home.encode()), (b"content-length", b"0")]
    await send({"type": "http.response.start", "status": 303, "headers": headers})
    await send({"type": "http.response.body", "body": b""})


def _query(scope: Scope) -> dict[str, list[str]]:
    return parse_qs(scope.get("query_string", b"").decode("latin-1"))


def _key(headers: Headers) -> str | None:
    kind, _, key = headers.get("authorization", "").partition(" ")
    return key.strip() if kind.lower() == "bearer" else None


def _cookie(name: str, value: str) -> str:
    return f"{name}={value}; Path=/; Max-Age={COOKIE_AGE_S}; HttpOnly; SameSite=Strict"


def _too_large(limit: int, got: object) -> UploadSizeError:
    return UploadSizeError(f"expected at most {limit:,} bytes, got {got}; send less at a time.")
