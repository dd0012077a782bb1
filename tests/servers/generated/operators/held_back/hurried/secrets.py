"""Operators that count, check, store or generate secrets in a way that is nearly right."""

from __future__ import annotations

import hashlib
import html
import re
from typing import TYPE_CHECKING, Any

from servers.faulty import literals
from servers.faulty.literals import SECOND_ID
from servers.faulty.sequences import patch
from servers.generated.deviation import READ, SECRETS, URL, Deviation, Example, deviation, operator, update
from servers.generated.operators.body.rules import lenient
from servers.generated.reference import Reference

from .parts import made, refusing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from servers.faulty.server import Webhook

_OLD, _NEW = SECRETS
_THREE = [_OLD, _NEW, "third-secret-0003"]


@operator("hurried-secrets-counted")
def counted() -> Iterator[Deviation]:
    """Count secrets wrong, or take something for a list that is none."""

    def counting(form: str, what: str, is_right: Callable[[Any], bool], *values: Any) -> Deviation:
        def messages(self: Reference, body: dict[str, Any]) -> list[str]:
            found = Reference.secrets_messages(self, body)
            return [] if found and is_right(body["secrets"]) else found

        requirement = "R-206" if isinstance(values[0], list) else "R-207"
        examples = (update(secrets=value) for value in values)
        return deviation(form, f"Accepts {what}", requirement, made(secrets_messages=messages), *examples)

    def repairing(form: str, what: str, requirement: str, repair: Callable[[Any], Any], *values: Any) -> Deviation:
        wrong = lenient("secrets", repair)
        return deviation(form, f"Accepts {what}", requirement, wrong, *(update(secrets=one) for one in values))

    def different(given: Any) -> bool:
        return isinstance(given, list) and all(isinstance(one, str) for one in given) and len({*given}) <= 2

    for form, what, is_right, *values in (
        ("three", "three secrets, as it asks for less than or equal to three", lambda given: isinstance(given, list) and len(given) == 3, _THREE),
        ("different-only", "more than two secrets if not more than two are different", different, [_OLD, _OLD, _NEW]),
        ("length-of-a-text", "a text of two characters, as it has no length over two", lambda given: isinstance(given, str) and len(given) <= 2, "ab"),
        ("no-length", "an object, as its length is not over two", lambda given: isinstance(given, dict), {}, {"current": _OLD}),
        ("falsy-skipped", "what is falsy without a check", lambda given: not given, "", False, 0),
    ):  # fmt: skip
        yield counting(form, what, is_right, *values)
    for form, what, requirement, repair, *values in (
        ("newest-two", "a third secret, and drops the first for it", "R-206", lambda given: given[-2:] if isinstance(given, list) else given, _THREE),
        ("wrapped", "a lone secret, and wraps it into a list", "R-207", lambda given: [given] if isinstance(given, str) else given, _OLD),
        ("current-and-previous", "an object with both secrets, as they are stored", "R-207", lambda given: [*given.values()] if isinstance(given, dict) else given, {"current": _NEW, "previous": _OLD}),
    ):  # fmt: skip
        yield repairing(form, what, requirement, repair, *values)

    def is_refused(number: int) -> Callable[[Webhook, dict[str, Any]], bool]:
        return lambda _, body: isinstance(body.get("secrets"), list) and len(body["secrets"]) == number

    two, one = refusing(literals.SECRETS_MAXIMUM, is_refused(2)), refusing("secrets must contain at least 2 elements", is_refused(1))  # fmt: skip
    yield deviation("two-are-too-many", "Refuses two secrets, as it asks for fewer than two", "R-225 R-101", two, update(secrets=[*SECRETS]))  # fmt: skip
    yield deviation("one-is-too-few", "Refuses one secret, as it reads 2 secrets as a number, not as a limit", "R-225 R-101", one, update(secrets=[_OLD]))  # fmt: skip


