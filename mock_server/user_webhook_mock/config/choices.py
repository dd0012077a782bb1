"""The choices of a mock: from the command line, from a file, and from one reload to the next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import yaml

from user_webhook_api.choices import choices, defaults
from user_webhook_mock.core.files import YamlLoader, read_text
from user_webhook_mock.core.usage_error import UsageError, check_names, suggestion

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from user_webhook_api.choices import Value

MAX_BYTES: Final = 64 * 1024


@dataclass(frozen=True)
class Chosen:
    """The choices of the start: those of *file*, and *pairs* of the command line, which override them."""

    file: Path | None
    pairs: tuple[tuple[str, str], ...]

    def read(self) -> dict[str, Value]:
        """Return all choices, as the file has them now.

        Raises:
            UsageError: The file cannot be read, or something in it is not a choice.
        """
        return choose([*(read_choices(self.file) if self.file else ()), *self.pairs])


def choose(pairs: Iterable[tuple[str, object]], others: Mapping[str, Value] | None = None) -> dict[str, Value]:
    """Return all choices: *pairs*, and for the rest *others*, or the defaults; the later of two pairs counts.

    Raises:
        UsageError: A name or a value is not in the table of choices.
    """
    table = {choice.name: choice for choice in choices()}
    chosen = dict(others or defaults())
    for name, value in pairs:
        check_names([name], table, "choice")
        known = {str(one): one for one in table[name].values}
        if value == "unknown":  # what an observer writes down if it saw nothing
            chosen[name] = table[name].default
        elif str(value) in known:
            chosen[name] = known[str(value)]
        else:
            remedy = suggestion(str(value), known)
            what = f"{name}={str(value)!r} is not a valid choice"
            raise UsageError(what, value=value, rule=f"Valid: {', '.join(known)}.", remedy=remedy)
    return chosen


def carry(chosen: Mapping[str, Value], former: Mapping[str, Value]) -> dict[str, Value]:
    """Return *chosen* by the current table; what had its *former* default, or is not valid any more, gets the default."""
    valid = {choice.name: choice.values for choice in choices()}
    kept = {name: value for name, value in chosen.items() if value != former[name] and value in valid.get(name, ())}
    return defaults() | kept


def read_pair(text: str) -> tuple[str, str]:
    """Return ``name=value`` as a pair.

    Raises:
        UsageError: It has no value.
    """
    name, equals, value = text.partition("=")
    if not equals:
        raise UsageError(f"--choice {text!r} does not have a value: write it like --choice messages=first.")
    return name, value


def read_choices(file: Path) -> list[tuple[str, object]]:
    """Return the pairs of a YAML file ``name: value``.

    Raises:
        UsageError: The file cannot be read, or has something else.
    """
    text = read_text("The choices file", file, MAX_BYTES)
    try:
        content = yaml.load(text, YamlLoader)  # noqa: S506  a safe loader that reads less
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark, position = getattr(error, "problem_mark", None), getattr(error, "position", None)
        line = mark.line if mark else 0 if position is None else text.count("\n", 0, position)
        place = f", line {line + 1},"
        raise UsageError(f"The choices file {str(file)!r}{place} is not YAML: write lines of `name: value`.") from error
    if content is None:
        return []
    if not isinstance(content, dict):
        raise UsageError(f"The choices file {str(file)!r}, line 1, is not a mapping: write lines of `name: value`.")
    return [(str(name), value) for name, value in content.items()]
