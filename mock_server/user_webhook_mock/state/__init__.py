"""Everything about a running mock that can change: one state for each space."""

from __future__ import annotations

from user_webhook_mock.state.mock_state import PARTS, MockState

__all__ = ["PARTS", "MockState"]
