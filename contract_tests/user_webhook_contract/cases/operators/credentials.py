"""Credentials: near misses of scheme and token."""

from __future__ import annotations

from typing import Final

from user_webhook_contract.http.request import Credential

OPEN: Final = (Credential.DOUBLED, Credential.LOWER_SCHEME)
"""Accepted or not, as the target chooses."""

NEAR_MISSES: Final = tuple(
    one
    for one in Credential
    if one not in {*OPEN, Credential.VALID, Credential.FORBIDDEN, Credential.ABSENT, Credential.UNKNOWN}
)
"""What a careless comparison takes for the valid one."""
