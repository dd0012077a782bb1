"""The optional packages of the mock."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from user_webhook_mock.core.usage_error import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def needed_by(option: str, extra: str) -> Iterator[None]:
    """Import in the block what *option* needs; *extra* of the distribution brings it.

    Raises:
        UsageError: It is not installed.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        what = f"{option} needs the package {error.name}, which is not installed"
        raise UsageError(what, remedy=f"run pip install 'user-webhook-mock[{extra}]'.") from None
