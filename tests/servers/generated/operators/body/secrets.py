"""Operators on secrets: what passes that must not, and what does not that must."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from servers.generated.deviation import SECRETS, Deviation, deviation, operator, slug, update
from servers.generated.reference import Reference

from .rules import lenient

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_ONE = SECRETS[0]


def _accepting(form: str, what: str, requirement: str, repair: Callable[[Any], Any], *values: Any) -> Deviation:
    examples = [update(secrets=value) for value in values]
    return deviation(form, f"Accepts {what}", f"{requirement} R-211", lenient("secrets", repair), *examples)


@operator("secrets-type")
def types() -> Iterator[Deviation]:
    """Make a list of what is not one."""
    of_text: tuple[tuple[str, str, Callable[[str], Any]], ...] = (
        ("a lone secret", _ONE, lambda text: [text]),
        ("a text of two characters", "ab", lambda text: list(text) if len(text) < 3 else text),
        ("an empty text", "", lambda text: text or [_ONE]),
        ("secrets separated by commas", ",".join(SECRETS), lambda text: text.split(",") if "," in text else text),
        ("JSON in a text", json.dumps(SECRETS), lambda text: json.loads(text) if text.startswith("[") else text),
    )
    for what, value, read in of_text:
        repair = lambda secrets, r=read: r(secrets) if isinstance(secrets, str) else secrets  # noqa: E731
        yield _accepting(slug(what), f"{what} in place of secrets", "R-207", repair, value)
    of_kind: tuple[tuple[str, Callable[[Any], bool], Any], ...] = (
        ("a number", lambda secrets: type(secrets) in {int, float}, 7),
        ("zero", lambda secrets: secrets == 0 and type(secrets) is not bool, 0),
        ("true", lambda secrets: secrets is True, True),
        ("false", lambda secrets: secrets is False, False),
        ("an empty object", lambda secrets: secrets == {}, {}),
        ("an object", lambda secrets: isinstance(secrets, dict), {"current": _ONE, "next": SECRETS[1]}),
        ("a numbered object", lambda secrets: isinstance(secrets, dict) and "0" in secrets, {"0": _ONE}),
        ("whatever is falsy", lambda secrets: not secrets, 0),
        ("whatever is not a list", lambda secrets: not isinstance(secrets, list), 7),
        ("whatever is not a text or a list", lambda secrets: not isinstance(secrets, list | str), 7),
    )
    for what, is_such, value in of_kind:
        wrap = lambda secrets, such=is_such: [_ONE] if such(secrets) else secrets  # noqa: E731
        ignore = lambda secrets, such=is_such: None if such(secrets) else secrets  # noqa: E731
        yield _accepting(slug(what), f"{what} in place of secrets", "R-207", wrap, value)
        yield _accepting(f"{slug(what)}-ignored", f"{what} in place of secrets and ignores it", "R-207", ignore, value)


@operator("secrets-count")
def counts() -> Iterator[Deviation]:
    """Accept more than two secrets."""

    def named(count: int) -> list[str]:
        return [f"secret-number-{number:04}" for number in range(count)]

    def cut(form: str, what: str, counts: range, count: int) -> Deviation:
        repair = lambda secrets: secrets[:2] if isinstance(secrets, list) and len(secrets) in counts else secrets  # noqa: E731
        return _accepting(form, f"{what} secrets and keeps two", "R-206", repair, named(count))

    for limit in (3, 4, 5, 10, 100):
        yield cut(f"up-to-{limit}", f"up to {limit}", range(limit + 1), limit)
        yield cut(f"over-{limit}", f"more than {limit}", range(limit + 1, 1_000_000), limit + 1)
    yield cut("any", "any number of", range(1_000_000), 3)
    for form, what, keep, *values in (
        ("different", "the different secrets", lambda secrets: [*dict.fromkeys(map(str, secrets))], [_ONE] * 3),
        ("not-empty", "the secrets that are not empty", lambda secrets: [*filter(None, secrets)], [*SECRETS, ""]),
        ("texts", "the texts", lambda secrets: [one for one in secrets if isinstance(one, str)], [*SECRETS, 7]),
        ("last", "the last two", lambda secrets: secrets[-2:], [*SECRETS, _ONE[::-1]]),
    ):
        repair = lambda secrets, k=keep: k(secrets) if isinstance(secrets, list) else secrets  # noqa: E731
        yield _accepting(f"counts-{form}", f"three secrets, as it takes {what} only", "R-206", repair, *values)

    class Unlimited(Reference):
        limit = 1_000_000

        def most_secrets(self) -> int:
            return self.limit

    for limit in (3, 5, 10, 1_000_000):
        server = type("Unlimited", (Unlimited,), {"limit": limit})
        what = f"Accepts {limit} secrets and keeps them all" if limit < 1000 else "Accepts any number of secrets"
        yield deviation(f"stored-{limit}", what, "R-206 R-211", server, update(secrets=named(3)))
