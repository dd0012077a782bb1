from __future__ import annotations

import base64
import copy
import json
import os
from typing import TYPE_CHECKING, Any

import pytest

from support.relay import Relay, Reply
from support.report_runs import report_of
from support.suite_runs import FIRST, SECOND, call, command
from user_webhook_contract.cases.dry_run import dry_run
from user_webhook_contract.checks.history import History
from user_webhook_contract.commands.replay_safety import stranger_in
from user_webhook_contract.commands.resending import MAX_REQUESTS
from user_webhook_contract.http.request import encode
from user_webhook_contract.report.content_hash import with_content_hash
from user_webhook_contract.results.redaction import Redactor
from user_webhook_contract.settings import DEEP_BUDGET, Settings

if TYPE_CHECKING:
    from pathlib import Path

    from servers.faulty import FaultyServers

FAULT = "answers-401-with-error"
NOBODY = "http://127.0.0.1:9"
PUT_BACK = (
    "the url is put back. The secrets from before the run were replaced by its requests: the target makes new ones "
    "whenever an update omits them. Its events cannot be read first; it now subscribes to all."
)


@pytest.fixture(scope="module")
def faulty(servers: FaultyServers) -> dict[str, Any]:
    """Return the report on a server that breaks R-604 and nothing else."""
    return report_of(servers.url(FAULT))


@pytest.fixture(scope="module")
def correct(servers: FaultyServers) -> dict[str, Any]:
    return report_of(servers.url("correct"))


def written(report: Any, folder: Path, name: str = "report.json") -> Path:
    file = folder / name
    file.write_text(json.dumps(report), encoding="utf-8")
    return file


def assert_misused(result: tuple[int, str, str], *words: str) -> None:
    status, output, errors = result

    assert (status, output, errors.count("\n")) == (2, "", 1), output + errors
    assert all(word in errors for word in words), errors


def test_compare_names_what_newly_fails(correct: dict[str, Any], faulty: dict[str, Any], tmp_path: Path) -> None:
    files = [written(correct, tmp_path, "a.json"), written(faulty, tmp_path, "b.json")]
    status, output, errors = command(["compare", *files], tmp_path)

    assert (status, errors) == (1, "")
    assert output.splitlines() == [
        f"Comparable: both have the baseline {correct['baseline']['sha256'][:12]}.",
        f"Different target: {correct['target']}, now {faulty['target']}.",
        "Newly failing: R-604 (must) A 401 has the documented body: pass, now fail",
        # What a wrong response shows is not a choice.
        "Choice: token_words refuse, now unknown",
        "The verdict changes: conformant, now non-conformant.",
        "1 newly failing, 0 newly passing, 0 changed otherwise.",
    ]


def test_compare_is_content_where_nothing_newly_fails(
    correct: dict[str, Any], faulty: dict[str, Any], tmp_path: Path
) -> None:
    files = [written(faulty, tmp_path, "a.json"), written(correct, tmp_path, "b.json")]
    status, output, _ = call(["compare", *files], tmp_path)

    assert status == 0
    assert "Newly passing: R-604 (must) A 401 has the documented body: fail, now pass" in output
    assert call(["compare", files[0], files[0]], tmp_path)[:2] == (
        0,
        (
            f"Comparable: both have the baseline {faulty['baseline']['sha256'][:12]}.\n"
            "The verdict stays non-conformant.\n0 newly failing, 0 newly passing, 0 changed otherwise.\n"
        ),
    )


def test_compare_names_every_other_difference(correct: dict[str, Any], tmp_path: Path) -> None:
    other = copy.deepcopy(correct)
    other["document"]["sha256"] = "0" * 64
    other["kit"]["version"] = "9.9.9"
    other["settings"]["budget"] = 50
    other["choices"][0]["value"] = "keep"
    other["requirements"][0] |= {"verdict": "not-run", "why": "not sent"}
    dropped = other["requirements"].pop()
    status, output, _ = call(
        ["compare", written(correct, tmp_path, "a.json"), written(with_content_hash(other), tmp_path, "b.json")],
        tmp_path,
    )

    assert status == 0
    assert output.splitlines() == [
        f"Comparable: both have the baseline {correct['baseline']['sha256'][:12]}.",
        f"Different document: {correct['document']['sha256'][:12]}, now 000000000000.",
        "Different kit: 0.1.0, now 9.9.9.",
        "Different budget: 100, now 50.",
        "Changed otherwise: R-101 (must) A valid update is answered with 201: pass, now not-run (not sent)",
        f"Changed otherwise: {dropped['id']} (should) {dropped['title']}: not-run, now absent",
        "Choice: omitted_secrets generate, now keep",
        "The verdict stays conformant.",
        "0 newly failing, 0 newly passing, 2 changed otherwise.",
    ]


