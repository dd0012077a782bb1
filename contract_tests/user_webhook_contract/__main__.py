"""The command line of the suite."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final

from user_webhook_contract.commands.guard import guarded

if TYPE_CHECKING:
    from collections.abc import Sequence

PROGRAM: Final = "user-webhook-contract"


def main(arguments: Sequence[str] | None = None) -> int:
    """Judge a target, or carry out a command on reports; return the exit status."""
    return guarded(PROGRAM, list(sys.argv[1:] if arguments is None else arguments), _carry_out)


def _carry_out(words: Sequence[str]) -> int:
    from user_webhook_contract.commands.options import settings_of, suite_parser  # noqa: PLC0415  inside the guard
    from user_webhook_contract.commands.table import COMMANDS  # noqa: PLC0415  as above

    if words and words[0] in COMMANDS:
        return COMMANDS[words[0]](words[1:])
    given = suite_parser(tuple(COMMANDS)).parse_args(words)
    settings = settings_of(given)
    if given.plan:
        from user_webhook_contract.commands.plan import print_plan  # noqa: PLC0415  see below

        return print_plan(settings)
    # The imports of a run take most of a second: a wrong option is answered without them.
    from user_webhook_contract.commands.judge import judge  # noqa: PLC0415  see above

    return judge(settings, is_quiet=given.quiet, is_verbose=given.verbose)


if __name__ == "__main__":
    sys.exit(main())
