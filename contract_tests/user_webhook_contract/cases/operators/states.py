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
    """What valid updates of one webhook have carried, the latest last."""

    urls: list[str] = field(default_factory=list)
    events: list[list[str]] = field(default_factory=list)
    secrets: list[list[str]] = field(default_factory=list, repr=False)

    def add(self, body: dict[str, Any]) -> None:
        """Remember what *body* carries."""
        for name, values in (("url", self.urls), ("events", self.events), ("secrets", self.secrets)):
            if name in body and (not values or values[-1] != body[name]):
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


def _path_in_another_case(url: str | None) -> str | None:
    parts = (url or "").split("/", 3)
    return "/".join([*parts[:3], parts[3].swapcase()]) if len(parts) > 3 and "%" not in parts[3] else None  # noqa: PLR2004


_STATES: Final[dict[str, Make]] = {
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
    "the first url of all": lambda mine, _: {"url": mine.urls[0] if mine.urls else None},
    "the stored url with a fragment": lambda mine, _: {"url": _lengthened(_last(mine.urls), "#part")},
    "the first secrets of all": lambda mine, _: {"secrets": mine.secrets[0] if mine.secrets else None},
    "one of two secrets": lambda mine, _: {"secrets": (_pair(mine) or [])[1:]},
}

STATES: Final = tuple(Value(name, make) for name, make in _STATES.items())
"""Each value makes the properties, of what this webhook and the other one were sent; None where there is nothing."""
