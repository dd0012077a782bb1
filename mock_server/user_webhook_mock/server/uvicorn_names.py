"""The names of uvicorn that the mock builds on, and that uvicorn does not promise to keep."""

from __future__ import annotations

from typing import Final

from user_webhook_api.extras import building_on

TRIED: Final = "0.54.0"
"""The latest version that the tests were run with."""

with building_on("uvicorn", TRIED):
    from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

    _ = (HttpToolsProtocol.on_message_begin, HttpToolsProtocol.on_body, RequestResponseCycle.run_asgi)

__all__ = ["STATUS_LINE", "TRIED", "HttpToolsProtocol", "RequestResponseCycle"]
