"""The curl line of a report, beside the request that it stands for.

The first shell runs curl. Of the others it is shown that they give curl the same arguments and input as the first does.
"""

from __future__ import annotations

import itertools
import os
import subprocess
from typing import TYPE_CHECKING, Final

import pytest

from support.relay import Relay, Reply, Sent
from support.suite_runs import FIRST, environment, numbered
from support.tools import needed
from user_webhook_contract.cases.dry_run import dry_run
from user_webhook_contract.cases.kinds import DEPTHS
from user_webhook_contract.cases.operators import bodies
from user_webhook_contract.http.authorization import is_itself
from user_webhook_contract.http.client import Client, Way
from user_webhook_contract.http.request import Credential, Request, encode
from user_webhook_contract.report.curl import MAX_BODY, curl
from user_webhook_contract.report.shell import printing
from user_webhook_contract.settings import DEFAULT_FORBIDDEN_TOKEN, DEFAULT_TOKEN, Settings

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

SHELLS: Final = ("dash", "bash", "zsh")
TOKENS: Final = (
    "another-token",
    "123456789012",
    "8f3a-c2e1-b7d4-0000000000",
    "7",
    "ab",
    "-n",
    "%s\\n$HOME`id`'\"!*#~",
    "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl",
)
UNLIKE: Final = ("user-agent", "connection", "accept-encoding")
"""Headers that say which client it is."""

BODIES: Final = (
    *(one.value for one in (*bodies.odd(), *bodies.malformed(), *bodies.non_objects())),
    *(b"[" * depth + b"]" * depth for depth in DEPTHS),
    *({"x": "p" * size} for size in (900, 1024, 1025, 3_900, 150_000)),
    {"events": ["nope"] * 2000},
    {"events": ["it's", '"', "\\", "%s%d%%", "$TOKEN `id` !!", "-n", "\u00e9\u2028\x7f"]},
    b"@/etc/passwd",
    b"-n %s",
    b"%",
    b"\\",
    b"'",
    b"\n",
    b"\r\n" * 3,
    b"\x00" * 700,
    bytes(range(256)),
    b"%\\\"'" * 90,
    b"12345678\xff" * 40 + b"7",
    b"",
    None,
)


def answer(_number: int, _sent: Sent) -> Reply:
    return Reply(201, b"{}", {"Content-Type": "application/json"})


def run_lines(shell: str, lines: Iterable[str], **variables: str) -> None:
    """Run *lines* in one *shell*."""
    environs = {**environment(), **variables}
    for name in {"TOKEN", "FORBIDDEN_TOKEN"} - variables.keys():
        environs.pop(name, None)
    script = "\n".join(lines)
    ended = subprocess.run(
        [needed(shell), "-c", 'eval "$(cat)"'],
        input=script.encode(),
        env={**environs, "LC_ALL": os.environ.get("LC_ALL", "C.UTF-8")},
        capture_output=True,
        check=False,
        timeout=100,
    )
    assert ended.returncode == 0, ended.stderr.decode()[-2000:]


def on_the_wire(requests: list[Request], settings: Settings) -> list[Sent]:
    """Return *requests* as the suite sends them."""
    with Relay("http://127.0.0.1:9", answer) as relay:
        client = Client(Settings(relay.url, settings.token, settings.forbidden_token, rate=0, budget=2000))
        for request in requests:
            client.send(request)
    return relay.seen


def by_lines(shell: str, requests: list[Request], settings: Settings, **variables: str) -> list[Sent]:
    """Return *requests* as their curl lines send them in *shell*."""
    with Relay("http://127.0.0.1:9", answer) as relay:
        chosen = Settings(relay.url, settings.token, settings.forbidden_token)
        run_lines(shell, [curl(one, chosen, frozenset()).command for one in requests], **variables)
    return relay.seen


def given_to_curl(
    shell: str, requests: list[Request], settings: Settings, folder: Path, **variables: str
) -> list[bytes]:
    """Return the arguments and the input that *shell* gives curl for the curl line of each of *requests*."""
    folder.mkdir()
    lines = ['curl() { { printf \'%s\\0\' "$#" "$@"; cat; } >>"$CALLS/$call"; }']
    for number, one in enumerate(requests):
        lines += [f"call={number}", curl(one, settings, frozenset()).command]
    run_lines(shell, lines, CALLS=str(folder), **variables)
    return [(folder / str(number)).read_bytes() for number in range(len(requests))]


def assert_sent(shell: str, requests: list[Request], settings: Settings, folder: Path, **variables: str) -> None:
    """Assert that *shell* sends *requests* by their curl lines."""
    if shell == SHELLS[0]:
        sent = by_lines(shell, requests, settings, **variables)
        assert differences(on_the_wire(requests, settings), sent) == []
    else:
        given = [given_to_curl(one, requests, settings, folder / one, **variables) for one in (SHELLS[0], shell)]
        assert given[0] == given[1]


def compared(sent: Sent) -> tuple[str, str, dict[str, str], bytes]:
    """Return what is the same whoever sends it."""
    headers = {name: value for name, value in sent.headers.items() if name not in (*UNLIKE, "host")}
    return sent.method, sent.path, headers, sent.body