def test_a_warning_that_is_new_does_not_fail_the_comparison(correct: dict[str, Any], tmp_path: Path) -> None:
    other = copy.deepcopy(correct)
    next(row for row in other["requirements"] if row["id"] == "R-227")["verdict"] = "fail"
    status, output, _ = call(
        ["compare", written(correct, tmp_path, "a.json"), written(other, tmp_path, "b.json")], tmp_path
    )

    assert (status, "Newly failing: R-227 (should)" in output) == (0, True)


def test_compare_says_which_report_was_changed(correct: dict[str, Any], tmp_path: Path) -> None:
    files = [written(correct, tmp_path, "a.json"), written(correct | {"target": "http://x"}, tmp_path, "b.json")]
    status, output, _ = call(["compare", *files], tmp_path)

    assert status == 0
    assert output.splitlines()[0] == f"{files[1]} was changed after its run: its hash is not that of its contents."


def test_verify_report_says_that_a_report_is_unchanged(faulty: dict[str, Any], tmp_path: Path) -> None:
    file = written(faulty, tmp_path)
    status, output, errors = command(["verify-report", file], tmp_path)

    assert (status, errors) == (0, "")
    assert output == (
        f"{file} matches its schema, and its hash is that of its contents: non-conformant, {faulty['target']}, "
        f"{faulty['started']}.\nThe hash is not a signature: it shows an accidental or careless change, not a deliberate one.\n"
    )


def test_verify_report_finds_a_changed_verdict(faulty: dict[str, Any], tmp_path: Path) -> None:
    status, output, errors = call(["verify-report", written(faulty | {"verdict": "conformant"}, tmp_path)], tmp_path)

    assert (status, errors) == (1, "")
    assert f"was changed after its run: its content_sha256 is {faulty['content_sha256']}" in output


@pytest.mark.parametrize("name", ["compare", "verify-report", "replay"])
@pytest.mark.parametrize(
    ("content", "words"),
    [
        pytest.param(b"", "is not JSON", id="empty"),
        pytest.param(b"\xff\xfe\x00", "is not JSON", id="no text"),
        pytest.param(b"{" * 100_000, "is not JSON", id="open"),
        pytest.param(b"[" * 100_000 + b"]" * 100_000, "is not JSON", id="deep"),
        pytest.param(b'{"a": NaN}', "NaN is not a number", id="NaN"),
        pytest.param(b"9" * 5000, "is not JSON", id="a number of 5000 digits"),
        pytest.param(b"[]", "its schema is missing", id="a list"),
        pytest.param(b"null", "its schema is missing", id="null"),
        pytest.param(b'{"schema": "\\u001b[31m\\ud800"}', "its schema is \\x1b[31m", id="hostile schema"),
        pytest.param(b'{"schema": "urn:user-webhook-contract:conformance:2"}', "conformance:2; expected", id="newer"),
        pytest.param(
            b'{"schema": "urn:user-webhook-contract:conformance:1"}', "is not a valid report: the report", id="bare"
        ),
    ],
)
def test_what_is_no_report_is_one_line(name: str, content: bytes, words: str, tmp_path: Path) -> None:
    file = tmp_path / "report.json"
    file.write_bytes(content)
    arguments = {"compare": [file, file], "verify-report": [file], "replay": [file, "--target", NOBODY]}

    assert_misused(call([name, *arguments[name]], tmp_path), str(file), words)


def test_a_report_that_breaks_its_schema_is_one_line(faulty: dict[str, Any], tmp_path: Path) -> None:
    file = written(with_content_hash(faulty | {"verdict": "\x1b[31m" + "x" * 5000}), tmp_path)
    status, _, errors = call(["verify-report", file], tmp_path)

    assert (status, errors.count("\n"), "\x1b" in errors) == (2, 1, False)
    assert f"{file} is not a valid report: verdict:" in errors
    assert len(errors) < 600


