"""The signature of a delivery, for the mock that signs and for the receiver that verifies."""

from __future__ import annotations

import hashlib
import hmac
import re
import time
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

HEADER: Final = "Nursa-Signature"
TOLERANCE: Final = 300.0
LONGEST_HEADER: Final = 4096
TIME: Final = re.compile(r"[0-9]{1,15}", re.ASCII)


class Cause(StrEnum):
    """Why a delivery is refused."""

    MISSING = "missing"
    MALFORMED = "malformed"
    NO_SECRET = "no-secret"  # noqa: S105  a cause, no password
    MISMATCH = "mismatch"
    TOO_OLD = "too-old"
    TOO_NEW = "too-new"


EXPLANATIONS: Final = {
    Cause.MISSING: f"The delivery has no {HEADER} header: refuse it, anybody may have sent it.",
    Cause.MALFORMED: f"The {HEADER} header is not t=<unix seconds>,v1=<hex>[,v1=<hex>]: refuse the delivery.",
    Cause.NO_SECRET: "There is no secret to verify with, or only an empty one: give one or two secrets of the webhook.",
    Cause.MISMATCH: "No v1 of the header fits: verify the body exactly as it came, and compare the secrets.",
    Cause.TOO_OLD: "The delivery was signed longer ago than the tolerance: refuse it, it may be a replay.",
    Cause.TOO_NEW: "The delivery was signed further in the future than the tolerance: set the clock of this machine.",
}


class SignatureError(Exception):
    """A delivery is not to be trusted; ``cause`` says why. The message holds nothing of header, body and secrets."""

    def __init__(self, cause: Cause) -> None:
        super().__init__(EXPLANATIONS[cause])
        self.cause = cause


def sign(body: bytes, secrets: Iterable[str], at: int) -> str:
    """Return the signature header of *body*, with one ``v1`` for each secret.

    Args:
        body: Exactly as sent; JSON that is written anew gives another signature.
        secrets: As stored; used as UTF-8 bytes.
        at: Unix time in seconds.

    Source: provider's public reference, "Webhooks configuration".
    """
    return ",".join([f"t={at}", *(f"v1={_digest(body, secret, str(at))}" for secret in secrets)])


def verify_signature(
    header: str | None,
    body: bytes,
    secrets: Iterable[str],
    tolerance: float | None = TOLERANCE,
    *,
    now: float | None = None,
) -> None:
    """Return if *header* vouches for *body*, and raise if it does not.

    One match is enough, whichever secret it is of, so a receiver that knows the old and the new secret misses
    nothing during a rotation. Empty secrets count as none: anybody can sign with them.

    Args:
        header: The value of ``Nursa-Signature``; None if there is none.
        body: Exactly as received.
        secrets: Those of the webhook; a lone string counts as one secret.
        tolerance: Seconds that the time of the signature may lie before or after now; None for no limit.
        now: Unix time in seconds, by default that of this machine.

    Raises:
        SignatureError: The delivery is not to be trusted.
    """
    keys = [secret for secret in ([secrets] if isinstance(secrets, str) else secrets) if secret]
    if not keys:
        raise SignatureError(Cause.NO_SECRET)
    if not header:
        raise SignatureError(Cause.MISSING)
    at, candidates = _parse(header)
    is_genuine = False
    for key in keys:
        expected = _digest(body, key, at)
        for candidate in candidates:
            # every pair is compared, so the time that it takes tells nobody which one fits
            is_genuine |= hmac.compare_digest(expected, candidate)
    if not is_genuine:
        raise SignatureError(Cause.MISMATCH)
    if tolerance is None:
        return
    age = (time.time() if now is None else now) - int(at)
    if not abs(age) <= tolerance:  # a tolerance that is not a number refuses, too
        raise SignatureError(Cause.TOO_OLD if age > 0 else Cause.TOO_NEW)


def _parse(header: str) -> tuple[str, list[str]]:
    """Return the time as it is written, which is what was signed, and the candidates. Unknown schemes are left out."""
    if len(header) > LONGEST_HEADER or not header.isascii():
        raise SignatureError(Cause.MALFORMED)
    times, candidates = [], []
    for part in header.split(","):
        name, _, value = part.strip().partition("=")
        if name == "t":
            times.append(value)
        elif name == "v1":
            candidates.append(value.lower())
    if len(times) != 1 or not candidates or not TIME.fullmatch(times[0]):
        raise SignatureError(Cause.MALFORMED)
    return times[0], candidates


def _digest(body: bytes, secret: str, at: str) -> str:
    # half of a surrogate pair has no UTF-8 of its own, and must not become an error here
    key = secret.encode("utf-8", "surrogatepass")
    return hmac.new(key, at.encode() + b"." + body, hashlib.sha256).hexdigest()
