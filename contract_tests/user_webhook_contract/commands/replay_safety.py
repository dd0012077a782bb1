"""Whether a request of a report holds nothing but what the suite makes up: a report may come from anybody."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote

from user_webhook_contract.cases.operators import bodies, events, urls
from user_webhook_contract.cases.reserved_urls import is_reserved

if TYPE_CHECKING:
    from collections.abc import Iterator

PLACEHOLDER: Final = "<secret of "
"""The beginning of what a report has in place of a secret."""

WHOLE_PLACEHOLDER: Final = re.compile(PLACEHOLDER + "[0-9]{1,9} characters>")

_OWN_SECRETS: Final = frozenset(
    [
        "1234567890123456",
        *re.findall(
            r'"([^"]*(?:secret|text)[^"]*)"', " ".join(one.value.decode(errors="replace") for one in bodies.odd())
        ),
    ]
)
"""Secrets that every run sends as they are."""

_OWN_WORDS: Final = frozenset({"null", *" ".join(_OWN_SECRETS).split()})

_MARK: Final = r"Run-[0-9a-f]{8}-[0-9]{1,9}"
_PLACES: Final = {urls.HOST: "hooks.example.com", urls.OWN: rf"(?:{_MARK}|{urls.STEADY})", "{fill}": "f{0,2000}"}

_URL: Final = re.compile(r"(?:(?:https?|wss?|ftp)[a-z]{0,9}:?[/\\]*|[/\\]{2,})([^/\\?#\"'`,}\]]*)", re.IGNORECASE)
"""Where text other than JSON may name a host."""

_SECRETS: Final = re.compile(r"secrets[\"'`\\]*\s*[:=]\s*([^\]}&]*)", re.IGNORECASE)
_ESCAPE: Final = re.compile(r"\\u([0-9a-fA-F]{4})")
_CONTROLS: Final = re.compile(r"[\x00-\x20\x7f]")


@cache
def _own_urls() -> re.Pattern[str]:
    """Return what matches the urls that every run sends, whatever host parsers may find in them."""
    walked = [one.value for one in (*urls.near_misses(), *urls.LEGAL, *urls.open_forms())]
    patterns = [re.escape(one) for one in walked]
    for place, pattern in _PLACES.items():
        patterns = [one.replace(re.escape(place), pattern) for one in patterns]
    return re.compile(rf"(?:{'|'.join(patterns)})(?:-{_MARK})?")


@cache
def _own_texts() -> frozenset[str]:
    """Return the names of properties and the events that every run sends."""
    found = {text for one in (*events.types(), *events.near_misses()) for text, _ in _strings(one.value, "")}
    for one in bodies.odd():
        with suppress(ValueError):
            found |= {text for text, _ in _strings(json.loads(one.value, object_pairs_hook=_Pairs), "")}
    for one in bodies.identities():
        found |= {text for text, _ in _strings(json.loads(json.dumps(one.value), object_pairs_hook=_Pairs), "")}
    return frozenset(found)


def stranger_in(body: bytes, url_host: str) -> str:
    """Return what *body* holds that no run would send, as half a sentence; empty if there is nothing of the kind.

    That is a url of a host that is neither reserved nor *url_host*, or a secret that was made up elsewhere.
    """
    try:
        pairs = json.loads(body, object_pairs_hook=_Pairs)
    except (ValueError, RecursionError):
        return _stranger_in_text(body, url_host)
    for value, name in _strings(pairs, ""):
        if name == "secrets" and not _is_own_secret(value):
            return "its secrets are not the suite's own"
        may_be_url = "//" in value or ":" in value or "\\" in value
        is_url = name == "url" or (may_be_url and value not in _own_texts())
        if is_url and not _is_own_url(value, url_host):
            return "its url is not one that the suite makes up"
    return ""


class _Pairs(list[tuple[str, Any]]):
    """The members of an object, those of the same name, too."""


def _strings(value: Any, name: str) -> Iterator[tuple[str, str]]:  # noqa: ANN401  JSON
    """Yield each text in *value*, with the name under which it stands."""
    left = [(value, name)]
    while left:
        one, under = left.pop()
        if isinstance(one, _Pairs):
            for key, inner in one:
                yield key, ""
                left.append((inner, under if under == "secrets" else key.strip().lower()))
        elif isinstance(one, list):
            left.extend((inner, under) for inner in one)
        elif isinstance(one, str):
            yield one, under


def _is_own_secret(text: str) -> bool:
    return not text or text in _OWN_SECRETS or WHOLE_PLACEHOLDER.fullmatch(text) is not None


def _is_own_url(url: str, url_host: str) -> bool:
    if url_host:
        url = re.sub(rf"(?<![\w.-]){re.escape(url_host)}(?![\w.-])", "hooks.example.com", url, flags=re.IGNORECASE)
    if url.startswith("{"):
        # JSON in a text, as one body of the plan has it.
        return not stranger_in(url.encode(errors="replace"), url_host)
    return is_reserved(url) or _own_urls().fullmatch(url) is not None


def _stranger_in_text(body: bytes, url_host: str) -> str:
    for text in _readings(body):
        for found in _URL.finditer(_CONTROLS.sub("", text)):
            if not _is_own_url(f"https://{found[1]}", url_host):
                return "it names a host that the suite does not make up"
        for found in _SECRETS.finditer(WHOLE_PLACEHOLDER.sub("", text)):
            rest = re.sub(r"[\s\[\]{}\"'`,\\]", " ", found[1]).strip()
            if not _OWN_WORDS.issuperset(rest.split()):
                return "its secrets are not the suite's own"
    return ""


def _readings(body: bytes) -> set[str]:
    """Return *body* as different readers may understand it."""
    texts = {body.decode(errors="replace")}
    if b"\0" in body:
        texts |= {body.decode(one, errors="replace") for one in ("utf-16", "utf-16-be", "utf-16-le", "utf-32")}
    texts |= {unquote(one.replace("+", " ")) for one in texts}
    texts |= {_ESCAPE.sub(lambda found: chr(int(found[1], 16)), one).replace("\\/", "/") for one in texts}
    return texts
