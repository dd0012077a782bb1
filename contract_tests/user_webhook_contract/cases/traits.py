"""What is special about a valid update: each trait has the requirement that says it is accepted."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlsplit

from user_webhook_contract.cases.operators.value import EVENTS
from user_webhook_contract.checks.response import EVERY_EVENT, EVERY_HTTPS_URL, ONE_OR_TWO_SECRETS, SEVERAL_EVENTS
from user_webhook_contract.http.request import JSON_MEDIA_TYPE, Request

URL_IS_OPTIONAL: Final = "R-221"
SECRETS_ARE_OPTIONAL: Final = "R-224"
CHARSET_PARAMETER: Final = "R-227"
SAME_UPDATE_AGAIN: Final = "R-308"

PROPERTIES: Final = {
    URL_IS_OPTIONAL: "url",
    EVERY_HTTPS_URL: "url",
    EVERY_EVENT: "events",
    SEVERAL_EVENTS: "events",
    SECRETS_ARE_OPTIONAL: "secrets",
    ONE_OR_TWO_SECRETS: "secrets",
}
"""The property that each requirement is about."""

LONG: Final = 255
LONGER: Final = 1000
_LONG_HOST: Final = 100
_DEFAULT_PORT: Final = 443
_FIRST_FREE_PORT: Final = 1024
_HIGH_PORT: Final = 32_767
_ALL_EVENTS: Final = 5
_PAIR: Final = 2


def traits(request: Request, body: dict[str, Any]) -> dict[str, str]:
    """Return the traits of a valid update with *body*, each with its requirement."""
    found = dict.fromkeys(url_traits(body["url"]), EVERY_HTTPS_URL) if "url" in body else {"no url": URL_IS_OPTIONAL}
    events = body["events"]
    if len(events) == 1:
        found[f"the event {events[0]}"] = EVERY_EVENT
    else:
        found["several events"] = SEVERAL_EVENTS
        if "all" in events:
            found["all among other events"] = SEVERAL_EVENTS
            found[f"all {'before' if events[0] == 'all' else 'behind'} other events"] = SEVERAL_EVENTS
        if events != [event for event in EVENTS if event in events]:
            found["events in another order"] = SEVERAL_EVENTS
        if len(events) == _ALL_EVENTS:
            found["all five events"] = SEVERAL_EVENTS
        elif len(events) > _PAIR:
            found["more than two events"] = SEVERAL_EVENTS
    secrets = body.get("secrets")
    if secrets is None:
        found["no secrets"] = SECRETS_ARE_OPTIONAL
    else:
        found["two secrets" if len(secrets) == _PAIR else "one secret"] = ONE_OR_TWO_SECRETS
        found |= {trait: ONE_OR_TWO_SECRETS for secret in secrets for trait in _secret_traits(secret)}
    if request.media_type != JSON_MEDIA_TYPE:
        # A target may take one spelling and refuse another.
        found[f"a charset parameter: {request.media_type}"] = CHARSET_PARAMETER
    return found


def _secret_traits(secret: str) -> list[str]:
    if secret.isdigit():
        return ["a secret of digits"]
    return [] if secret.isalnum() else ["a secret with punctuation"]


def url_traits(url: str) -> list[str]:
    """Return what is special about a legal *url*."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    path = parts.path
    tests = {
        "a url": True,
        "a scheme in capitals": url.startswith("HTTPS"),
        "a capital in the scheme": not url.startswith(("https", "HTTPS")),
        "an upper-case host": host not in url,
        "a punycode host": "xn--" in host,
        "a host with a hyphen": "-" in host.replace("xn--", ""),
        "a host with many labels": host.count(".") > _PAIR,
        "a host with digits first": host[:1].isdigit(),
        "a host of two labels": host.count(".") == 1,
        "a long top-level domain": len(host.rpartition(".")[2]) > len("museum"),
        "a port": parts.port not in {None, _DEFAULT_PORT},
        "the default port": parts.port == _DEFAULT_PORT,
        "a port below 1024": parts.port is not None and parts.port < _FIRST_FREE_PORT and parts.port != _DEFAULT_PORT,
        "a high port": (parts.port or 0) > _HIGH_PORT,
        "a port without a path": parts.port is not None and not path,
        "a label of one letter": any(len(label) == 1 and label.isalpha() for label in host.split(".")),
        "a label of digits": any(label.isdigit() for label in host.split(".")),
        f"a host over {_LONG_HOST} characters": len(host) > _LONG_HOST,
        "no path": not path,
        "two slashes in a row": "//" in path,
        "a path of many segments": path.count("/") > _ALL_EVENTS,
        "a percent-encoded path": "%" in path,
        "a path with punctuation": any(character in path for character in "~!$&'()*+,;=:@"),
        "a query": bool(parts.query),
        "a query without an equals sign": bool(parts.query) and "=" not in parts.query,
        "an escape in the query": "%" in parts.query,
        f"a query over {_LONG_HOST} characters": len(parts.query) > _LONG_HOST,
        "a url in the query": "://" in parts.query,
        "a fragment": bool(parts.fragment),
        f"a url over {LONG} characters": LONG < len(url) <= LONGER,
        f"a url over {LONGER} characters": len(url) > LONGER,
    }
    return [trait for trait, applies in tests.items() if applies]
