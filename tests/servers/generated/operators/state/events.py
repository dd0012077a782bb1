"""Operators that store or show other events than those sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from servers.faulty.literals import EVENTS
from servers.faulty.sequences import patch
from servers.generated.deviation import READ, Deviation, Example, deviation, operator, slug
from servers.generated.reference import Reference

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from servers.faulty.server import Webhook

_FOUR = list(EVENTS[1:])


@operator("events-stored")
def stored() -> Iterator[Deviation]:
    """Store other events than those sent."""

    def storing(
        form: str, what: str, change: Callable[[list[Any], list[Any]], list[Any]], value: list[str]
    ) -> Deviation:
        class Storing(Reference):
            def next_events(self, webhook: Webhook, body: dict[str, Any]) -> Any:
                return change(body["events"], webhook.events)

        example = Example(patch({"events": value}), before=(patch({"events": [EVENTS[1]]}),))
        return deviation(form, f"Stores {what}", "R-105", Storing, example)

    two, five = [EVENTS[2], EVENTS[4]], list(EVENTS)
    for form, what, change, value in (
        ("first-only", "the first event only", lambda sent, _: sent[:1], two),
        ("last-only", "the last event only", lambda sent, _: sent[-1:], two),
        ("without-the-last", "all events but the last", lambda sent, _: sent[:-1] or sent, two),
        ("without-the-first", "all events but the first", lambda sent, _: sent[1:] or sent, two),
        ("at-most-two", "two events at most", lambda sent, _: sent[:2], five),
        ("at-most-four", "four events at most", lambda sent, _: sent[:4], five),
        ("added", "the events beside the stored ones", lambda sent, old: [*dict.fromkeys([*old, *sent])], two),
        ("old", "the events that were stored before", lambda _, old: old, two),
        ("old-for-one", "the stored events if one is sent", lambda sent, old: old if len(sent) == 1 else sent, [EVENTS[3]]),
        ("all-alone", "all alone if it is among others", lambda sent, _: ["all"] if "all" in sent else sent, ["all", EVENTS[2]]),
        ("all-spelt-out", "the four other events for all", lambda sent, _: _FOUR if "all" in sent else sent, ["all"]),
        ("four-as-all", "all for the four other events", lambda sent, _: ["all"] if {*sent} >= {*_FOUR} else sent, _FOUR),
        ("all-dropped", "no all beside others", lambda sent, _: [one for one in sent if one != "all"] or sent, ["all", EVENTS[2]]),
        ("all-added", "all beside others", lambda sent, _: [*dict.fromkeys([*sent, "all"])], two),
    ):  # fmt: skip
        yield storing(form, what, change, value)
    for event in EVENTS:
        other = EVENTS[EVENTS.index(event) - 1]
        change = lambda sent, _, e=event, o=other: [o if one == e else one for one in sent]  # noqa: E731
        yield storing(f"another-for-{slug(event)}", f"another event for {event}", change, [event])


@operator("events-stale")
def stale() -> Iterator[Deviation]:
    """Show the events of an update before."""

    class Late(Reference):
        def reset(self) -> None:
            super().reset()
            self.shown: dict[str, Any] = {}

        def resource(self, webhook: Webhook, body: dict[str, Any]) -> Any:
            late = self.shown.get(webhook.id, webhook.events)
            self.shown[webhook.id] = webhook.events
            return {**super().resource(webhook, body), "events": late}

    example = Example(patch({"events": [EVENTS[1]]}), before=(READ,))
    yield deviation("one-behind", "Shows the events of the update before", "R-105", Late, example)
