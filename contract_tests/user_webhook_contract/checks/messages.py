"""The messages of a 400: which of the documented ones, and in which order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from user_webhook_api.rules import Rule, body_properties
from user_webhook_contract.checks.finding import Finding, broken, kept, show
from user_webhook_contract.checks.history import ALL, FIRST, FIRST_PER_PROPERTY, History
from user_webhook_contract.judge.body import EVENTS_ARE_REQUIRED, requirement_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from user_webhook_contract.judge.judgement import Judgement

MESSAGES_ARE_IN_ORDER: Final = "R-211"

MAX_SHOWN: Final = 900
"""Characters of messages that a report shows: enough for all the documented ones."""

_MODES: Final = {ALL: "all violated rules", FIRST_PER_PROPERTY: "the first of each property", FIRST: "the first only"}


def check_messages(messages: list[str], judgement: Judgement, history: History) -> list[Finding]:
    """Return which requirements *messages* keep and break; *history* learns how the target names violated rules."""
    rules = {rule.message: rule for known in body_properties() for rule in known.rules}
    named = [rules[text] for text in messages if text in rules]
    foreign = [text for text in messages if text not in rules]
    received = show(messages, MAX_SHOWN)

    accused = [rule for rule in named if rule not in (*judgement.violated, *judgement.possible)]
    positions = [list(rules.values()).index(rule) for rule in named]
    if accused or positions != sorted(set(positions)):
        wrong = {"not expected": _messages(accused), "out of order": [] if accused else _messages(named)}
        return [broken(MESSAGES_ARE_IN_ORDER, received, _documented(judgement, wrong))]

    hit = [rule for rule in judgement.violated if rule in named]
    missing = [rule for rule in judgement.violated if rule not in named]
    is_second = bool(judgement.open_points) and bool(foreign or set(named) - set(hit))
    left = history.message_modes & possible_modes(hit, judgement, is_second=is_second)
    unrelated = [text for text in foreign if not judgement.open_points and not _is_about(text, judgement)]
    if unrelated or not left:
        sent = judgement.body or {}
        absent = [EVENTS_ARE_REQUIRED] if any(sent.get(rule.subject) is None for rule in missing) else []
        names = [*absent, *(requirement_of(rule) for rule in missing), MESSAGES_ARE_IN_ORDER]
        wrong = {"missing": _messages(missing), "not expected": unrelated}
        if not missing and not unrelated:
            wrong = {"until now": [text for mode, text in _MODES.items() if mode in history.message_modes]}
        return [broken(name, received, _documented(judgement, wrong)) for name in dict.fromkeys(names)]
    history.message_modes = left
    return [kept(requirement_of(rule)) for rule in hit] + [kept(MESSAGES_ARE_IN_ORDER)]


def possible_modes(hit: list[Rule], judgement: Judgement, *, is_second: bool) -> frozenset[str]:
    """Return the ways of naming violated rules that would name just *hit*.

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


def _messages(rules: Sequence[Rule]) -> list[str]:
    return [rule.message for rule in rules]


def _documented(judgement: Judgement, wrong: dict[str, list[str]]) -> str:
    """Return what is *wrong* with the messages, by its name, and the documented ones."""
    parts = [f"{name}: {show(texts, MAX_SHOWN)}" for name, texts in wrong.items() if texts]
    alternative = ", or only the first of them" if len(judgement.violated) > 1 else ""
    return "; ".join([*parts, f"documented: {show(_messages(judgement.violated), MAX_SHOWN)}{alternative}"])


def _is_about(text: str, judgement: Judgement) -> bool:
    """Return whether a message of the target's own is about a property that violates rules: it may have its own rules."""
    return any(rule.subject in text for rule in judgement.violated)
