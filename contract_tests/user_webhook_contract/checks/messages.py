"""The messages of a 400: which of the documented sentences, and in which order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from user_webhook_api.rules import Rule, body_properties
from user_webhook_contract.checks.finding import Finding, broken, kept, show
from user_webhook_contract.checks.history import ALL, FIRST, FIRST_PER_PROPERTY, History
from user_webhook_contract.judge.body import EVENTS_ARE_REQUIRED, requirement_of

if TYPE_CHECKING:
    from user_webhook_contract.judge.judgement import Judgement

MESSAGES_ARE_IN_ORDER: Final = "R-211"

MAX_SHOWN: Final = 900
"""Characters of messages that a report shows: enough for all the documented ones."""


def check_messages(messages: list[str], judgement: Judgement, history: History) -> list[Finding]:
    """Return what *messages* tell of the rules that the request breaks; *history* learns the target's manner."""
    sentences = {rule.message: rule for known in body_properties() for rule in known.rules}
    named = [sentences[text] for text in messages if text in sentences]
    foreign = [text for text in messages if text not in sentences]
    documented = " or its first: " + show([rule.message for rule in judgement.violated], MAX_SHOWN)
    documented = ("all of" + documented) if len(judgement.violated) > 1 else show([judgement.violated[0].message])
    received = show(messages, MAX_SHOWN)

    accused = [rule for rule in named if rule not in (*judgement.violated, *judgement.possible)]
    positions = [list(sentences.values()).index(rule) for rule in named]
    if accused or positions != sorted(set(positions)):
        return [broken(MESSAGES_ARE_IN_ORDER, received, documented)]

    hit = [rule for rule in judgement.violated if rule in named]
    missing = [rule for rule in judgement.violated if rule not in named]
    is_second = bool(judgement.open_points) and bool(foreign or set(named) - set(hit))
    left = history.message_modes & possible_modes(hit, judgement, is_second=is_second)
    is_unrelated = not judgement.open_points and not all(_is_about(text, judgement) for text in foreign)
    if is_unrelated or not left:
        sent = judgement.body or {}
        absent = [EVENTS_ARE_REQUIRED] if any(sent.get(rule.subject) is None for rule in missing) else []
        names = [*absent, *(requirement_of(rule) for rule in missing), MESSAGES_ARE_IN_ORDER]
        return [broken(name, received, documented) for name in dict.fromkeys(names)]
    history.message_modes = left
    return [kept(requirement_of(rule)) for rule in hit] + [kept(MESSAGES_ARE_IN_ORDER)]


def possible_modes(hit: list[Rule], judgement: Judgement, *, is_second: bool) -> frozenset[str]:
    """Return the ways of naming broken rules that would name just *hit*.

    With *is_second*, a message on what the documents leave open came with them, or instead of the first.
    """
    properties = [rule.subject for rule in judgement.violated]
    named = [rule.subject for rule in hit]
    found = set()
    if hit == list(judgement.violated):
        found.add(ALL)
    if len(named) == len(set(named)) and (set(named) == set(properties)):
        found.add(FIRST_PER_PROPERTY)
    if len(hit) == 1 or (is_second and not hit):
        found.add(FIRST)
    return frozenset(found)


def _is_about(text: str, judgement: Judgement) -> bool:
    """Return whether a sentence of the target's own is about a property that breaks rules: it may have rules of its own."""
    return any(rule.subject in text for rule in judgement.violated)