def test_a_file_that_cannot_be_a_report_is_one_line(tmp_path: Path) -> None:
    large, pipe = tmp_path / "large.json", tmp_path / "pipe"
    with large.open("wb") as file:
        file.truncate(1_000_000_000)
    os.mkfifo(pipe)

    assert_misused(call(["verify-report", large], tmp_path), "is larger than 100 MB")
    assert_misused(call(["verify-report", pipe], tmp_path), "is not a regular file")
    assert_misused(call(["verify-report", tmp_path], tmp_path), "is a folder: give the conformance.json in it")
    assert_misused(call(["verify-report", tmp_path / "none"], tmp_path), "does not exist")
    assert_misused(call(["verify-report", tmp_path / ("x" * 300)], tmp_path), "cannot be read: File name too long")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        pytest.param(["compare"], "arguments are required: A.json, B.json", id="compare without files"),
        pytest.param(
            ["compare", "a", "b", "c"], "unexpected argument: quote values that contain spaces", id="a third file"
        ),
        pytest.param(["verify-report", "--strict", "a"], "unrecognized arguments: --strict", id="option of a run"),
        pytest.param(["replay"], "arguments are required: FILE", id="replay without a file"),
        pytest.param(["verify"], "unexpected argument: quote values that contain spaces", id="no such command"),
    ],
)
def test_a_wrong_command_is_one_line(arguments: list[str], words: str, tmp_path: Path) -> None:
    assert_misused(call(arguments, tmp_path), words)


def test_replay_says_what_still_fails(servers: FaultyServers, faulty: dict[str, Any], tmp_path: Path) -> None:
    with Relay(servers.url(FAULT)) as relay:
        arguments = ["replay", written(faulty, tmp_path), "--target", relay.url, "--rate", 0]
        status, output, errors = command(arguments, tmp_path)
    failures = next(row["failures"] for row in faulty["requirements"] if row["id"] == "R-604")
    told, number = "R-604 (must) A 401 has the documented body", failures[0]["request"]

    assert (status, errors) == (1, "")
    first, *restored, last = output.splitlines()
    assert first == (
        f'{told}: still fails. Request {number} of the report: received error "Unauthorized"; documented no error.'
    )
    assert sorted(restored) == [f"{FIRST}: {PUT_BACK}", f"{SECOND}: {PUT_BACK}"]
    assert last == f"1 still fails; {len(relay.seen)} requests sent to {relay.url}."
    assert len(relay.seen) == 2 * 5 + len(failures)
    assert {sent.method for sent in relay.seen} == {"PATCH"}


def test_replay_says_what_does_not_fail_any_more(
    servers: FaultyServers, faulty: dict[str, Any], tmp_path: Path
) -> None:
    arguments = ["replay", written(faulty, tmp_path), "--target", servers.url("correct")]
    status, output, errors = call(arguments, tmp_path)

    assert (status, errors) == (0, "")
    assert "R-604 (must) A 401 has the documented body: fixed." in output
    assert output.splitlines()[-1].startswith("1 fixed; ")


def test_replay_sends_nothing_where_nothing_failed(
    servers: FaultyServers, correct: dict[str, Any], faulty: dict[str, Any], tmp_path: Path
) -> None:
    with Relay(servers.url("correct")) as relay:
        for report, rest in ((correct, []), (faulty, ["--requirement", "R-101"])):
            arguments = ["replay", written(report, tmp_path), "--target", relay.url, *rest]
            assert call(arguments, tmp_path) == (0, "Nothing failed in that run, so nothing was sent.\n", "")

    assert relay.seen == []


