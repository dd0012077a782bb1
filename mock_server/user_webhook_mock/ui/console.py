"""The files of the console as the mock serves them."""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Final

from user_webhook_mock.http.response import Response

if TYPE_CHECKING:
    from user_webhook_mock.config.settings import Settings

FOLDER: Final = Path(__file__).parent / "static"
MEDIA_TYPES: Final = {
    ".html": b"text/html; charset=utf-8",
    ".css": b"text/css; charset=utf-8",
    ".js": b"text/javascript; charset=utf-8",
    ".svg": b"image/svg+xml",
}
POLICY: Final = (
    b"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; "
    b"form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
)
HEADERS: Final = (
    (b"content-security-policy", POLICY),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cache-control", b"no-cache"),
)


def console(settings: Settings) -> dict[str, Response]:
    """Return the files by path. None of them holds a token: the page gets what it shows from the control API."""
    served = {
        f"/console/{file.name}": _read(file) for file in FOLDER.iterdir() if file.suffix in {".css", ".js", ".svg"}
    }
    if settings.serves_control:
        return {"/": _read(FOLDER / "console.html"), **served}
    page = (FOLDER / "off.html").read_text(encoding="utf-8").replace("{reason}", escape(_reason(settings)))
    return {"/": _page(page.encode(), ".html"), **served}


def _read(file: Path) -> Response:
    return _page(file.read_bytes(), file.suffix)


def _page(content: bytes, suffix: str) -> Response:
    return Response(200, content, MEDIA_TYPES[suffix], HEADERS)


def _reason(settings: Settings) -> str:
    if settings.workers > 1:
        return f"The mock runs {settings.workers} workers, which share only the webhooks: start it with --workers 1."
    if settings.has_control:
        return f"Other machines can reach the mock on {settings.host}: start it with --control-token, or on 127.0.0.1."
    return "The mock was started with --no-control: start it without that."
