"""The statuses that the suite distinguishes."""

from __future__ import annotations

from typing import Final

SWITCHING_PROTOCOLS: Final = 101
OK: Final = 200
CREATED: Final = 201
BAD_REQUEST: Final = 400
UNAUTHORIZED: Final = 401
FORBIDDEN: Final = 403
NOT_FOUND: Final = 404
LENGTH_REQUIRED: Final = 411
PAYLOAD_TOO_LARGE: Final = 413
URI_TOO_LONG: Final = 414
UNSUPPORTED_MEDIA_TYPE: Final = 415
TOO_MANY_REQUESTS: Final = 429
SERVER_ERROR: Final = 500
SUCCESSES: Final = range(200, 300)
REDIRECTS: Final = range(300, 400)

GATEWAY_ERRORS: Final = frozenset({502, 503, 504})
"""What a gateway answers if its API is down."""