def differences(left: list[Sent], right: list[Sent]) -> list[tuple[object, object]]:
    pairs = itertools.zip_longest(left, right)
    return [
        (one and compared(one), other and compared(other))
        for one, other in pairs
        if not (one and other) or compared(one) != compared(other)
    ]


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize("token", numbered([(one,) for one in TOKENS]))
def test_the_line_of_every_credential_sends_its_header(shell: str, token: str, tmp_path: Path) -> None:
    settings = Settings("http://x.example", token, "forbidden-one")
    requests = [
        Request(FIRST, b"{}", one) for one in Credential if is_itself(one, settings.token, settings.forbidden_token)
    ]

    assert len(requests) >= 15
    assert_sent(shell, requests, settings, tmp_path, TOKEN=token, FORBIDDEN_TOKEN="forbidden-one")


@pytest.mark.parametrize("shell", SHELLS)
def test_the_line_of_every_body_sends_its_bytes(shell: str, tmp_path: Path) -> None:
    bodies = [encode(one) if isinstance(one, dict) else one for one in BODIES]
    requests = [Request(FIRST, one) for one in bodies]
    requests += [Request(FIRST, one, media_type=None, is_chunked=True) for one in bodies if one]

    assert_sent(shell, requests, Settings("http://x.example"), tmp_path)


@pytest.mark.parametrize("shell", SHELLS)
def test_the_line_of_every_planned_request_sends_it_again(shell: str, tmp_path: Path) -> None:
    settings = Settings("http://x.example", budget=400)
    requests = [one.case.request for one in dry_run(settings)]

    assert len(requests) > 150
    assert_sent(shell, requests, settings, tmp_path)


def note_of(request: Request, *hidden: str, **settings: str) -> str:
    return curl(request, Settings("http://x.example", **settings), frozenset(hidden)).note  # type: ignore[arg-type]


def test_a_line_with_the_tokens_of_the_mock_needs_nothing() -> None:
    line = curl(Request(FIRST, b"{}"), Settings("http://x.example"), frozenset())

    assert (DEFAULT_TOKEN, DEFAULT_FORBIDDEN_TOKEN) == ("valid-token", "forbidden-token")
    assert '"Authorization: Bearer ${TOKEN:-valid-token}"' in line.command
    assert line.note == ""


@pytest.mark.parametrize(
    ("credential", "needs"),
    [
        (Credential.VALID, "It needs TOKEN in the environment."),
        (Credential.OTHER_CASE, "It needs TOKEN in the environment."),
        (Credential.FORBIDDEN, "It needs FORBIDDEN_TOKEN in the environment."),
        (Credential.UNKNOWN, ""),
        (Credential.ABSENT, ""),
    ],
)
def test_a_line_with_other_tokens_says_which_variables_it_needs(credential: Credential, needs: str) -> None:
    request = Request(FIRST, b"{}", credential)

    assert note_of(request, token="secret-one", forbidden_token="secret-two") == needs


def test_no_line_holds_a_token() -> None:
    settings = Settings("http://x.example", "Secret-one-1", "Secret-two-2")
    lines = [curl(Request(FIRST, b"{}", one), settings, frozenset()).command for one in Credential]

    assert not [line for line in lines if "ecret-" in line or "ECRET-" in line]


def test_a_secret_that_the_target_holds_is_a_placeholder_and_one_of_the_suite_is_not() -> None:
    request = Request(FIRST, encode({"secrets": ["made-by-the-suite", "h\u00e9ld-by-the-target"]}))
    line = curl(request, Settings("http://x.example"), frozenset({"h\u00e9ld-by-the-target"}))

    assert "made-by-the-suite" in line.command
    assert "<secret of 18 characters>" in line.command
    assert "ld-by-the-target" not in line.command
    assert line.note == "It has a placeholder for each secret that the target holds."


def test_a_body_that_is_too_long_to_be_pasted_says_that_it_is_cut() -> None:
    body = encode([f"secret-{number}" for number in range(2000)])
    line = curl(Request(FIRST, body), Settings("http://x.example"), frozenset())

    assert len(line.command) < 400
    assert line.note == (
        f"Its body is cut here, from {len(body)} bytes to 80: user-webhook-contract replay sends all of it."
    )


@pytest.mark.parametrize("body", [b"u" * 150_000, b'"nope", ' * 3000, b"\xc3\xa9" * 9000], ids=["u", "nope", "accents"])
def test_what_is_repeated_takes_a_few_characters(body: bytes) -> None:
    assert len(printing(body)) < 80 < MAX_BODY


@pytest.mark.parametrize("shell", SHELLS)
def test_the_line_of_a_request_on_a_kept_connection_sends_an_update_before_it(shell: str) -> None:
    request = Request(FIRST, b"\xff", Credential.ABSENT)
    with Relay("http://127.0.0.1:9", answer) as relay:
        line = curl(request, Settings(relay.url, "another"), frozenset(), Way.KEPT)
        run_lines(shell, [line.command], TOKEN="another")

    assert relay.connections == 1
    assert [sent.headers.get("authorization") for sent in relay.seen] == ["Bearer another", None]
    assert relay.seen[1].body == b"\xff"
    assert line.note.startswith("It needs TOKEN in the environment. Its first part is an authorised update")
