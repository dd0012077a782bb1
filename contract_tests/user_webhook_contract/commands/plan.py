"""Prints the requests that a run would send, and sends none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from user_webhook_contract.forms.plan_listing import plan_lines

if TYPE_CHECKING:
    from user_webhook_contract.settings import Settings


def print_plan(settings: Settings) -> int:
    """Print the plan of *settings*, and return the exit status."""
    print(*plan_lines(settings), sep="\n")  # noqa: T201  this is what was asked for
    return 0