# One fault for each way in which a requirement is told: by status, credential, id, features, secrets, state, silence.
@pytest.mark.parametrize(
    ("name", "row"),
    [
        ("answers-200-for-201", "R-101"),
        ("trusts-any-token", "R-402"),
        ("trusts-the-forbidden-token", "R-404"),
        ("finds-an-id-by-its-beginning", "R-502"),
        ("refuses-missing-urls", "R-221"),
        ("reverses-given-secrets", "R-107"),
        ("drops-the-connection-on-malformed-json", "R-703"),
    ],
)
def test_replay_tells_a_faulty_server_from_a_mended_one(
    servers: FaultyServers, name: str, row: str, tmp_path: Path
) -> None:
    file = written(report_of(servers.url(name)), tmp_path)
    arguments = ["replay", file, "--requirement", row, "--rate", 0, "--target"]
    broken = call([*arguments, servers.url(name)], tmp_path)
    mended = call([*arguments, servers.url("correct")], tmp_path)

    assert (broken[0], f"{row} (must)" in broken[1], "still fails" in broken[1]) == (1, True, True), broken
    assert (mended[0], "fixed" in mended[1]) == (0, True), mended


@pytest.mark.parametrize(
    ("name", "row"), [("makes-a-random-client-each-time", "R-108"), ("does-not-store-the-url", "R-301")]
)
@pytest.mark.thorough
def test_replay_finds_a_lost_state_and_cannot_tell_a_kept_one(
    servers: FaultyServers, name: str, row: str, tmp_path: Path
) -> None:
    file = written(report_of(servers.url(name)), tmp_path)
    arguments = ["replay", file, "--requirement", row, "--rate", 0, "--target"]
    broken = call([*arguments, servers.url(name)], tmp_path)
    mended = call([*arguments, servers.url("correct")], tmp_path)

    assert (broken[0], f"{row} (must)" in broken[1], "still fails" in broken[1]) == (1, True, True), broken
    assert (mended[0], "it depends on the requests before it" in mended[1]) == (2, True), mended


@pytest.mark.parametrize(("name", "row"), [("writes-the-url-when-refused", "R-304"), ("generates-a-counter", "R-303")])
@pytest.mark.thorough
def test_replay_says_what_it_cannot_tell(servers: FaultyServers, name: str, row: str, tmp_path: Path) -> None:
    file = written(report_of(servers.url(name)), tmp_path)
    status, output, errors = call(
        ["replay", file, "--requirement", row, "--target", servers.url("correct"), "--rate", 0], tmp_path
    )

    assert (status, errors) == (2, "")
    assert f"{row} (must)" in output
    assert "inconclusive. Request" in output
    assert "it depends on the requests before it: run the suite." in output


def changed(report: dict[str, Any], **request: Any) -> dict[str, Any]:
    """Return *report* with something else in every request."""
    copied = copy.deepcopy(report)
    for exchange in copied["exchanges"]:
        exchange["request"] |= request
    return copied


@pytest.mark.parametrize(
    ("request_", "words"),
    [
        pytest.param({"webhook_id": "of-somebody-else"}, "the webhook 'of-somebody-else' was not given", id="id"),
        pytest.param({"webhook_id": "\ud800"}, "was not given", id="id that is no text"),
        pytest.param({"credential": "root"}, "this kit does not know the credential 'root'", id="credential"),
        pytest.param({"media_type": "a/b\r\nX-Header: 1"}, "its media type cannot be sent", id="header"),
        pytest.param({"media_type": "é"}, "its media type cannot be sent", id="letters"),
        pytest.param({"body": {"kind": "cut", "value": "a", "length": 9}}, "longer than a report holds", id="cut"),
        pytest.param({"body": {"kind": "base64", "value": "%"}}, "the report holds no body of it", id="base64"),
        pytest.param({"body": {"kind": "text"}}, "the report holds no body of it", id="no text"),
        pytest.param({"body": {"kind": "text", "value": "\ud800"}}, "the report holds no body of it", id="surrogate"),
        pytest.param(
            {"body": {"kind": "json", "value": "<secret of 999999999 characters>"}}, "is longer than any", id="secret"
        ),
    ],
)
def test_replay_does_not_send_what_a_run_would_not(
    servers: FaultyServers, faulty: dict[str, Any], request_: dict[str, Any], words: str, tmp_path: Path
) -> None:
    with Relay(servers.url(FAULT)) as relay:
        arguments = ["replay", written(changed(faulty, **request_), tmp_path), "--target", relay.url]
        status, output, errors = call(arguments, tmp_path)

    assert (status, errors, relay.seen) == (2, "", [])
    assert "it was not sent: " in output
    assert words in output


