"""Steps of the validation that are skipped or done wrongly, everywhere or in one context only."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from servers.faulty import literals
from servers.faulty.sequences import Patch, patch
from servers.faulty.server import Refused, Webhook
from servers.generated.deviation import READ, SECRETS, Deviation, deviation, operator, update
from servers.generated.reference import Reference

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_URL, _STRING, _MINIMUM, _ARRAY, _VALUES, _MAXIMUM, _LIST = literals.MESSAGES
_A, _B = "https://hooks.example.com/a", "https://hooks.example.org/b"
_THREE = [*SECRETS, SECRETS[0][::-1]]
_STORED = update(url=_A)
_FULL = update(url=_B, secrets=list(SECRETS))
_NOBODY, _STRANGER = Patch(READ.body, authorization=None), Patch(READ.body, authorization="Bearer forbidden-token")
_NONSENSE = Patch(READ.body, authorization="Bearer nonsense")
_UNKNOWN = patch({"events": ["all"]}, "00000000-0000-4000-8000-000000000000")
_NO_URL, _NO_EVENT = update(url="http://a.example"), patch({"events": ["nope"]})
_NO_SECRETS = update(secrets=_THREE)


@operator("rule-skipped", in_contexts=True)
def skipped() -> Iterator[Deviation]:
    """Skip a rule of the body."""
    for form, rules, requirements, *examples in (
        ("url", (_URL, _STRING), "R-201 R-202", _NO_URL, update(url=7)),
        ("url-form", (_URL,), "R-201", _NO_URL),
        ("events-minimum", (_MINIMUM,), "R-203", patch({"events": []})),
        ("events-values", (_VALUES,), "R-205", _NO_EVENT),
        ("events", (_MINIMUM, _ARRAY, _VALUES), "R-203 R-204 R-205 R-208", patch({"events": []}), patch({"events": 7})),
        ("secrets-maximum", (_MAXIMUM,), "R-206", _NO_SECRETS),
        ("secrets", (_MAXIMUM, _LIST), "R-206 R-207", _NO_SECRETS, update(secrets=7)),
        ("all", literals.MESSAGES, "R-201 R-203 R-205 R-206", _NO_URL, _NO_EVENT, _NO_SECRETS),
    ):

        class Skipping(Reference):
            def messages(self, body: dict[str, Any], skipped: tuple[str, ...] = rules) -> list[str]:
                return [message for message in super().messages(body) if message not in skipped]

            def next_events(self, webhook: Webhook, body: dict[str, Any]) -> Any:
                return super().next_events(webhook, {**body, "events": body.get("events") or ["all"]})

        yield deviation(form, f"Skips the rules of {form}", f"{requirements} R-211", Skipping, *examples)


@operator("rule-imagined", in_contexts=True)
def imagined() -> Iterator[Deviation]:
    """Refuse what must be accepted."""
    for form, what, is_refused, request in (
        ("everything", "every update", lambda _: True, READ),
        ("url", "every url", lambda body: "url" in body, _STORED),
        ("no-url", "updates without a url", lambda body: "url" not in body, READ),
        ("secrets", "secrets", lambda body: bool(body.get("secrets")), _FULL),
        ("no-secrets", "updates without secrets", lambda body: "secrets" not in body, READ),
        ("several-events", "several events", lambda body: len(body["events"]) > 1, patch({"events": list(literals.EVENTS[1:3])})),
    ):  # fmt: skip

        class Refusing(Reference):
            def store(
                self, webhook: Webhook, body: dict[str, Any], refused: Callable[[Any], bool] = is_refused
            ) -> None:
                if refused(body):
                    raise Refused(400, [_VALUES])
                super().store(webhook, body)

        yield deviation(form, f"Refuses {what}", "R-101 R-221 R-222 R-223 R-224 R-225 R-226 R-308", Refusing, request)


@operator("message-lost", in_contexts=True)
def lost_messages() -> Iterator[Deviation]:
    """Name too few broken rules."""
    everything = patch({"url": 7, "events": 7, "secrets": 7})
    for form, what, change in (
        ("first", "the first broken rule only", lambda found: found[:1]),
        ("last", "the last broken rule only", lambda found: found[-1:]),
        ("url", "nothing on url", lambda found: [one for one in found if one not in {_URL, _STRING}]),
        ("secrets", "nothing on secrets", lambda found: [one for one in found if one not in {_MAXIMUM, _LIST}]),
        ("events", "one rule of events only", lambda found: [one for one in found if one not in {_MINIMUM, _ARRAY}]),
        ("backwards", "the broken rules backwards", lambda found: found[::-1]),
        ("reworded", "the broken rules in other words", lambda found: [one.capitalize() + "." for one in found]),
    ):

        class Naming(Reference):
            def messages(self, body: dict[str, Any], change: Callable[[list[str]], list[str]] = change) -> list[str]:
                found = super().messages(body)
                return change(found) or found

        made = deviation(form, f"Names {what}", "R-211 R-201 R-202 R-204 R-207", Naming, everything, _NO_URL)
        yield replace(made, is_choice=form == "first")
