"""Faults that refuse what the documents allow."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from . import literals
from .fault import declare, fault
from .server import Refused, Server, Webhook

if TYPE_CHECKING:
    from collections.abc import Callable

    from .asgi import Request, Response


def refusing_urls(is_refused: Callable[[str], object]) -> type[Server]:
    """Return a server that refuses some https URLs."""

    class RefusingUrls(Server):
        def is_https_url(self, value: object) -> bool:
            return super().is_https_url(value) and not (isinstance(value, str) and is_refused(value))

    return RefusingUrls


def _host(url: str) -> str:
    return urlsplit(url).hostname or ""


def _path(url: str) -> str:
    return urlsplit(url).path


def _authority(url: str) -> str:
    return url[8:].split("/", maxsplit=1)[0].split("?", maxsplit=1)[0].split("#", maxsplit=1)[0]


_URLS: dict[str, tuple[str, Callable[[str], object]]] = {
    "ports": ("with a port", lambda url: ":" in _authority(url)),
    "high-ports": ("with a port above 9999", lambda url: re.search(r":\d{5}", _authority(url))),
    "other-ports-than-443": ("with a port other than 443", lambda url: re.search(r":(?!443$)\d+$", _authority(url))),
    "queries": ("with a query", lambda url: "?" in url),
    "queries-of-two-fields": ("with & in it", lambda url: "&" in url),
    "fragments": ("with a fragment", lambda url: "#" in url),
    "long-urls": ("of more than 255 characters", lambda url: len(url) > 255),
    "urls-over-500": ("of more than 500 characters", lambda url: len(url) > 500),
    "urls-over-1000": ("of more than 1,000 characters", lambda url: len(url) > 1000),
    "urls-over-1024": ("of more than 1,024 characters", lambda url: len(url) > 1024),
    "urls-over-100": ("of more than 100 characters", lambda url: len(url) > 100),
    "punycode": ("with a punycode label", lambda url: "xn--" in url.lower()),
    "capital-schemes": ("with a scheme in capitals", lambda url: url.startswith("HTTPS")),
    "schemes-in-mixed-case": ("with a scheme not in lower case", lambda url: not url.startswith("https://")),
    "capital-hosts": ("with capitals in the host", lambda url: _authority(url) != _authority(url).lower()),
    "capital-paths": ("with capitals in the path", lambda url: _path(url) != _path(url).lower()),
    "deep-paths": ("with more than three path segments", lambda url: _path(url).count("/") > 3),
    "paths": ("with a path", lambda url: len(_path(url)) > 1),
    "missing-paths": ("without a path", lambda url: not _path(url)),
    "last-slashes": ("with a slash at its end", lambda url: url.endswith("/")),
    "percent-encoding": ("with percent-encoding", lambda url: "%" in url),
    "plus-signs": ("with a plus sign", lambda url: "+" in url),
    "tildes": ("with a tilde", lambda url: "~" in url),
    "dots-in-paths": ("with a dot in the path", lambda url: "." in _path(url)),
    "underscores-in-paths": ("with an underscore in the path", lambda url: "_" in _path(url)),
    "hyphens-in-hosts": ("with a hyphen in the host", lambda url: "-" in _host(url)),
    "digits-in-hosts": (
        "with a digit in the host name",
        lambda url: re.search(r"\d", _host(url)) and not re.fullmatch(r"[\d.]+", _host(url)),
    ),
    "subdomains": (
        "with a subdomain",
        lambda url: _host(url).count(".") > 1 and not re.fullmatch(r"[\d.]+", _host(url)),
    ),
    "deep-subdomains": ("with more than four labels", lambda url: _host(url).count(".") > 3),
    "top-level-domains-over-three": (
        "with a top-level domain of more than three letters",
        lambda u: re.search(r"\.[a-z]{4,}$", _host(u)),
    ),
    "top-level-domains-over-four": (
        "with a top-level domain of more than four letters",
        lambda u: re.search(r"\.[a-z]{5,}$", _host(u)),
    ),
    "top-level-domains-over-six": (
        "with a top-level domain of more than six letters",
        lambda u: re.search(r"\.[a-z-]{7,}$", _host(u)),
    ),
    "hosts-outside-com": ("with a top-level domain other than com", lambda url: not _host(url).endswith(".com")),
}

for _name, (_what, _is_refused) in _URLS.items():
    declare(f"refuses-{_name}-in-urls", "R-226", f"Refuses an https url {_what}.", refusing_urls(_is_refused))


def refusing(is_refused: Callable[[dict[str, Any]], object], message: str, status: int = 400) -> type[Server]:
    """Return a server that refuses some valid bodies."""

    class Refusing(Server):
        def check(self, body: Any) -> None:
            super().check(body)
            if is_refused(body):
                raise Refused(status, [message])

    return Refusing


for _event in literals.EVENTS:

    def _is_alone(body: dict[str, Any], event: str = _event) -> object:
        return body["events"] == [event]

    def _is_named(body: dict[str, Any], event: str = _event) -> object:
        return event in body["events"]

    _slug = _event.replace(".", "-")
    declare(f"refuses-{_slug}", "R-222", f"Refuses the event {_event}.", refusing(_is_named, literals.EVENTS_VALUES))
    declare(
        f"refuses-{_slug}-alone",
        "R-222",
        f"Refuses the event {_event} alone.",
        refusing(_is_alone, literals.EVENTS_MINIMUM),
    )


def _is_ordered(events: list[Any]) -> bool:
    return [literals.EVENTS.index(item) for item in events] == sorted(literals.EVENTS.index(item) for item in events)


def _differ(events: list[Any]) -> bool:
    return len(set(events)) == len(events)


_BODIES: dict[str, tuple[str, str, str, Callable[[dict[str, Any]], object]]] = {
    "two-events": (
        "R-223",
        "two events and more",
        literals.EVENTS_VALUES,
        lambda b: len(b["events"]) > 1 and _differ(b["events"]),
    ),
    "three-events": (
        "R-223",
        "three events and more",
        literals.EVENTS_VALUES,
        lambda b: len(b["events"]) > 2 and _differ(b["events"]),
    ),
    "four-events": (
        "R-223",
        "four events and more",
        literals.EVENTS_VALUES,
        lambda b: len(b["events"]) > 3 and _differ(b["events"]),
    ),
    "all-five-events": (
        "R-223",
        "all five events together",
        literals.EVENTS_VALUES,
        lambda b: len(set(b["events"])) == 5,
    ),
    "all-beside-others": (
        "R-223",
        "`all` beside other events",
        literals.EVENTS_VALUES,
        lambda b: "all" in b["events"] and len(set(b["events"])) > 1,
    ),
    "events-out-of-order": (
        "R-223",
        "events in another order than the documents'",
        literals.EVENTS_VALUES,
        lambda b: not _is_ordered(b["events"]),
    ),
    "unsorted-events": (
        "R-223",
        "events that are not in the order of their letters",
        literals.EVENTS_VALUES,
        lambda b: b["events"] != sorted(b["events"]),
    ),
    "accepted-beside-rejected": (
        "R-223",
        "an accepted event beside its rejected one",
        literals.EVENTS_VALUES,
        lambda b: {"facility.creation.accepted", "facility.creation.rejected"} <= set(b["events"]),
    ),
    "missing-urls": ("R-221", "an update without url", literals.URL_STRING, lambda b: "url" not in b),
    "missing-urls-beside-secrets": (
        "R-221",
        "secrets without a url",
        literals.URL_STRING,
        lambda b: "url" not in b and bool(b.get("secrets")),
    ),
    "missing-urls-and-secrets": (
        "R-221",
        "an update of events alone",
        literals.URL_STRING,
        lambda b: "url" not in b and "secrets" not in b,
    ),
    "missing-secrets": ("R-224", "an update without secrets", literals.SECRETS_ARRAY, lambda b: "secrets" not in b),
    "missing-secrets-beside-a-url": (
        "R-224",
        "a url without secrets",
        literals.SECRETS_ARRAY,
        lambda b: "secrets" not in b and "url" in b,
    ),
    "two-secrets": (
        "R-225",
        "two secrets",
        literals.SECRETS_MAXIMUM,
        lambda b: len(b.get("secrets") or []) == 2,
    ),
    "one-secret": ("R-225", "one secret", literals.SECRETS_ARRAY, lambda b: len(b.get("secrets") or []) == 1),
    "secrets-without-url": (
        "R-225",
        "secrets beside an omitted url",
        literals.SECRETS_ARRAY,
        lambda b: bool(b.get("secrets")) and "url" not in b,
    ),
}

for _name, (_requirement, _what, _message, _is_wrong) in _BODIES.items():
    declare(f"refuses-{_name}", _requirement, f"Refuses {_what}.", refusing(_is_wrong, _message))


def reading(is_read: Callable[[str], object]) -> type[Server]:
    """Return a server that takes fewer content types for JSON."""

    class Reading(Server):
        def is_json(self, content_type: str) -> bool:
            return super().is_json(content_type) and bool(is_read(content_type))

    return Reading


declare(
    "refuses-a-charset", "R-227", "Refuses application/json with a charset.", reading(lambda value: ";" not in value)
)
declare(
    "refuses-a-charset-after-a-space",
    "R-227",
    "Refuses a space before the charset of application/json.",
    reading(lambda value: "; " not in value),
)


class Remembering(Server):
    """Remembers the last accepted body of each webhook."""

    def reset(self) -> None:
        super().reset()
        self.last: dict[str, Any] = {}

    def succeed(self, webhook: Webhook, body: dict[str, Any]) -> Response:
        self.last[webhook.id] = body
        return super().succeed(webhook, body)

    def refuse_repeat(self) -> None:
        raise Refused(409, "Nothing changed")

    def is_repeat(self, body: Any, last: Any) -> bool:
        return bool(body == last)

    def perform(self, request: Request) -> Response:
        body = self.read_body(request)
        if (
            request.webhook_id in self.last
            and isinstance(body, dict)
            and self.is_repeat(body, self.last[request.webhook_id])
        ):
            self.refuse_repeat()
        return super().perform(request)


@fault("R-308")
class Answers409ToARepeatedUpdate(Remembering):
    """Answers 409 to an update that is equal to the one before."""


@fault("R-308")
class Answers400ToARepeatedUpdate(Remembering):
    """Answers 400 to an update that is equal to the one before."""

    def refuse_repeat(self) -> None:
        raise Refused(400, ["nothing to change"])


@fault("R-308")
class Answers404ToARepeatedUpdate(Remembering):
    """Answers 404 to an update that is equal to the one before."""

    def refuse_repeat(self) -> None:
        raise Refused(404, literals.WEBHOOK_NOT_FOUND)


@fault("R-308")
class RefusesTheSameUrlAgain(Remembering):
    """Answers 409 to an update that names the stored url again."""

    def is_repeat(self, body: Any, last: Any) -> bool:
        return body.get("url") is not None and body.get("url") == last.get("url")


@fault("R-308")
class RefusesTheSameEventsAgain(Remembering):
    """Answers 409 to an update that names the stored events again."""

    def is_repeat(self, body: Any, last: Any) -> bool:
        return bool(body.get("events") == last.get("events"))


@fault("R-308")
class RefusesTheSameSecretsAgain(Remembering):
    """Answers 409 to an update that names the stored secrets again."""

    def is_repeat(self, body: Any, last: Any) -> bool:
        return bool(body.get("secrets")) and body.get("secrets") == last.get("secrets")


@fault("R-101")
class RefusesAUrlOfAnotherWebhook(Server):
    """Answers 409 to a url that another webhook has."""

    def store(self, webhook: Webhook, body: dict[str, Any]) -> None:
        url = body.get("url")
        if url is not None and any(other.url == url for other in self.webhooks.values() if other is not webhook):
            raise Refused(409, "url is taken")
        super().store(webhook, body)
