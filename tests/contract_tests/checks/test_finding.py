from __future__ import annotations

from datetime import date

from user_webhook_contract.checks.finding import (
    CUT,
    Gravity,
    broken,
    broken_by_status,
    compare,
    kept,
    shared_beginning,
    show,
    show_apart,
)


def test_a_wrong_status_is_graver_than_wrong_content() -> None:
    status, content = broken_by_status("R-101", "status 500", "status 201"), broken("R-106", "a", "b")

    assert (status.is_kept, status.gravity, status.headline) == (False, Gravity.STATUS, "")
    assert (content.is_kept, content.gravity, content.headline) == (False, Gravity.CONTENT, "")
    assert min(content, status, key=lambda one: one.gravity) is status


def test_a_value_of_another_type_is_another_value() -> None:
    assert compare("R-104", "a", "a") == kept("R-104")
    assert compare("R-604", 401, "401") == broken("R-604", "401", '"401"')
    assert compare("R-604", 401.0, 401) == broken("R-604", "401.0", "401")


def test_a_value_is_shown_in_ascii_whatever_it_is() -> None:
    assert show("ü\n") == '"\\u00fc\\n"'
    assert show(date(2026, 11, 27)) == '"2026-11-27"'


def test_a_value_is_cut_where_it_is_longer_than_300_characters() -> None:
    assert show("x" * 298) == f'"{"x" * 298}"'
    assert show("x" * 299) == f'"{"x" * 299}{CUT}301 characters)'


def test_two_long_values_are_shown_from_a_little_before_they_differ() -> None:
    first, second = show_apart("x" * 400 + "a", "x" * 400 + "b")

    assert first == f'…{"x" * 150}a"'
    assert second == f'…{"x" * 150}b"'


def test_two_values_that_differ_early_are_shown_from_their_beginning() -> None:
    first, _ = show_apart("x" * 100 + "a" * 300, "x" * 100 + "b")

    assert first == f'"{"x" * 100}{"a" * 199}{CUT}402 characters)'


def test_the_shared_beginning_ends_with_the_shorter_text() -> None:
    assert shared_beginning("abc", "abd") == "ab"
    assert shared_beginning("abc", "ab") == "ab"
