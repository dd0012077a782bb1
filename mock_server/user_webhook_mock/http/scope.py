"""What the mock adds to the scope of a request, by key."""

from __future__ import annotations

from typing import Final

TRANSPORT: Final = "user_webhook_mock.transport"
"""The connection, as the server left it; a fault may close it."""

BODY_ERROR: Final = "user_webhook_mock.body_error"
"""Why the body ends in the middle, as the server left it: a `ProtocolError`."""

STATE: Final = "user_webhook_mock.state"
"""The `MockState` of the space that the request belongs to."""

UNREAD: Final = "user_webhook_mock.unread"
"""Why the body was not read and counts as an empty object, for the log."""

CONTROL_REFUSAL: Final = "user_webhook_mock.control_refusal"
"""Why a page may not use the control API, for the log."""

CALLER: Final = "user_webhook_mock.caller"
"""Who sent the request, as the security layer found it: a `Caller`."""

OPERATION: Final = "user_webhook_mock.operation"
"""The id of the operation, as the router found it."""

UPDATE: Final = "user_webhook_mock.update"
"""The `Update` that the valid body asks for."""
