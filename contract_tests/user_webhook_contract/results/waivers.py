"""Requirements that a team has agreed to waive for a while."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final

import yaml

from user_webhook_contract.results.ledger import Ledger, Verdict
from user_webhook_contract.settings import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_FIELDS: Final = {"id", "reason", "expires"}
_OPTIONAL: Final = {"approved_by", "link"}
MAX_FILE: Final = 64 * 1024
"""Bytes of a file of waivers."""

MAX_NUMBER_LENGTH: Final = 100
"""Characters from which a plain word is a text: PyYAML reads numbers of any length, in quadratic time."""


@dataclass(frozen=True)
class Waiver:
    """A requirement that does not fail a run up to and with the day ``expires``.

    Attributes:
        approved_by: Who decided it; empty if the file does not say.
        link: Where it is discussed; empty if the file does not say.
    """

    id: str
    reason: str
    expires: date
    approved_by: str = ""
    link: str = ""

    def __str__(self) -> str:
        """Return the reason, who approved it, where it is discussed, and how long it holds."""
        parts = (f"approved by {self.approved_by}" * bool(self.approved_by), self.link, f"until {self.expires}")
        return f"{self.reason} ({', '.join(filter(None, parts))})"


class _Loader(yaml.SafeLoader):
    """Refuses aliases: a few lines of them can become gigabytes."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        """Compose the next node unless it is an alias."""
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("aliases are not allowed")
        node: yaml.Node | None = super().compose_node(parent, index)
        return node

    def resolve(self, kind: type[yaml.Node], value: Any, implicit: Sequence[bool]) -> str:  # noqa: ANN401  as PyYAML has it
        """Return the tag of *value*."""
        if kind is yaml.ScalarNode and len(value) > MAX_NUMBER_LENGTH:
            return self.DEFAULT_SCALAR_TAG
        tag: str = super().resolve(kind, value, implicit)  # type: ignore[no-untyped-call]  # PyYAML's types lack it
        return tag


def read_waivers(path: Path) -> tuple[Waiver, ...]:
    """Return the waivers of the YAML file *path*: a list of ``id``, ``reason`` and ``expires`` (YYYY-MM-DD).

    Each may have ``approved_by`` and ``link``, too.

    Raises:
        UsageError: The file cannot be read, or a row lacks something.
    """
    try:
        rows = yaml.load(_text(path), _Loader)  # noqa: S506  a safe loader that reads less
    except OSError as error:
        raise UsageError(f"--waivers={path} cannot be read: {error.strerror}.") from None
    except RecursionError:
        raise UsageError(f"--waivers={path} is not a list of waivers: it is nested too deep.") from None
    except (yaml.YAMLError, ValueError) as error:
        raise UsageError(f"--waivers={path} is not valid YAML: {str(error).splitlines()[0]}.") from None
    if not isinstance(rows or [], list):
        raise UsageError(f"--waivers={path} is not a list: write '- id: ...' with reason and expires for each waiver.")
    return tuple(_read_row(path, number, row) for number, row in enumerate(rows or [], 1))


def _text(path: Path) -> str:
    # a pipe or a device may have no end, or never begin
    if path.exists() and not path.is_file() and not path.is_dir():
        raise UsageError(f"--waivers={path} is not a regular file: give one.")
    with path.open("rb") as file:
        content = file.read(MAX_FILE + 1)
    if len(content) > MAX_FILE:
        raise UsageError(f"--waivers={path} is too long: use at most {MAX_FILE} bytes.")
    return content.decode()


def _read_row(path: Path, number: int, row: object) -> Waiver:
    if not isinstance(row, dict) or not _FIELDS <= set(row) <= _FIELDS | _OPTIONAL:
        raise UsageError(
            f"--waivers={path}, waiver {number} needs id, reason and expires, and may have approved_by and link."
        )
    if type(row["expires"]) is not date:
        raise UsageError(
            f"--waivers={path}, waiver {number}: expires={row['expires']!r} is not a date: write YYYY-MM-DD."
        )
    if not row["reason"]:
        raise UsageError(f"--waivers={path}, waiver {number} has no reason: say why {row['id']} is waived.")
    optional = {name: str(row[name]) for name in _OPTIONAL if row.get(name)}
    return Waiver(str(row["id"]), str(row["reason"]), row["expires"], **optional)


def apply_waivers(waivers: tuple[Waiver, ...], ledger: Ledger, today: date) -> list[str]:
    """Waive what fails in *ledger*; return notes on the waivers themselves."""
    notes = []
    for waiver in waivers:
        entry = ledger.entries.get(waiver.id)
        if entry is None:
            notes.append(f"The waiver of {waiver.id} names no requirement: remove it.")
        elif waiver.expires < today:
            notes.append(f"The waiver of {waiver.id} expired on {waiver.expires}: it counts again.")
        elif entry.verdict is Verdict.FAIL:
            entry.waiver = str(waiver)
        elif entry.verdict is Verdict.PASS:
            notes.append(f"The waived {waiver.id} passes: remove its waiver.")
    return notes
