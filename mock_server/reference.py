"""The pages beside the API: its rendered reference, the document and the health check."""

from __future__ import annotations

import orjson
from swagger_ui_bundle import swagger_ui_path

from mock_server.answers import Answer
from openapi.bundle import bundle

PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>{title}</title>
<link rel="stylesheet" href="/docs/swagger-ui.css">
<link rel="icon" type="image/png" href="/docs/favicon-32x32.png">
</head>
<body>
<div id="reference"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script>
SwaggerUIBundle({{url: "{url}", dom_id: "#reference", docExpansion: "full", validatorUrl: null}});
</script>
</body>
</html>
"""

FILES = {
    "swagger-ui.css": b"text/css; charset=utf-8",
    "swagger-ui-bundle.js": b"text/javascript; charset=utf-8",
    "favicon-32x32.png": b"image/png",
}


def page(title: str, url: str) -> str:
    """Return the page that renders the document at *url*."""
    return PAGE.format(title=title, url=url)


def pages() -> dict[str, Answer]:
    """Return what is served beside the API, by path."""
    document = {**bundle(), "servers": [{"url": "/", "description": "This mock"}]}
    files = {
        f"/docs/{name}": Answer(200, (swagger_ui_path / name).read_bytes(), media_type)
        for name, media_type in FILES.items()
    }
    return {
        "/docs": Answer(200, page(document["info"]["title"], "/openapi.json").encode(), b"text/html; charset=utf-8"),
        "/openapi.json": Answer(200, orjson.dumps(document)),
        "/health": Answer(200, b'{"status":"ok"}'),
        **files,
    }
