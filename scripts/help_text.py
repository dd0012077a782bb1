"""What the ``--help`` of a command says: its options, and what its exit statuses mean."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from typing import Final

COMMANDS: Final = {
    "user-webhook-mock": ("user_webhook_mock",),
    "user-webhook-mock export": ("user_webhook_mock", "export"),
    "user-webhook-contract": ("user_webhook_contract",),
    "user-webhook-contract compare": ("user_webhook_contract", "compare"),
    "user-webhook-contract verify-report": ("user_webhook_contract", "verify-report"),
    "user-webhook-contract spot-check": ("user_webhook_contract", "spot-check"),
    "user-webhook-contract replay": ("user_webhook_contract", "replay"),
    "python -m user_webhook_api": ("user_webhook_api",),
}
"""Every command of the kit, with its module and its words."""

_OPTION: Final = re.compile(
    r"^  (?P<flags>--?[a-z][a-z-]*(?:, --[a-z-]+)*)(?: (?P<metavar>\S.*?))?(?:$| {2,}(?P<text>.+)$)"
)
_ARGUMENT: Final = re.compile(r"^  (?P<flags>[A-Za-z][\w.]*)(?P<metavar>)(?:$| {2,}(?P<text>.+)$)")
_SETTING: Final = re.compile(
    r"\s*\((?:environment: (?P<variable>[A-Z_]+))?[;,]?\s*(?:default:? (?P<default>[^()]+))?\)$"
)


@dataclass(frozen=True)
class Option:
    """An option or an argument of a command, as its help describes it.

    ``variable`` is the environment variable that sets it, and ``default`` its value if nothing does; both may be empty.
    """

    group: str
    flags: str
    metavar: str
    text: str
    variable: str
    default: str


def help_text(command: str) -> str:
    """Return the help of *command*, one line for each paragraph, free of what the environment sets."""
    module, *words = COMMANDS[command]
    inherited = {name: value for name, value in os.environ.items() if name in {"PATH", "PYTHONPATH", "HOME"}}
    shown = subprocess.run(
        [sys.executable, "-m", module, *words, "--help"],
        env={**inherited, "COLUMNS": "10000", "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    return shown.stdout


def options(text: str) -> list[Option]:
    """Return the options that a help *text* lists, in its order."""
    found: list[Option] = []
    group = ""
    lines = text.splitlines()
    for number, line in enumerate(lines):
        heading = re.match(r"^([A-Za-z][^:]*):$", line)
        if heading:
            group = heading[1]
        pattern = _ARGUMENT if group == "positional arguments" else _OPTION
        matched = pattern.match(line)
        if not matched or not (group == "positional arguments" or line.startswith("  -")):
            continue
        described = matched["text"] or lines[number + 1].strip()
        setting = _SETTING.search(described)
        found.append(
            Option(
                group,
                matched["flags"],
                matched["metavar"] or "",
                described[: setting.start()] if setting else described,
                (setting["variable"] or "") if setting else "",
                (setting["default"] or "") if setting else "",
            )
        )
    return found


def statuses(text: str) -> dict[int, str]:
    """Return what each exit status means by a help *text*."""
    paragraph = re.search(r"^exit status: (.+?)(?:\n\n|\Z)", text, re.MULTILINE | re.DOTALL)
    if paragraph is None:
        return {}
    listed = " ".join(paragraph[1].split())
    meanings = re.findall(r"(?:^|[,;] )(\d) (.*?)(?=[,;] \d |; |$)", listed)
    return {int(number): meaning for number, meaning in meanings}
