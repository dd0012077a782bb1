"""The messages of a 400: which of the documented sentences, and in which order."""

from __future__ import annotations

from typing import Final

from user_webhook_api.rules import Rule, body_properties
from user_webhook_contract.checks.finding import Finding, broken, kept, show
from user_webhook_contract.checks.history import FIRST_MODES, History, MessageMode
from user_webhook_contract.judge.judge import Judgement, requirement_by_value

ORDER: Final = "R-211"

MAX_SHOWN: Final = 900
"""Characters of messages that a report shows: enough for all the documented ones."""


def check_messages(messages: list[str], judgement: Judgement, history: History) -> list[Finding]:
    """Return what *messages* tell of the rules that the request breaks; *history* learns the target's manner."""
    sentences = {rule.message: rule for known in body_properties() for rule in known.rules}
    named = [sentences[text] for text in messages if text in sentences]
    foreign = [text for text in messages if text not in sentences]
    documented = _documented(judgement)

    accused = [rule for rule in named if rule not in (*judgement.violated, *judgement.possible)]
    positions = [list(sentences.values()).index(rule) for rule in named]
    if accused or positions != sorted(set(positions)):
        return [broken(ORDER, show(messages, MAX_SHOWN), documented)]

    hit = [rule for rule in judgement.violated if rule in named]
    body = judgement.body or {}
    is_whole = hit == list(judgement.violated)
    is_second = bool(judgement.open_points) and bool(foreign or set(named) - set(hit))
    left = history.message_modes & possible_modes(hit, judgement, is_second=is_second)
    is_unrelated = not judgement.open_points and not all(_is_about(text, judgement) for text in foreign)
    if is_unrelated or (foreign and not is_second and not left):
        # It is refused, and in the target's own words: what is broken is the wording, not the rule.
        return [broken(ORDER, show(messages, MAX_SHOWN), documented)]
    if not left and not is_whole:
        received = show(messages, MAX_SHOWN)
        names = [requirement_by_value(name, judgement.violated, body) for name in _unnamed(hit, judgement, history)]
        return [broken(name, received, documented) for name in dict.fromkeys(names)]
    history.message_modes = left or history.message_modes
    names = [requirement_by_value(rule.subject, judgement.violated, body) for rule in hit]
    return [*(kept(name) for name in dict.fromkeys(names)), kept(ORDER)]


def possible_modes(hit: list[Rule], judgement: Judgement, *, is_second: bool) -> frozenset[MessageMode]:
    """Return the ways of naming broken rules that would name just *hit*.

    With *is_second*, a message on what the documents leave open came with them, or instead of the first.
    """
    firsts = _one_per_property(judgement, by_type=False)
    by_type = _one_per_property(judgement, by_type=True)
    expected = {
        MessageMode.ALL: list(judgement.violated),
        MessageMode.FIRST_PER_PROPERTY: firsts,
        MessageMode.TYPE_PER_PROPERTY: by_type,
        MessageMode.FIRST: firsts[:1],
        MessageMode.TYPE_FIRST: by_type[:1],
    }
    found = {mode for mode, rules in expected.items() if hit == rules}
    if is_second and (not hit or len(hit) == 1):
        found |= FIRST_MODES
    return frozenset(found)


def _one_per_property(judgement: Judgement, *, by_type: bool) -> list[Rule]:
    """Return the first rule that each property breaks, or that of its type where it breaks it."""
    found: dict[str, Rule] = {}
    for rule in judgement.violated:
        if rule.subject not in found or (by_type and rule.keyword == "type"):
            found[rule.subject] = rule
    return list(found.values())


def _unnamed(hit: list[Rule], judgement: Judgement, history: History) -> list[str]:
    """Return the properties whose broken rules the messages should have named and did not."""
    subjects = list(dict.fromkeys(rule.subject for rule in judgement.violated))
    named = {rule.subject for rule in hit}
    if history.message_modes <= FIRST_MODES:
        place = next((index for index, name in enumerate(subjects) if name in named), 0)
        return subjects[:place] or subjects[:1]
    unnamed = [name for name in subjects if name not in named]
    return unnamed or [rule.subject for rule in judgement.violated if rule not in hit]


def _documented(judgement: Judgement) -> str:
    texts = [rule.message for rule in judgement.violated]
    return show(texts, MAX_SHOWN) if len(texts) == 1 else "all of, or the first of: " + show(texts, MAX_SHOWN)


def _is_about(text: str, judgement: Judgement) -> bool:
    """Return whether a sentence of the target's own is about a property that breaks rules: it may have rules of its own."""
    return any(rule.subject in text for rule in judgement.violated)