ATTACK = {"events": ["all"], "url": "https://attacker.test/take", "secrets": ["the-attackers-own-secret"]}
OWN_URL = "https://hooks.example.com/a"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        pytest.param({"kind": "json", "value": ATTACK}, "it was not sent", id="url and secrets"),
        pytest.param({"kind": "json", "value": ATTACK | {"secrets": []}}, "its url is not one", id="url"),
        pytest.param({"kind": "json", "value": ATTACK | {"url": OWN_URL}}, "its secrets are not", id="secrets"),
        pytest.param({"kind": "json", "value": {"x": {"y": "//attacker.test"}}}, "its url is not one", id="elsewhere"),
        pytest.param({"kind": "json", "value": {"url": "https://attacker/"}}, "its url is not one", id="one label"),
        pytest.param(
            {"kind": "json", "value": {"url": "https://hooks.example.com@attacker.test/"}}, "its url is", id="user name"
        ),
        pytest.param({"kind": "json", "value": {"url": "https://0x7f.1/"}}, "its url is not one", id="number"),
        pytest.param({"kind": "json", "value": {"URL": "attacker.test"}}, "its url is not one", id="capitals"),
        pytest.param(
            {"kind": "text", "value": '{"url": "https://hooks.example.com", "url": "https://attacker.test"}'},
            "its url is not one",
            id="a key twice",
        ),
        pytest.param(
            {"kind": "text", "value": '{"\\u0075rl": "https:\\u002f\\u002fattacker.test"}'}, "its url", id="escapes"
        ),
        pytest.param({"kind": "text", "value": "{'url': 'https://attacker.test'}"}, "it names a host", id="lenient"),
        pytest.param(
            {"kind": "text", "value": "{'url': 'https:\\u002f\\u002fattacker.test'}"},
            "it names a host",
            id="lenient, escapes",
        ),
        pytest.param({"kind": "text", "value": "url=https%3A%2F%2Fattacker.test"}, "it names a host", id="form"),
        pytest.param({"kind": "text", "value": "{secrets: ['mine-and-yours']}"}, "its secrets are not", id="unquoted"),
        pytest.param(
            {"kind": "base64", "value": base64.b64encode(json.dumps(ATTACK).encode("utf-16")).decode()},
            "its secrets are not",
            id="UTF-16",
        ),
    ],
)
def test_replay_sends_no_url_and_no_secret_that_was_made_up_elsewhere(
    servers: FaultyServers, faulty: dict[str, Any], content: dict[str, Any], words: str, tmp_path: Path
) -> None:
    with Relay(servers.url(FAULT)) as relay:
        arguments = ["replay", written(changed(faulty, body=content), tmp_path), "--target", relay.url]
        status, output, errors = call(arguments, tmp_path)

    assert (status, errors, relay.seen) == (2, "", [])
    assert words in output


def test_a_replay_has_an_end(servers: FaultyServers, faulty: dict[str, Any], tmp_path: Path) -> None:
    report = copy.deepcopy(faulty)
    row = next(one for one in report["requirements"] if one["id"] == "R-604")
    exchange = next(one for one in report["exchanges"] if one["number"] == row["failures"][0]["request"])
    report["exchanges"] += [exchange | {"number": number} for number in range(1000, 1300)]
    row["failures"] = [row["failures"][0] | {"request": number} for number in range(1000, 1300)]
    with Relay(servers.url(FAULT)) as relay:
        call(["replay", written(report, tmp_path), "--target", relay.url, "--rate", 0], tmp_path)

    assert len(relay.seen) == MAX_REQUESTS + 5


def test_replay_puts_the_webhook_back(servers: FaultyServers, faulty: dict[str, Any], tmp_path: Path) -> None:
    servers.reset(FAULT)
    call(["replay", written(faulty, tmp_path), "--target", servers.url(FAULT), "--rate", 0], tmp_path)

    assert servers.server(FAULT).webhooks[FIRST].url == "https://example.com/webhook"


