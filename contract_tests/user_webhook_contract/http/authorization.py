"""The Authorization header that a credential stands for, with the tokens of a run."""

from __future__ import annotations

import base64
import json
import re
import time
from functools import cache
from typing import Final

from user_webhook_contract.http.request import Credential

_PARTS_OF_A_JWT: Final = 3
_SEPARATORS: Final = re.compile(r"[-_.]")
_UNKNOWN_TOKENS: Final = ("an-unknown-token", "another-unknown-token", "a-third-unknown-token")


@cache  # a run asks for the same few headers with each request
def authorization(credential: Credential, token: str, forbidden_token: str) -> str | None:
    """Return the header, or None if *credential* has none."""
    template: str | None = credential.value
    if template is None:
        return None
    unknown = unknown_token(token, forbidden_token)
    return template.format(valid=token, forbidden=forbidden_token, unknown=unknown, **forms(token))


def forms(token: str) -> dict[str, str]:
    """Return what near misses make of *token*, by the names that the templates of credentials have for it."""
    kept = len(token) * 3 // 4
    end = len(token) - kept
    return {
        "shortened": token[: max(kept, 1)],
        "swapped": token.swapcase(),
        "altered": token[:kept] + ("1" if token.endswith("0" * end) else "0") * end,
        "altered_start": ("1" if token.startswith("0") else "0") + token[1:],
        "reversed": token[::-1],
        "without_first": token[1:],
        "without_last": token[:-1],
        "first": token[:1],
        "encoded": base64.b64encode(token.encode()).decode(),
        "escaped": "".join(f"%{one:02X}" for one in token.encode()),
        "hexadecimal": token.encode().hex(),
        "joined": _SEPARATORS.sub("", token),
        "underscored": token.replace("-", "_"),
        "last_part": _SEPARATORS.split(token)[-1],
        "first_part": _SEPARATORS.split(token)[0],
        "as_user": base64.b64encode(f"{token}:".encode()).decode(),
        "as_password": base64.b64encode(f"user:{token}".encode()).decode(),
        "rotated": token[1:] + token[:1],
    }


def unknown_token(token: str, forbidden_token: str) -> str:
    """Return a token that is neither of the two."""
    return next(one for one in _UNKNOWN_TOKENS if one not in {token, forbidden_token})


def is_itself(credential: Credential, token: str, forbidden_token: str) -> bool:
    """Return whether *credential* is what its name says: a wrong one may happen to be a right one.

    A token of digits is the same in the other case, one of a single character cannot be shortened, and one that has
    expired is unknown, whatever its scope.
    """
    if credential is Credential.FORBIDDEN:
        return bool(forbidden_token) and not has_expired(forbidden_token)
    right = (Credential.VALID, Credential.FORBIDDEN)
    headers = {authorization(one, token, forbidden_token) for one in right}
    return credential is Credential.VALID or authorization(credential, token, forbidden_token) not in headers


def has_expired(token: str) -> bool:
    """Return whether *token* is a JWT that says that its time is over."""
    parts = token.split(".")
    if len(parts) != _PARTS_OF_A_JWT:
        return False
    try:
        claims = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except (ValueError, RecursionError):
        return False
    expiry = claims.get("exp") if isinstance(claims, dict) else None
    return isinstance(expiry, int | float) and expiry < time.time()
