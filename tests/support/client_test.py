"""What a test of a client does with the mock, for many of them at the same time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from support.mock_process import FIRST

if TYPE_CHECKING:
    from support.mock_process import Mock


def differences(mock: Mock, space: str, number: int) -> list[str]:
    """Reset *space* and use each part of it; return what is not as it would be for a test that is alone."""
    named = {"x_mock_space": space}
    update = {"url": f"https://hooks.example.com/{number}", "events": ["all"]}
    mock.control("POST", "/reset", **named)
    mock.control("PATCH", "/choices", {"messages": "first"}, **named)
    mock.control("PUT", "/faults", {"script": ["503:1", "429:1"]}, **named)
    found = {
        "statuses": [mock.patch(update, **named).status for _ in range(3)],
        "error": mock.patch({"events": 1}, **named).content,
        "url": mock.control("GET", f"/webhooks/{FIRST}", **named).body["url"],
        "verified": mock.control("POST", "/verify", {**update, "status": 201, "exactly": 1}, **named).status,
        "requests": len(mock.control("GET", "/journal", **named).body["entries"]),
        "ahead": mock.control("POST", "/clock/advance", {"by": "1h"}, **named).body["ahead_seconds"],
    }
    alone = {
        "statuses": [503, 429, 201],
        "error": b'{"message":["events must contain at least 1 elements"],"error":"Bad Request","statusCode":400}',
        "url": update["url"],
        "verified": 200,
        "requests": 4,
        "ahead": 3600.0,
    }
    return [f"{number}: {part} is {found[part]!r}" for part in alone if found[part] != alone[part]]