@operator("hurried-secrets-refused")
def refused() -> Iterator[Deviation]:
    """Refuse right secrets: a policy for passwords, the form of the example, an idea of what a rotation is."""

    def each(is_wrong: Callable[[str], Any]) -> Callable[[Webhook, list[str]], bool]:
        return lambda _, given: any(is_wrong(one) for one in given if isinstance(one, str))

    for form, what, rule, is_refused, before, *values in (
        ("shorter-than-32", "a secret of less than 32 characters, the length of the example", "each value in secrets must be longer than or equal to 32 characters", each(lambda one: len(one) < 32), [], ["short-secret-001"]),
        ("longer-than-32", "a secret of more than 32 characters, the length of the example", "each value in secrets must be shorter than or equal to 32 characters", each(lambda one: len(one) > 32), [], ["s3" * 24]),
        ("letters-and-digits", "a secret of other characters than letters and digits", "each value in secrets must contain only letters and numbers", each(lambda one: not one.isalnum()), [], ["with-hyphens_and.dots"]),
        ("markup", "a secret with a character of HTML", "each value in secrets contains forbidden characters", each(lambda one: re.search(r"[<>&'\"]", one)), [], ["secret<&>'quoted'"]),
        ("password-rules", "a secret without a digit, a capital and a small letter", "each value in secrets is not strong enough", each(lambda one: not all(re.search(part, one) for part in ("[a-z]", "[A-Z]", "[0-9]"))), [], ["onlysmallletters"]),
        ("the-stored-ones", "the secrets that are stored, as a rotation must change them", "secrets must differ from the current ones", lambda webhook, given: webhook.secrets == given, [[_OLD]], [_OLD]),
        ("none-of-the-stored", "two secrets of which none is stored, as a rotation keeps one", "secrets must contain the current one", lambda webhook, given: len(given) == 2 and not any(one in webhook.secrets for one in given), [], [*SECRETS]),
        ("rotation-not-finished", "one new secret while two are stored", "a rotation is in progress", lambda webhook, given: len(webhook.secrets) == 2 and len(given) == 1 and given[0] not in webhook.secrets, [[*SECRETS]], ["another-secret-0001"]),
    ):  # fmt: skip

        def judge(webhook: Webhook, body: dict[str, Any], judges: Callable[..., bool] = is_refused) -> bool:
            return bool(body.get("secrets")) and judges(webhook, body["secrets"])

        examples = (Example(update(secrets=one), tuple(update(secrets=each) for each in before)) for one in values)
        yield deviation(form, f"Refuses {what}", "R-225 R-101", refusing(rule, judge), *examples)


@operator("hurried-secrets-kept")
def kept() -> Iterator[Deviation]:
    """Store or show other secrets than those sent: a rotation done by the server, texts that are treated on the way."""

    def storing(
        form: str, what: str, change: Callable[[list[Any], list[Any]], Any], value: list[str], before: list[str]
    ) -> Deviation:
        def next_secrets(self: Reference, webhook: Webhook, body: dict[str, Any]) -> Any:
            following = Reference.next_secrets(self, webhook, body)
            return change(following, webhook.secrets) if body.get("secrets") else following

        example = Example(update(secrets=value), (update(secrets=before),))
        return deviation(form, f"Stores {what}", "R-107", made(next_secrets=next_secrets), example)

    def each(change: Callable[[str], Any]) -> Callable[[list[Any], list[Any]], Any]:
        return lambda given, _: [change(one) if isinstance(one, str) else one for one in given]

    one, other = ["before-the-test-01"], ["after-the-change-1"]
    for form, what, change, value, before in (
        ("old-behind-the-new", "the old secret behind a lone new one, as a rotation needs both", lambda given, old: [*given, *old[:1]] if len(given) == 1 and given[0] not in old else given, other, one),
        ("first-place-only", "a lone secret at the first place, and leaves the second as it was", lambda given, old: [*given, *old[1:]] if len(given) == 1 else given, other, [*SECRETS]),
        ("first-only", "the first of two secrets, as its column holds one", lambda given, _: given[:1], [*SECRETS], one),
        ("sorted", "secrets in the order of the alphabet", lambda given, _: sorted(given, key=str), ["zebra-secret-0001", "apple-secret-0002"], one),
        ("order-not-seen", "nothing if both secrets are stored in the other order", lambda given, old: old if sorted(given, key=str) == sorted(old, key=str) else given, [*SECRETS][::-1], [*SECRETS]),
        ("same-first", "nothing if the first secret is the stored one", lambda given, old: old if given[:1] == old[:1] else given, [*SECRETS], [_OLD, "another-secret-01"]),
        ("cut-at-32", "what fits a column of 32 characters", each(lambda text: text[:32]), ["s3c-" * 12], one),
        ("trimmed", "secrets without the blanks around them", each(str.strip), [" padded secret 01 "], one),
        ("for-html", "secrets that are escaped for HTML", each(html.escape), ["secret<&>0001"], one),
        ("numbers", "a secret of digits as a number", each(lambda text: int(text) if text.isdecimal() and len(text) < 300 else text), ["1234567890"], one),
        ("hashed", "the hash of a secret, as for passwords, and shows it", each(lambda text: hashlib.sha256(text.encode(errors="replace")).hexdigest()), [_OLD], one),
    ):  # fmt: skip
        yield storing(form, what, change, value, before)

    def masked(self: Reference, webhook: Webhook, body: dict[str, Any]) -> Any:
        shown = [f"{one[:4]}{'*' * 12}" if isinstance(one, str) else one for one in webhook.secrets]
        return {**Reference.resource(self, webhook, body), "secrets": shown}

    yield deviation("masked", "Shows the first four characters of a secret", "R-107", made(resource=masked), update(secrets=[_OLD]))  # fmt: skip


