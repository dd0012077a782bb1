"""What is special about a valid update: each feature names the requirement that says it is accepted."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlsplit

from user_webhook_contract.cases.values import EVENTS
from user_webhook_contract.http.request import JSON_MEDIA_TYPE, Request

LONG: Final = 255
LONGER: Final = 1000
_DEFAULT_PORT: Final = 443
_ALL_EVENTS: Final = 5
_PAIR: Final = 2


def traits(request: Request, body: dict[str, Any]) -> dict[str, str]:
    """Return the features of a valid update with *body*, each with the id of its requirement."""
    found = dict.fromkeys(url_traits(body["url"]), "R-226") if "url" in body else {"no url": "R-221"}
    events = body["events"]
    if len(events) == 1:
        found[f"the event {events[0]}"] = "R-222"
    else:
        found["several events"] = "R-223"
        if "all" in events:
            found["all among other events"] = "R-223"
        if events != [event for event in EVENTS if event in events]:
            found["events in another order"] = "R-223"
        if len(events) == _ALL_EVENTS:
            found["all five events"] = "R-223"
        elif len(events) > _PAIR:
            found["more than two events"] = "R-223"
    secrets = body.get("secrets")
    if secrets is None:
        found["no secrets"] = "R-224"
    else:
        found["two secrets" if len(secrets) == _PAIR else "one secret"] = "R-225"
    if request.media_type != JSON_MEDIA_TYPE:
        found["a charset parameter"] = "R-227"
    return found


def url_traits(url: str) -> list[str]:
    """Return what is special about a legal *url*."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    path = parts.path
    tests = {
        "a url": True,
        "an upper-case scheme": not url.startswith("https"),
        "an upper-case host": host not in url,
        "a punycode host": "xn--" in host,
        "a host with a hyphen": "-" in host.replace("xn--", ""),
        "a host with many labels": host.count(".") > _PAIR,
        "a host with digits first": host[:1].isdigit(),
        "a host of two labels": host.count(".") == 1,
        "a long top-level domain": len(host.rpartition(".")[2]) > len("museum"),
        "a port": parts.port not in {None, _DEFAULT_PORT},
        "the default port": parts.port == _DEFAULT_PORT,
        "no path": not path,
        "a path of many segments": path.count("/") > _ALL_EVENTS,
        "a percent-encoded path": "%" in path,
        "a path with punctuation": any(character in path for character in "~!$&'()*+,;=:@"),
        "a query": bool(parts.query),
        "a url in the query": "://" in parts.query,
        "a fragment": bool(parts.fragment),
        f"a url over {LONG} characters": LONG < len(url) <= LONGER,
        f"a url over {LONGER} characters": len(url) > LONGER,
    }
    return [trait for trait, applies in tests.items() if applies]
