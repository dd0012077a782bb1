from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest

from support.mock_process import announced, call, command, finish
from user_webhook_mock.cli.arguments import read_arguments
from user_webhook_mock.cli.banner import banner
from user_webhook_mock.config.seed_file import read_seeds
from user_webhook_mock.core.usage_error import UsageError

SEEDS = """\
# two webhooks
webhooks:
  - id: first
    url: https://hooks.example.com/a
    events: [facility.creation.accepted]
    clientId: app-1
    secrets: [one, two]
  - id: second
"""


def test_the_mock_starts_with_the_webhooks_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "seeds.yaml").write_text(SEEDS)
    process = command("--port", "0", "--seed-file", str(tmp_path / "seeds.yaml"))
    mock, shown = announced(process)
    first, second = mock.control("GET", "/webhooks").body["webhooks"]
    updated = mock.patch({"events": ["all"]}, "first")
    mock.control("POST", "/reset")
    again = mock.control("GET", "/webhooks").body["webhooks"]
    process.terminate()
    _, _, errors = finish(process)

    events = ["facility.creation.accepted"]
    url = "https://hooks.example.com/a"
    assert first == {"id": "first", "url": url, "events": events, "clientId": "app-1", "secrets": ["one", "two"]}
    assert (second["url"], second["events"], len(second["secrets"][0])) == (
        "https://hooks.example.com/user",
        ["all"],
        32,
    )
    assert (updated.status, updated.data["url"], again) == (201, url, [first, second])
    assert "webhooks         first\n                   second\n" in shown
    assert "one" not in errors


def test_what_the_control_api_lists_can_be_started_with(tmp_path: Path) -> None:
    (tmp_path / "seeds.yaml").write_text(SEEDS)
    seeds = read_seeds(tmp_path / "seeds.yaml")
    rows = [{"id": one.id, "url": one.url, "events": one.events, "secrets": one.secrets} for one in seeds]
    (tmp_path / "seeds.json").write_text(json.dumps({"webhooks": rows}, indent="\t"))

    again = read_seeds(tmp_path / "seeds.json")

    assert [(one.id, one.events, one.secrets) for one in again] == [(one.id, one.events, one.secrets) for one in seeds]


def test_json_may_escape_what_it_likes(tmp_path: Path) -> None:
    (tmp_path / "seeds.json").write_text('[{"id": "\\ud83d\\ude00", "url": "https:\\/\\/a.example"}]')

    [seed] = read_seeds(tmp_path / "seeds.json")

    assert (seed.id, seed.url) == ("\U0001f600", "https://a.example")


def test_the_banner_says_that_the_file_has_one_webhook(tmp_path: Path) -> None:
    (tmp_path / "seeds.yaml").write_text("- id: only\n")
    settings = read_arguments(["--seed-file", str(tmp_path / "seeds.yaml")], {}).settings

    text = banner(settings, "http://127.0.0.1:8000")

    assert re.search(r"webhooks +only\n +\(the only one: the seed file has no second webhook\)\n", text)


def test_a_run_is_told_the_ids_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "seeds.yaml").write_text("- id: only\n")
    options = ("--port", "0", "--quiet", "--seed-file", str(tmp_path / "seeds.yaml"))
    process = command(*options, "--run", "sh", "-c", 'echo "$WEBHOOK_ID:$SECOND_WEBHOOK_ID"')

    assert finish(process) == (0, "only:\n", "")


