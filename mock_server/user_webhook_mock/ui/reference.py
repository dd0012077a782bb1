"""The pages beside the API: its rendered reference, the document and the health check."""

from __future__ import annotations

from typing import Final

import orjson
from swagger_ui_bundle import swagger_ui_path

from user_webhook_api.named_document import named_document, named_document_3_1
from user_webhook_mock.http.response import Response

PAGE: Final = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>{title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="/docs/swagger-ui.css">
<link rel="stylesheet" href="/console/reference.css">
<link rel="icon" type="image/png" href="/docs/favicon-32x32.png">
</head>
<body>
<nav class="places" aria-label="Pages of the mock">
<ul>
{links}</ul>
</nav>
<div id="reference" data-url="{url}"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/reference.js"></script>
</body>
</html>
"""

PLACES: Final = (
    ("/", "Console", ""),
    ("/docs", "API reference", "/openapi.json"),
    ("/__mock__/docs", "Control API", "/__mock__/openapi.json"),
)
"""The pages of the mock: path, name, and the document that a reference renders."""

SCRIPT: Final = b"""\
const { url } = document.getElementById("reference").dataset;
SwaggerUIBundle({ url, dom_id: "#reference", docExpansion: "full", validatorUrl: null });
"""

POLICY: Final = (
    b"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; "
    b"form-action 'none'; frame-ancestors 'none'"
)
HEADERS: Final = (
    (b"content-security-policy", POLICY),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
)

FILES: Final = {
    "swagger-ui.css": b"text/css; charset=utf-8",
    "swagger-ui-bundle.js": b"text/javascript; charset=utf-8",
    "favicon-32x32.png": b"image/png",
}


def page(title: str, url: str) -> str:
    """Return the page that renders the document at *url*."""
    current = ' aria-current="page"'
    links = "".join(
        f'<li><a href="{path}"{current if document == url else ""}>{name}</a></li>\n' for path, name, document in PLACES
    )
    return PAGE.format(title=title, url=url, links=links)


def pages() -> dict[str, Response]:
    """Return what is served beside the API, by path."""
    document, document_3_1 = (
        {**form(), "servers": [{"url": "/", "description": "This mock"}]}
        for form in (named_document, named_document_3_1)
    )
    files = {
        f"/docs/{name}": Response(200, (swagger_ui_path / name).read_bytes(), media_type, HEADERS)
        for name, media_type in FILES.items()
    }
    content = page(document["info"]["title"], "/openapi.json").encode()
    return {
        "/docs": Response(200, content, b"text/html; charset=utf-8", HEADERS),
        "/docs/reference.js": Response(200, SCRIPT, b"text/javascript; charset=utf-8", HEADERS),
        "/openapi.json": Response(200, orjson.dumps(document), headers=HEADERS),
        "/openapi-3.1.json": Response(200, orjson.dumps(document_3_1), headers=HEADERS),
        "/health": Response(200, b'{"status":"ok"}', headers=HEADERS),
        **files,
    }
