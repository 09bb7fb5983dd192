"""Who may come in, and what a browser is told to allow: in front of every route."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOCAL = frozenset(("localhost", "127.0.0.1", "::1", "testserver"))
POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' blob: data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}
KEYED = ("/v1/", "/metrics")
WRONG_HOST = "这个地址不是本服务的。"
WRONG_ORIGIN = "请求来自别的网页。"
NO_KEY = "需要密钥：请在请求头写 Authorization: Bearer 密钥（ZHENWEN_WEB_KEY）。"


def is_local(host: str) -> bool:
    """Whether only this machine can reach an address."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


@dataclass(frozen=True)
class Guard:
    """Checks Host, Origin and key. A page elsewhere cannot use a browser here: not by its name (Host), nor by a form (Origin)."""

    app: ASGIApp
    key: str
    local: bool

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through or refuse it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        refusal = self._refusal(scope["path"], Headers(scope=scope))

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        await (refusal or self.app)(scope, receive, guarded)

    def _refusal(self, path: str, headers: Headers) -> JSONResponse | None:
        host = headers.get("host", "")
        if self.local and urlsplit(f"//{host}").hostname not in LOCAL:
            return _refused(421, WRONG_HOST)
        origin = headers.get("origin")
        if origin and urlsplit(origin).netloc != host:
            return _refused(403, WRONG_ORIGIN)
        given = headers.get("authorization", "").removeprefix("Bearer ").strip()
        if self.key and path.startswith(KEYED) and not hmac.compare_digest(given.encode(), self.key.encode()):
            return _refused(401, NO_KEY)
        return None


def _refused(status: int, words: str) -> JSONResponse:
    return JSONResponse({"error": {"message": words, "type": "Refused"}}, status)
