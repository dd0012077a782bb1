"""Secrets that are planted, and the search for them in every byte that is written."""

from __future__ import annotations

import base64
import html
import json
import urllib.parse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def forms(secret: str) -> set[bytes]:
    """Return the ways in which *secret* might be written."""
    escaped = json.dumps(secret)[1:-1]
    quoted = urllib.parse.quote(secret, safe="", errors="replace")
    raw = secret.encode(errors="surrogatepass")
    texts = (secret, escaped, json.dumps(escaped)[1:-1], quoted, html.escape(secret), secret[::-1], secret.swapcase())
    return {form.encode(errors="surrogatepass") for form in texts} | {raw.hex().encode(), *in_base64(raw)}


def in_base64(raw: bytes) -> set[bytes]:
    """Return what is always the same where *raw* stands in something that is written in Base64."""
    found = {base64.b64encode(b"\0" * before + raw).rstrip(b"=")[(0, 2, 3)[before] : -1] for before in range(3)}
    return {form for form in found if len(form) >= 8}


def leaks(text: bytes, secrets: Iterable[str]) -> list[str]:
    """Return those of *secrets* that *text* holds in some form."""
    assert b"\x1f\x8b\x08" not in text, "it holds something compressed, which is not searched"
    # rich folds long lines: what is cut in two is whole without the blanks.
    joined = b"".join(text.split())
    return sorted(one for one in secrets if any(form in text or form in joined for form in forms(one)))
