"""Updates that share something with what a webhook has stored, had stored, or another one has."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from user_webhook_contract.cases.operators.value import EVENTS, Value

if TYPE_CHECKING:
    from collections.abc import Callable

    Make = Callable[["Sent", "Sent"], dict[str, Any]]

_KEPT: Final = 20


@dataclass
class Sent:
    """What accepted updates of one webhook have carried, the latest last."""

    urls: list[str] = field(default_factory=list)
    events: list[list[str]] = field(default_factory=list)
    secrets: list[list[str]] = field(default_factory=list, repr=False)

    def add(self, body: dict[str, Any]) -> None:
        """Remember what *body* carries."""
        for name, values in (("url", self.urls), ("events", self.events), ("secrets", self.secrets)):
            if body.get(name) and (not values or values[-1] != body[name]):
                values.append(body[name])
                del values[:-_KEPT]


def _last(values: list[Any], back: int = 1) -> Any:  # noqa: ANN401  any JSON
    return values[-back] if len(values) >= back else None


def _turned(values: list[Any] | None) -> list[Any] | None:
    return values[::-1] if values else None


def _pair(sent: Sent) -> list[str] | None:
    return next((one for one in reversed(sent.secrets) if len(one) > 1), None)


def _lengthened(url: str | None, end: str) -> str | None:
    return f"{url}{end}" if url and "?" not in url and "#" not in url and not url.endswith("/") else None


def _one_kept(values: list[list[str]]) -> list[str] | None:
    """Return the first of the last secrets, and one that is new behind it."""
    return [values[-1][0], values[-1][0][::-1]] if values else None


def _shortened(url: str | None) -> str | None:
    """Return *url* without its last character, which is none of its host."""
    return url[:-1] if url and url.count("/") > len("///") and url[-2] not in "%/?#" and url[-3] != "%" else None


def _at_another_host(urls: list[str]) -> str | None:
    """Return the last url at the host of one before it, if both are plain enough."""
    split = [url.split("/", 3) for url in urls if url.count("/") > len("//")]
    last = split[-1] if split and split[-1][-1] else None
    hosts = [parts[2] for parts in split if last and parts[2].lower() != last[2].lower()]
    return "/".join(["https:", "", hosts[-1], last[3]]) if last and hosts else None


def _at_another_port(url: str | None) -> str | None:
    parts = (url or "").split("/", 3)
    return "/".join([*parts[:2], f"{parts[2]}:8444", *parts[3:]]) if len(parts) > 3 and ":" not in parts[2] else None  # noqa: PLR2004


def _path_in_another_case(url: str | None) -> str | None:
    parts = (url or "").split("/", 3)
    return "/".join([*parts[:3], parts[3].swapcase()]) if len(parts) > 3 and "%" not in parts[3] else None  # noqa: PLR2004


# The first ones share a request: there is room for a few among a hundred.
_STATES: Final[dict[str, Make]] = {
    "the url of the other webhook, the secrets in the other order": lambda mine, other: {
        "url": _last(other.urls),
        "secrets": _turned(_pair(mine)),
    },
    "a former url, the first of the stored secrets and a new one": lambda mine, _: {
        "url": _last(mine.urls, 2),
        "secrets": _one_kept(mine.secrets),
    },
    "the stored url again, the secrets of the other webhook": lambda mine, other: {
        "url": _last(mine.urls),
        "secrets": _last(other.secrets),
    },
    "the stored url again": lambda mine, _: {"url": _last(mine.urls)},
    "the secrets in the other order": lambda mine, _: {"secrets": _turned(_pair(mine))},
    "a former url": lambda mine, _: {"url": _last(mine.urls, 2)},
    "the url of the other webhook": lambda _, other: {"url": _last(other.urls)},
    "the stored secrets again": lambda mine, _: {"secrets": _last(mine.secrets)},
    "the stored url with a slash behind it": lambda mine, _: {"url": _lengthened(_last(mine.urls), "/")},
    "former secrets": lambda mine, _: {"secrets": _last(mine.secrets, 2)},
    "the secrets of the other webhook": lambda _, other: {"secrets": _last(other.secrets)},
    "the stored events again": lambda mine, _: {"events": _last(mine.events)},
    "the stored url in another case": lambda mine, _: {"url": _path_in_another_case(_last(mine.urls))},
    "the stored url with a query": lambda mine, _: {"url": _lengthened(_last(mine.urls), "?a=1")},
    "the stored events in another order": lambda mine, _: {"events": _turned(_last(mine.events))},
    "the stored events and another": lambda mine, _: {"events": [*EVENTS[2:4], "all"] if mine.events else None},
    "all that the other webhook has": lambda _, other: {
        "url": _last(other.urls),
        "events": _last(other.events),
        "secrets": _last(other.secrets),
    },
    "all that is stored": lambda mine, _: {
        "url": _last(mine.urls),
        "events": _last(mine.events),
        "secrets": _last(mine.secrets),
    },
    "the path of the stored url at another host": lambda mine, _: {"url": _at_another_host(mine.urls)},
    "the stored url without its last character": lambda mine, _: {"url": _shortened(_last(mine.urls))},
    "the first of the stored secrets and a new one": lambda mine, _: {"secrets": _one_kept(mine.secrets)},
    "the stored url at another port": lambda mine, _: {"url": _at_another_port(_last(mine.urls))},
    "a former url and the stored secrets": lambda mine, _: {"url": _last(mine.urls, 3), "secrets": _last(mine.secrets)},
    "the first url of all": lambda mine, _: {"url": mine.urls[0] if mine.urls else None},
    "the stored url with a fragment": lambda mine, _: {"url": _lengthened(_last(mine.urls), "#part")},
    "the first secrets of all": lambda mine, _: {"secrets": mine.secrets[0] if mine.secrets else None},
    "one of two secrets": lambda mine, _: {"secrets": (_pair(mine) or [])[1:]},
}

STATES: Final = tuple(Value(name, make) for name, make in _STATES.items())
"""Each value makes the properties, of what this webhook and the other one were sent; None where there is nothing."""