@pytest.mark.parametrize(
    ("content", "line", "words"),
    [
        ("- id: a\n  url: ftp://x\n", 2, "url='ftp://x' is not valid: write it like"),
        ("- id: a\n\n  events: [all, none]\n", 3, "events=['all', 'none'] is not valid"),
        ("- id: 12\n", 1, "id=12 is not valid: put it in quotes."),
        ("- id: a\n  nick: b\n", 2, "'nick' is not a member of a webhook: leave it out."),
        ("- url: https://a.example\n", 1, "id is missing: add one."),
        ("- id: a\n- id: b\n- id: a\n", 3, "two webhooks have the id 'a': give each its own."),
        ("- id: a\n  id: b\n", 2, "one webhook has id twice: keep one."),
        ("- id: a\n  secrets: [s3cret, 1]\n", 2, "secrets is not valid: correct it or leave it out."),
        ("a: b\n", 1, "this is not a list."),
        ("- a\n", 1, "this is not a webhook."),
        ("[]\n", 1, "there are no webhooks."),
        ("", 1, "this is not a list."),
        ("- id: [\n", 2, "expected the node content, but found '<stream end>'. Write a list of webhooks, as GET "),
        ("- id: a\n\t- b\n", 2, "found character '\\t'"),
        ("- id: a\n  url: !!python/name:os.system ''\n", 2, "could not determine a constructor"),
        ("- id: a\n  events: &x [all]\n- id: b\n  events: *x\n", 4, "aliases are not supported."),
        ("[" * 100_000, 1, "this is nested too deeply."),
        ("- id: a\n- id: \x00\n", 2, "special characters are not allowed."),
        ("- id: a\n- id: 2024-13-01\n", 2, "month must be in 1..12: put the value in quotes."),
        ("- url: 1" + ":1" * 500_000, 1, "url='1:1:1:1:1:1"),
    ],
    ids=lambda value: repr(value)[:30],
)
def test_a_mistake_is_one_line_that_names_its_place(tmp_path: Path, content: str, line: int, words: str) -> None:
    file = tmp_path / "seeds.yaml"
    file.write_text(content)

    with pytest.raises(UsageError) as raised:
        read_seeds(file)

    assert str(raised.value).startswith(f"The seed file {str(file)!r}, line {line}: {words}")
    assert "\n" not in str(raised.value)
    assert "s3cret" not in str(raised.value)


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"- id: \xff\n", "is not UTF-8"), (b" " * 1_048_577, "is too long"), (None, "cannot be read")],
    ids=["bytes", "a megabyte", "no file"],
)
def test_a_file_that_cannot_be_read_is_one_line(tmp_path: Path, content: bytes | None, words: str) -> None:
    file = tmp_path / "seeds.yaml"
    if content is not None:
        file.write_bytes(content)

    status, output, errors = call("--port", "0", "--seed-file", str(file))

    assert (status, output, errors.count("\n")) == (2, "", 1)
    assert words in errors


@pytest.mark.parametrize(
    "options", [["--seed-file"], ["--choices"], ["--state"], ["--tls-key", __file__, "--tls-cert"]]
)
@pytest.mark.parametrize("kind", ["device", "pipe"])
def test_a_file_without_an_end_is_one_line(tmp_path: Path, options: list[str], kind: str) -> None:
    file = Path("/dev/zero") if kind == "device" else tmp_path / "pipe"
    if kind == "pipe":
        os.mkfifo(file)

    status, output, errors = finish(command("--port", "0", *options, str(file)))

    assert (status, output, errors.count("\n")) == (2, "", 1)
    assert f"{str(file)!r} is not a regular file" in errors


def test_an_id_that_the_file_lacks_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "seeds.yaml").write_text(SEEDS)
    options = ("--port", "0", "--seed-file", str(tmp_path / "seeds.yaml"))

    status, _, errors = call(*options, WEBHOOK_ID="third")

    advice = "WEBHOOK_ID='third' is not in the seed file: leave it out, or use one of first, second."
    assert (status, errors) == (2, f"user-webhook-mock: {advice}\n")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--latency", "1"], "--latency='1' is not a valid latency: write it like 200ms"),
        (["--fault", "dorp"], "Unknown fault 'dorp': did you mean 'drop'?"),
        (["--fail-rate", "2"], "--fail-rate='2' is not a number from 0 to 1"),
        (["--fault-seed", "x"], "--fault-seed='x' is not valid"),
        (["--rate-limit", "100"], "--rate-limit='100' is not a valid rate limit"),
        (["--journal", "many"], "--journal='many' is not a valid number of requests"),
        (["--control-token", ""], "--control-token is empty"),
        (["--control-token", "a b"], "--control-token cannot be sent in a header"),
    ],
    ids=str,
)
def test_an_option_that_is_not_legal_is_one_line(arguments: list[str], words: str) -> None:
    status, output, errors = call("--port", "0", *arguments)

    assert (status, output, errors.count("\n")) == (2, "", 1)
    assert words in errors
