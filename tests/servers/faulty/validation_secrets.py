"""Faults that let wrong secrets pass."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .fault import declare, fault
from .server import Server

if TYPE_CHECKING:
    from collections.abc import Callable


def limiting(most: int) -> type[Server]:
    """Return a server that takes more secrets than two."""

    class Limiting(Server):
        def most_secrets(self) -> int:
            return most

    return Limiting


for _most in (3, 4, 5, 9, 10, 100):
    declare(f"accepts-{_most}-secrets", "R-206", f"Accepts up to {_most} secrets.", limiting(_most))


def accepting(is_accepted: Callable[[Any], bool], convert: Callable[[Any], Any]) -> type[Server]:
    """Return a server that takes further values for secrets and stores them converted."""

    class Accepting(Server):
        def secrets_messages(self, body: dict[str, Any]) -> list[str]:
            if body.get("secrets") is not None and is_accepted(body["secrets"]):
                body["secrets"] = convert(body["secrets"])
                return []
            return super().secrets_messages(body)

    return Accepting


_VALUES: dict[str, tuple[str, str, Callable[[Any], bool], Callable[[Any], Any]]] = {
    "a-lone-secret": ("R-207", "a lone string and wraps it", lambda v: isinstance(v, str), lambda v: [v]),
    "a-lone-secret-as-it-is": ("R-207", "a lone string and stores it", lambda v: isinstance(v, str), lambda v: v),
    "secrets-with-commas": (
        "R-207",
        "a string with commas",
        lambda v: isinstance(v, str) and "," in v,
        lambda v: v.split(",")[:2],
    ),
    "a-short-text": (
        "R-207",
        "a string of one or two characters",
        lambda v: isinstance(v, str) and 0 < len(v) < 3,
        lambda v: [v],
    ),
    "empty-text": ("R-207", "an empty string, as if it were left out", lambda v: v == "", lambda _: None),
    "an-object": (
        "R-207",
        "an object and stores its values",
        lambda v: isinstance(v, dict),
        lambda v: list(v.values())[:2],
    ),
    "an-object-as-it-is": ("R-207", "an object and stores it", lambda v: isinstance(v, dict), lambda v: v),
    "an-empty-object": ("R-207", "an empty object, as if it were left out", lambda v: v == {}, lambda _: None),
    "a-number": (
        "R-207",
        "a number",
        lambda v: isinstance(v, int | float) and not isinstance(v, bool),
        lambda v: [str(v)],
    ),
    "zero": ("R-207", "0, as if it were left out", lambda v: v == 0 and not isinstance(v, bool), lambda _: None),
    "a-boolean": ("R-207", "true or false", lambda v: isinstance(v, bool), lambda _: None),
    "true": ("R-207", "true and generates a secret", lambda v: v is True, lambda _: None),
    "false": ("R-207", "false, as if it were left out", lambda v: v is False, lambda _: None),
    "whatever-is-false": ("R-207", "whatever a condition takes for false", lambda v: not v and v != [], lambda _: None),
    "whatever-is-no-list": (
        "R-207",
        "whatever is no list, as if it were left out",
        lambda v: not isinstance(v, list),
        lambda _: None,
    ),
    "the-first-two-of-many": (
        "R-206",
        "many secrets and takes the first two",
        lambda v: isinstance(v, list) and len(v) > 2,
        lambda v: v[:2],
    ),
    "the-last-two-of-many": (
        "R-206",
        "many secrets and takes the last two",
        lambda v: isinstance(v, list) and len(v) > 2,
        lambda v: v[-2:],
    ),
    "exactly-three": ("R-206", "exactly three secrets", lambda v: isinstance(v, list) and len(v) == 3, lambda v: v),
    "exactly-four": ("R-206", "exactly four secrets", lambda v: isinstance(v, list) and len(v) == 4, lambda v: v),
    "more-than-three": ("R-206", "four secrets and more", lambda v: isinstance(v, list) and len(v) > 3, lambda v: v),
    "ten-and-more": ("R-206", "ten secrets and more", lambda v: isinstance(v, list) and len(v) > 9, lambda v: v),
    "a-third-that-is-a-repeat": (
        "R-206",
        "three secrets of which at most two differ",
        lambda v: isinstance(v, list) and len(v) > 2 and len({str(item) for item in v}) < 3,
        lambda v: v,
    ),
}

for _name, (_requirement, _what, _is_accepted, _convert) in _VALUES.items():
    declare(
        f"accepts-{_name}-in-secrets", _requirement, f"Accepts {_what} in secrets.", accepting(_is_accepted, _convert)
    )


@fault("R-206")
class ChecksNoRuleOfSecrets(Server):
    """Checks no rule of secrets."""

    def secrets_messages(self, body: dict[str, Any]) -> list[str]:  # noqa: ARG002
        return []


@fault("R-206")
class ChecksSecretsOnlyBesideAUrl(Server):
    """Accepts any secrets in an update without url."""

    def secrets_messages(self, body: dict[str, Any]) -> list[str]:
        return super().secrets_messages(body) if body.get("url") else []
