"""Files that a person names at the start, read with a bound on time and memory."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING, Final

import yaml

from user_webhook_mock.core.usage_error import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from user_webhook_mock.core.json import Json

MAX_NUMBER: Final = 100
"""Characters after which a plain scalar counts as text: PyYAML reads numbers of any length, in quadratic time."""


def read_bytes(what: str, file: Path, max_bytes: int) -> bytes:
    """Return the contents of *file*; *what* names it in errors. A pipe or a device, which may never end, is not waited for.

    Raises:
        UsageError: It is not a regular file, is too long or cannot be read.
    """
    try:
        with open(file, "rb", opener=_open_at_once) as opened:
            if not stat.S_ISREG(os.fstat(opened.fileno()).st_mode):
                raise UsageError(f"{what} {str(file)!r} is not a regular file: name one.")
            content = opened.read(max_bytes + 1)
    except OSError as error:
        raise UsageError(f"{what} {str(file)!r} cannot be read: {error.strerror}.") from error
    if len(content) > max_bytes:
        raise UsageError(f"{what} {str(file)!r} is too long: use at most {max_bytes} bytes.")
    return content


def _open_at_once(name: str, flags: int) -> int:
    """Open a file without waiting for the other end of a pipe; Windows has no such pipes among its files."""
    return os.open(name, flags | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0))


def read_text(what: str, file: Path, max_bytes: int) -> str:
    """Return the text of *file*, as `read_bytes` reads it.

    Raises:
        UsageError: As for `read_bytes`, or it is not UTF-8.
    """
    try:
        return read_bytes(what, file, max_bytes).decode()
    except UnicodeDecodeError:
        raise UsageError(f"{what} {str(file)!r} is not UTF-8: save it as UTF-8.") from None


class YamlLoader(yaml.SafeLoader):
    """Reads YAML without aliases, a few lines of which can expand to gigabytes."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        """Compose the next node unless it is an alias."""
        if self.check_event(yaml.AliasEvent):
            mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]  # PyYAML's types lack it
            raise yaml.MarkedYAMLError(problem="aliases are not supported", problem_mark=mark)
        node: yaml.Node | None = super().compose_node(parent, index)
        return node

    def resolve(self, kind: type[yaml.Node], value: Json, implicit: Sequence[bool]) -> str:
        """Return the tag of *value*."""
        if kind is yaml.ScalarNode and len(value) > MAX_NUMBER:
            return self.DEFAULT_SCALAR_TAG
        tag: str = super().resolve(kind, value, implicit)  # type: ignore[no-untyped-call]  # as above
        return tag