@pytest.mark.parametrize("seed", [0, 1, 7], ids=str)
def test_every_request_of_a_plan_is_one_that_replay_sends(seed: int) -> None:
    settings = Settings(NOBODY, seed=seed, budget=DEEP_BUDGET)
    redactor = Redactor(settings, History())
    refused = []
    for planned in dry_run(settings):
        body = planned.case.request.body
        shown = redactor.body(body)
        content = encode(shown) if not isinstance(shown, str) else (body or b"")
        if stranger_in(content, ""):
            refused.append((planned.case.title, content[:200]))

    assert refused == []


def test_replay_fills_secrets_with_new_ones(servers: FaultyServers, tmp_path: Path) -> None:
    report = report_of(servers.url("reverses-given-secrets"))
    with Relay(servers.url("correct")) as relay:
        call(["replay", written(report, tmp_path), "--target", relay.url, "--rate", 0], tmp_path)
    sent = [json.loads(one.body).get("secrets", []) for one in relay.seen]

    assert all(secret.isalnum() for secrets in sent for secret in secrets)
    assert len({secret for secrets in sent for secret in secrets}) == sum(map(len, sent)) > 4


def test_replay_prints_no_secret(servers: FaultyServers, tmp_path: Path) -> None:
    report = report_of(servers.url("reverses-given-secrets"))
    with Relay(servers.url("reverses-given-secrets")) as relay:
        arguments = ["replay", written(report, tmp_path), "--target", relay.url, "--rate", 0]
        status, output, _ = call(arguments, tmp_path)
    secrets = {one for sent in relay.seen for one in json.loads(sent.body).get("secrets", [])}

    assert (status, "R-107 (must)" in output, len(secrets) > 2) == (1, True, True)
    assert [one for one in secrets if one in output] == []
    assert 'received ["<secret of 3' in output


def test_replay_asks_for_a_report_of_the_webhook_that_it_may_change(faulty: dict[str, Any], tmp_path: Path) -> None:
    arguments = ["replay", written(faulty, tmp_path), "--target", NOBODY, "--webhook-id", SECOND]

    assert_misused(call(arguments, tmp_path), f"--webhook-id='{SECOND}' is not the webhook of the report, '{FIRST}'")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        pytest.param([], "--target is missing", id="no target"),
        pytest.param(["--target", NOBODY], "cannot be reached", id="target down"),
        pytest.param(
            ["--target", NOBODY, "--requirement", "R-999"],
            "--requirement='R-999' is not in the report",
            id="requirement",
        ),
    ],
)
def test_a_replay_that_cannot_be_is_one_line(
    faulty: dict[str, Any], arguments: list[str], words: str, tmp_path: Path
) -> None:
    assert_misused(call(["replay", written(faulty, tmp_path), *arguments], tmp_path), words)


def test_a_wrong_token_is_not_taken_for_a_failure(
    servers: FaultyServers, faulty: dict[str, Any], tmp_path: Path
) -> None:
    arguments = ["replay", written(faulty, tmp_path), "--target", servers.url(FAULT), "--token", "unknown-token"]

    assert_misused(call(arguments, tmp_path), "answers 401 to --token")


def test_a_silent_target_is_not_taken_for_a_mended_one(
    servers: FaultyServers, faulty: dict[str, Any], tmp_path: Path
) -> None:
    file = written(faulty, tmp_path)
    with Relay(servers.url("correct"), lambda number, _: "pass" if number <= 6 else "drop") as relay:
        status, output, _ = call(["replay", file, "--target", relay.url, "--timeout", 2], tmp_path)

    assert (status, "inconclusive" in output) == (2, True)


def test_replay_takes_no_address_and_no_token_from_the_report(
    servers: FaultyServers, faulty: dict[str, Any], tmp_path: Path
) -> None:
    with Relay(servers.url("correct")) as theirs, Relay(servers.url("correct")) as ours:
        report = copy.deepcopy(faulty) | {"target": theirs.url}
        call(["replay", written(report, tmp_path), "--target", ours.url], tmp_path)

    assert theirs.seen == []
    assert len(ours.seen) > 1


def test_a_target_over_its_limit_is_one_line(faulty: dict[str, Any], tmp_path: Path) -> None:
    limited = Reply(429, b"", {"Retry-After": "1"})
    with Relay(NOBODY, lambda _number, _: limited) as relay:
        arguments = ["replay", written(faulty, tmp_path), "--target", relay.url]

        assert_misused(call(arguments, tmp_path), "429")
