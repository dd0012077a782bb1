"""What `make test` takes of long lists, and leaves the rest of to `make selftest`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterable


def some(values: Iterable[object], step: int) -> list[Any]:
    """Return *values* as parameters, all but every *step*-th for thorough runs only."""
    return [
        pytest.param(one, marks=() if place % step == 0 else pytest.mark.thorough) for place, one in enumerate(values)
    ]
