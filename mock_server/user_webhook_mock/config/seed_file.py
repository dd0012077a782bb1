"""A file of webhooks to start with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import yaml
from yaml.reader import ReaderError

from user_webhook_mock.core.files import YamlLoader, read_text
from user_webhook_mock.core.usage_error import UsageError
from user_webhook_mock.store.webhook_json import check_member, read_webhook

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from user_webhook_mock.core.json import Json
    from user_webhook_mock.store.webhooks import Webhook

MAX_BYTES: Final = 1024 * 1024
FORM: Final = "Write a list of webhooks, as GET /__mock__/webhooks shows them"


def read_seeds(file: Path) -> tuple[Webhook, ...]:
    """Return the webhooks of a YAML or JSON file.

    Raises:
        UsageError: The file cannot be read, or something in it is not valid; the message names the line.
    """
    return _SeedFile(file).read()


class _SeedFile:
    def __init__(self, file: Path) -> None:
        self._file = file
        self._webhooks: dict[str, Webhook] = {}

    def read(self) -> tuple[Webhook, ...]:
        text = self._text()
        try:
            loader = YamlLoader(text)
            root = loader.get_single_node()
            for node in self._items(root):
                self._take(loader, node)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            raise self._error(mark.line + 1 if mark else 1, f"{error.problem}. {FORM}.") from None
        except ReaderError as error:
            raise self._error(text.count("\n", 0, error.position) + 1, f"{error.reason}. {FORM}.") from None
        except RecursionError:
            raise self._error(1, f"this is nested too deeply. {FORM}.") from None
        if not self._webhooks:
            raise self._error(1, f"there are no webhooks. {FORM}.")
        return tuple(self._webhooks.values())

    def _text(self) -> str:
        text = read_text("The seed file", self._file, MAX_BYTES)
        # JSON may be indented with tabs, YAML may not; JSON has none within its strings
        return text.replace("\t", " ") if self._file.suffix == ".json" else text

    def _items(self, root: yaml.Node | None) -> list[yaml.Node]:
        if isinstance(root, yaml.MappingNode) and [key.value for key, _ in root.value] == ["webhooks"]:
            root = root.value[0][1]
        if not isinstance(root, yaml.SequenceNode):
            raise self._error(root.start_mark.line + 1 if root else 1, f"this is not a list. {FORM}.")
        items: list[yaml.Node] = root.value
        return items

    def _take(self, loader: YamlLoader, node: yaml.Node) -> None:
        line = node.start_mark.line + 1
        if not isinstance(node, yaml.MappingNode):
            raise self._error(line, f"this is not a webhook. {FORM}.")
        members: dict[str, Any] = {}
        for key, value in node.value:
            line_of_key = key.start_mark.line + 1
            name = str(key.value)
            if name in members:
                raise self._error(line_of_key, f"one webhook has {name} twice: keep one.")
            members[name] = _joined(self._checked(line_of_key, loader.construct_object, value, True))  # noqa: FBT003  PyYAML's parameter
            self._checked(line_of_key, check_member, name, members[name])
        webhook = self._checked(line, read_webhook, members)
        if webhook.id in self._webhooks:
            raise self._error(line, f"two webhooks have the id {webhook.id!r}: give each its own.")
        self._webhooks[webhook.id] = webhook

    def _checked(self, line: int, call: Callable[..., Any], *arguments: Any) -> Any:  # noqa: ANN401  whatever the call takes and returns
        try:
            return call(*arguments)
        except UsageError as error:
            raise self._error(line, str(error)) from None
        except ValueError as error:  # what looks like a date may not be one
            raise self._error(line, f"{error}: put the value in quotes.") from None

    def _error(self, line: int, message: str) -> UsageError:
        return UsageError(f"The seed file {str(self._file)!r}, line {line}: {message}")


def _joined(value: Json) -> Json:
    """Return *value* with the pairs of escapes joined by which JSON writes a character such as an emoji."""
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return [_joined(item) for item in value] if isinstance(value, list) else value