@operator("hurried-secrets-made")
def generated() -> Iterator[Deviation]:  # noqa: C901  small servers, one after the other
    """Generate secrets that are none: a default, one for all, one that can be foreseen."""

    def making(form: str, what: str, make: Callable[[Any, Any, list[Any]], Any], *examples: Example) -> Deviation:
        class Making(Reference):
            def reset(self) -> None:
                super().reset()
                self.kept: list[Any] = []

            def next_secrets(self, webhook: Webhook, body: dict[str, Any]) -> Any:
                following = super().next_secrets(webhook, body)
                is_new = following not in (body.get("secrets"), webhook.secrets)
                return make(self, webhook, self.kept) if is_new else following

        return deviation(
            form, f"Generates {what}", "R-302" if form in {"empty-text", "no-secret"} else "R-303", Making, *examples
        )

    def once(self: Reference, kept: list[Any]) -> list[Any]:
        if not kept:
            kept.append(self.random_text())
        return kept[:1]

    def next_number(kept: list[Any]) -> int:
        kept.append(None)
        return len(kept)

    def hashed(text: object) -> str:
        return hashlib.md5(str(text).encode(errors="replace"), usedforsecurity=False).hexdigest()

    second, rotated = patch({"events": ["all"]}, SECOND_ID), Example(READ, (READ, update(secrets=[_OLD])))
    both = Example(second, (READ,))
    for form, what, make, *examples in (
        ("placeholder", "the placeholder of its configuration", lambda *_: ["changeme"], rotated, both),
        ("once", "a secret once, when it starts", lambda server, _, kept: once(server, kept), rotated, both),
        ("from-the-id", "a secret from the id of the webhook", lambda _, webhook, __: [hashed(webhook.id)], rotated),
        ("counted", "secrets that count up", lambda _, __, kept: [f"secret-{next_number(kept)}"], both),
        ("four-digits", "secrets of four characters, as for codes in messages", lambda server, _, __: [server.random_text(4)], rotated),
        ("old-one-changed", "the old secret with its version behind it", lambda _, webhook, __: [f"{(webhook.secrets or ['first'])[0]}-1"], Example(READ, (update(secrets=[_OLD]),))),
        ("empty-text", "an empty text", lambda *_: [""], rotated),
        ("no-secret", "no secret at all, as it does so at the creation only", lambda *_: [], rotated),
    ):  # fmt: skip
        yield making(form, what, make, *examples)
    fresh = Example(update(url=URL), (update(url=URL, secrets=[_OLD]), update(url=URL)))

    class Memo(Reference):
        def reset(self) -> None:
            super().reset()
            self.made: dict[str, Any] = {}

        def next_secrets(self, webhook: Webhook, body: dict[str, Any]) -> Any:
            following = super().next_secrets(webhook, body)
            return following if following in (body.get("secrets"), webhook.secrets) else self.made.setdefault(webhook.url, following)  # fmt: skip

    yield deviation("one-for-a-url", "Generates one secret for each url, and gives it again", "R-303", Memo, fresh)
