"""The choices that a mock plays: from the command line, from a file, and from one reload to the next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import yaml

from user_webhook_api.choices import choices, defaults
from user_webhook_mock.config.settings import SettingsError
from user_webhook_mock.core.files import YamlLoader, read_text
from user_webhook_mock.core.usage_error import nearest

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from user_webhook_api.choices import Value

MAX_BYTES: Final = 64 * 1024


@dataclass(frozen=True)
class Chosen:
    """The choices of the start: those of *file*, and *pairs* of the command line, which win."""

    file: Path | None
    pairs: tuple[tuple[str, str], ...]

    def read(self) -> dict[str, Value]:
        """Return all choices, as the file has them now.

        Raises:
            SettingsError: The file cannot be read, or something in it is no choice.
        """
        return choose([*(read_choices(self.file) if self.file else ()), *self.pairs])


def choose(pairs: Iterable[tuple[str, object]], others: Mapping[str, Value] | None = None) -> dict[str, Value]:
    """Return all choices: *pairs*, and for the rest *others*, or the defaults; the later of two wins.

    Raises:
        SettingsError: A name or a value is not in the table of choices.
    """
    table = {choice.name: choice for choice in choices()}
    chosen = dict(others or defaults())
    for name, value in pairs:
        if name not in table:
            raise SettingsError(f"{name!r} is no choice", value=name, **_nearest(name, list(table)))
        legal = {str(known): known for known in table[name].values}
        if value == "unknown":  # what an observer writes down where it saw nothing
            chosen[name] = table[name].default
        elif str(value) in legal:
            chosen[name] = legal[str(value)]
        else:
            what = f"{str(value)!r} is no value of {name}"
            raise SettingsError(what, value=value, **_nearest(str(value), list(legal)))
    return chosen


def carry(chosen: Mapping[str, Value], former: Mapping[str, Value]) -> dict[str, Value]:
    """Return *chosen* by the table of now; what stood at its *former* default, or is not legal any more, is the default."""
    legal = {choice.name: choice.values for choice in choices()}
    kept = {name: value for name, value in chosen.items() if value != former[name] and value in legal.get(name, ())}
    return defaults() | kept


def read_choices(file: Path) -> list[tuple[str, object]]:
    """Return the pairs of a YAML file ``name: value``.

    Raises:
        UsageError: The file cannot be read, or holds something else.
    """
    text = read_text("The choices file", file, MAX_BYTES)
    try:
        content = yaml.load(text, YamlLoader)  # noqa: S506  a safe loader that reads less
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        place = f", line {mark.line + 1}," if mark else ""
        raise SettingsError(
            f"The choices file {str(file)!r}{place} is not YAML: write lines of `name: value`."
        ) from error
    if content is None:
        return []
    if not isinstance(content, dict):
        raise SettingsError(f"The choices file {str(file)!r} is no mapping: write lines of `name: value`.")
    return [(str(name), value) for name, value in content.items()]


def _nearest(name: str, known: list[str]) -> dict[str, str]:
    return {"remedy": f"did you mean {nearest(name, known)!r}?", "rule": f"Legal: {', '.join(known)}."}
