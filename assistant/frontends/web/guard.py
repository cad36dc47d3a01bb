"""Lets only the author's own browser in: token, cookie, Host and Origin are checked on every request."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import parse_qs

_Scope = MutableMapping[str, Any]
_Receive = Callable[[], Awaitable[_Scope]]
_Send = Callable[[_Scope], Awaitable[None]]
_App = Callable[[_Scope, _Receive, _Send], Awaitable[None]]

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
)
_HEADERS = (
    (b"content-security-policy", POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),  # with none at all, forms of ours would have no origin
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"cache-control", b"no-store"),
)


class Guard:
    """Stands before an application; what it turns away never reaches it."""

    def __init__(self, app: _App | None = None, *, port: int, home: str = "/") -> None:
        """Guard `app`, which is served on that port of 127.0.0.1; the address leads to its page `home`."""
        self.app, self.home = app, home
        self.host = f"127.0.0.1:{port}"
        self.token = secrets.token_urlsafe(32)
        """Opens the pages once; empty when it was used."""
        self.name = f"assistant-{port}"
        self._secret = secrets.token_urlsafe(32)

    def address(self) -> str:
        """Return the address that opens the pages, once."""
        return f"http://{self.host}/enter?token={self.token}"

    async def __call__(self, scope: _Scope, receive: _Receive, send: _Send) -> None:
        """Answer a request or turn it away."""
        if scope["type"] != "http":
            return
        headers = {}
        for name, value in scope["headers"]:
            # Two Host or Origin lines are nobody's honest request.
            headers[name] = "" if name in headers and name != b"cookie" else value.decode("latin-1")

        async def answer(message: _Scope) -> None:
            if message["type"] == "http.response.start":
                names = {name for name, _ in message["headers"]}
                added = [(name, value) for name, value in _HEADERS if name not in names]
                message = {**message, "headers": [*message["headers"], *added]}
            await send(message)

        reason = self._objection(scope, headers)
        if reason:
            await _reply(answer, 403, reason)
        elif scope["path"] == "/enter":
            await self._enter(scope, answer)
        elif not self._is_known(headers.get(b"cookie", "")):
            await _reply(answer, 403, "This page opens once, in one browser. Run assistant open again.")
        elif self.app is not None:
            await self.app(scope, receive, answer)

    def _objection(self, scope: _Scope, headers: dict[bytes, str]) -> str:
        """Return why a request can't come from the author's own page, or nothing.

        A site whose name is made to lead to 127.0.0.1 is told by its Host.
        """
        if headers.get(b"host") != self.host:
            return "wrong host"
        origin = headers.get(b"origin")
        is_read = scope["method"] in ("GET", "HEAD")
        if origin != f"http://{self.host}" and not (origin is None and is_read):
            return "wrong origin"
        if headers.get(b"sec-fetch-site", "none") not in ("none", "same-origin"):
            return "asked for by another page"
        return ""

    async def _enter(self, scope: _Scope, send: _Send) -> None:
        """Give the cookie to whoever comes first with the token."""
        token = parse_qs(scope["query_string"].decode("latin-1")).get("token", [""])[0]
        if not self.token or not secrets.compare_digest(token.encode(), self.token.encode()):
            await _reply(send, 403, "This address was used already or is wrong. Run assistant open again.")
            return
        self.token = ""
        cookie = f"{self.name}={self._secret}; HttpOnly; SameSite=Strict; Path=/"
        await _reply(send, 303, "", (b"location", self.home.encode()), (b"set-cookie", cookie.encode()))

    def _is_known(self, cookies: str) -> bool:
        # Other programs on 127.0.0.1 set cookies too, and not all of them well-formed.
        pairs = (part.strip().partition("=") for part in cookies.split(";"))
        values = [value for name, _, value in pairs if name == self.name]
        return any(secrets.compare_digest(value.encode(), self._secret.encode()) for value in values)


async def _reply(send: _Send, status: int, text: str, *headers: tuple[bytes, bytes]) -> None:
    kind = (b"content-type", b"text/plain; charset=utf-8")
    await send({"type": "http.response.start", "status": status, "headers": [kind, *headers]})
    await send({"type": "http.response.body", "body": text.encode()})
