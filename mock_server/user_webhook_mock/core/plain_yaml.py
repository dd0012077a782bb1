"""YAML that takes no more time and memory than its length tells."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import yaml

if TYPE_CHECKING:
    from collections.abc import Sequence

LONGEST_NUMBER: Final = 100
"""Characters from which a plain word is a text: PyYAML reads numbers of any length, in the square of it."""


class Loader(yaml.SafeLoader):
    """Reads no aliases: a few lines of them can stand for gigabytes."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        """Compose what comes next where it is no alias."""
        if self.check_event(yaml.AliasEvent):
            mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]  # PyYAML's types lack it
            raise yaml.MarkedYAMLError(problem="aliases are not read", problem_mark=mark)
        node: yaml.Node | None = super().compose_node(parent, index)
        return node

    def resolve(self, kind: type[yaml.Node], value: Any, implicit: Sequence[bool]) -> str:  # noqa: ANN401  as PyYAML has it
        """Return the tag of *value*."""
        if kind is yaml.ScalarNode and len(value) > LONGEST_NUMBER:
            return self.DEFAULT_SCALAR_TAG
        tag: str = super().resolve(kind, value, implicit)  # type: ignore[no-untyped-call]  # as above
        return tag
