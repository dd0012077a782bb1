from __future__ import annotations

from pathlib import Path

import pytest

from user_webhook_mock.cli.arguments import read_arguments
from user_webhook_mock.core.usage_error import UsageError
from user_webhook_mock.store.location import MEMORY, described_schemes, in_file, read_store


@pytest.mark.parametrize(
    ("arguments", "environment", "text", "is_shared"),
    [
        ([], {}, "memory:", False),
        (["--store", "memory:"], {}, "memory:", False),
        (["--store", "sqlite:webhooks.db"], {}, "sqlite:webhooks.db", True),
        (["--state", "webhooks.db"], {}, "sqlite:webhooks.db", True),
        ([], {"STATE": "webhooks.db"}, "sqlite:webhooks.db", True),
        ([], {"STORE": "sqlite:/tmp/webhooks.db"}, "sqlite:/tmp/webhooks.db", True),
        (["--store", "rediss://:pass@h"], {}, "rediss://h:6379/0", True),
    ],
)
def test_a_store_is_named_by_an_option_or_a_variable(
    arguments: list[str], environment: dict[str, str], text: str, is_shared: object
) -> None:
    store = read_arguments(arguments, environment).settings.store

    assert (str(store), store.is_shared, "pass" in repr(store)) == (text, is_shared, False)


@pytest.mark.parametrize("text", ["h:6379", "http://:pass@h", "webhooks.db", "sqlite"])
def test_what_does_not_name_a_store_is_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        read_store(text)

    assert str(caught.value) == (
        f"--store does not name a store: write it like sqlite:webhooks.db. A store is {described_schemes()}."
    )


def test_a_store_in_a_file_names_the_file() -> None:
    with pytest.raises(UsageError) as caught:
        read_store("sqlite:")

    assert str(caught.value) == "--store sqlite: does not name a file: write it like sqlite:webhooks.db."


def test_two_locations_of_one_file_are_equal() -> None:
    assert in_file(Path("a")) == in_file(Path("a")) != in_file(Path("b"))
    assert read_store("memory:") == MEMORY
