"""The messages of a 400: which of the documented ones, and in which order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from user_webhook_api.rules import Rule, body_properties
from user_webhook_contract.checks.finding import Finding, broken, kept, show
from user_webhook_contract.checks.message_mode import FIRST_MODES, MessageMode
from user_webhook_contract.judge.body import requirement_by_value

if TYPE_CHECKING:
    from collections.abc import Iterable

    from user_webhook_contract.checks.history import History
    from user_webhook_contract.http.response import Response
    from user_webhook_contract.judge.judgement import Judgement

MESSAGES_ARE_IN_ORDER: Final = "R-211"

MAX_SHOWN: Final = 900
"""Characters of messages that a report shows: enough for all the documented ones."""

_CHOICES: Final = {
    "all": "all violated rules",
    "first_per_property": "the first of each property",
    "first": "the first only",
}

MAX_HEADLINE: Final = 120
"""Characters of a target's own message in a headline."""


def check_messages(messages: list[str], judgement: Judgement, history: History) -> list[Finding]:
    """Return what *messages* say of the rules that the request breaks; *history* learns the target's manner."""
    sentences = {rule.message: rule for known in body_properties() for rule in known.rules}
    named = [sentences[text] for text in messages if text in sentences]
    foreign = [text for text in messages if text not in sentences]

    def wrong(names: Iterable[str], headline: str, **what: list[str]) -> list[Finding]:
        received, documented = show(messages, MAX_SHOWN), _documented(judgement, what)
        return [broken(name, received, documented, headline) for name in dict.fromkeys((*names, MESSAGES_ARE_IN_ORDER))]

    strange = [rule.message for rule in named if rule not in (*judgement.violated, *judgement.possible)]
    if strange:
        headline = f"400 with the message {show(strange[0])} for a rule that is not broken"
        return wrong((), headline, not_expected=strange)
    positions = [list(sentences.values()).index(rule) for rule in named]
    if positions != sorted(set(positions)):
        is_twice = len(set(positions)) < len(positions)
        headline = f"400 with {'a message twice' if is_twice else 'its messages out of order'}"
        return wrong((), headline, out_of_order=[rule.message for rule in named])

    hit = [rule for rule in judgement.violated if rule in named]
    unnamed = [rule for rule in judgement.violated if rule not in hit]
    missing = [rule.message for rule in unnamed]
    is_whole = hit == list(judgement.violated)
    if judgement.open_points and foreign and not named:
        # What the documents leave open is refused in words of its own, and comes first.
        return []
    is_second = bool(judgement.open_points) and bool(foreign or set(named) - set(hit))
    modes = possible_modes(hit, judgement, is_second=is_second)
    left = history.message_modes & modes
    is_unrelated = not judgement.open_points and not all(_is_about(text, judgement) for text in foreign)
    if is_unrelated or (foreign and not is_second and not left and not is_whole):
        # It is refused, and in the target's own words: what is broken is the wording, not the rule.
        own_words = f"400 with the undocumented message {show(foreign[0], MAX_HEADLINE)}"
        headline = own_words if is_whole else f"{own_words} in place of {show(missing[0])}"
        return wrong((), headline, missing=missing, not_expected=foreign)
    if not left and not is_whole:
        subjects = _unnamed(hit, judgement, history)
        names = [requirement_by_value(name, judgement.violated, judgement.body or {}) for name in subjects]
        first = next(rule for rule in unnamed if rule.subject == subjects[0])
        what = {"until_now": sorted({_CHOICES[mode.choice] for mode in history.message_modes})} if modes else {}
        return wrong(names, f"400 without the message {show(first.message)}", **what, missing=missing)
    history.message_modes = left or history.message_modes
    names = [requirement_by_value(rule.subject, judgement.violated, judgement.body or {}) for rule in hit]
    return [*(kept(name) for name in dict.fromkeys(names)), kept(MESSAGES_ARE_IN_ORDER)]


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
    if is_second and not hit:
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
    if history.names_first_only and len(hit) == 1:
        return subjects[:1]
    unnamed = [name for name in subjects if not _is_named(name, hit, judgement)]
    return unnamed or [rule.subject for rule in judgement.violated if rule not in hit]


def _is_named(subject: str, hit: list[Rule], judgement: Judgement) -> bool:
    """Return whether *hit* has every rule that the property *subject* breaks, its first, or that of its type."""
    group = [rule for rule in judgement.violated if rule.subject == subject]
    named = [rule for rule in hit if rule.subject == subject]
    return named in (group, group[:1]) or [rule.keyword for rule in named] == ["type"]


def subjects(response: Response) -> frozenset[str]:
    """Return the properties that the messages of *response* are about; none if one of them is about something else."""
    sentences = {rule.message: rule.subject for known in body_properties() for rule in known.rules}
    names = [known.name for known in body_properties()]
    found = set()
    for text in _texts(response):
        about = [sentences[text]] if text in sentences else [name for name in names if name in str(text).split()]
        if len(about) != 1:
            return frozenset()
        found.add(about[0])
    return frozenset(found)


def says_unread(response: Response, name: str) -> bool:
    """Return whether a message of *response* says of the property *name*, which is right, what is true of a missing one."""
    rules = [rule for one in body_properties() for rule in one.rules if one.name == name]
    of_a_missing_one = [rule.message for rule in rules if rule.keyword in {"type", "minItems"}]
    return any(text in of_a_missing_one for text in _texts(response))


def _texts(response: Response) -> list[Any]:
    """Return the messages of *response*: the elements of a list, or what stands in its place."""
    body = response.json
    message = body.get("message") if isinstance(body, dict) else None
    return message if isinstance(message, list) else [message]


def _documented(judgement: Judgement, what: dict[str, list[str]]) -> str:
    """Return *what* is wrong with the messages, by its name, and the documented ones."""
    parts = [f"{name.replace('_', ' ')}: {show(texts, MAX_SHOWN)}" for name, texts in what.items() if texts]
    texts = [rule.message for rule in judgement.violated]
    alternative = ", or only the first of them" if len(texts) > 1 else ""
    return "; ".join([*parts, f"documented: {show(texts, MAX_SHOWN)}{alternative}"])


def _is_about(text: str, judgement: Judgement) -> bool:
    """Return whether a message of the target's own is about a property that violates rules: it may have its own rules."""
    return any(rule.subject in text for rule in judgement.violated)
