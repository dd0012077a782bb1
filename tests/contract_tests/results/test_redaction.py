from __future__ import annotations

import base64
import html
import json
import re
import subprocess
import sys
import urllib.parse
from typing import TYPE_CHECKING, Any

import pytest

from support.canaries import leaks
from support.relay import PASS, Relay, Reply, Sent
from support.slow import some
from support.suite_runs import DEADLINE, FIRST, command, environment
from user_webhook_contract.checks.history import History
from user_webhook_contract.http.authorization import authorization
from user_webhook_contract.http.request import Credential
from user_webhook_contract.results.redaction import NumberingRedactor, Redactor
from user_webhook_contract.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

    from servers.faulty import FaultyServers

TOKEN, FORBIDDEN = "valid-token", "forbidden-token"
CANARY_TOKEN = "canary-Tok3n.of/the+run&=="
CANARY_FORBIDDEN = "canary-F0rbidden.token"
CANARY_SECRET = "canary-S3cret-of-the-target"


def everything(folder: Path, result: tuple[int, str, str]) -> bytes:
    """Return every byte of the report and of what was printed."""
    files = [file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file()]
    assert files
    return b"\n".join([*files, result[1].encode(), result[2].encode()])


def secrets_in(contents: list[bytes]) -> set[str]:
    """Return every text that stands under ``secrets`` in JSON on the wire."""
    found: set[str] = set()
    for content in contents:
        try:
            collect(json.loads(content), found, is_secret=False)
        except (ValueError, RecursionError):
            continue
    # Shorter than that, a text is a word of the report as well.
    return {secret for secret in found if len(secret) >= 8}


def collect(value: Any, found: set[str], *, is_secret: bool) -> None:
    if isinstance(value, dict):
        for name, one in value.items():
            collect(one, found, is_secret=is_secret or name == "secrets")
    elif isinstance(value, list):
        for one in value:
            collect(one, found, is_secret=is_secret)
    elif isinstance(value, str) and is_secret:
        found.add(value)
    elif isinstance(value, str) and value.startswith("{"):
        found |= secrets_in([value.encode(errors="surrogatepass")])


def without_curl_lines(text: bytes) -> bytes:
    """Return *text* without curl lines and evidence, which show the secrets that the suite made up."""
    shown = (b"curl -i -X PATCH", b'"is_judged":')
    return b"\n".join(line for line in text.split(b"\n") if not any(part in line for part in shown))


def leaked(text: bytes, relay: Relay) -> list[str]:
    """Return the secrets of the wire that *text* gives away; curl lines may show those that the suite made up."""
    sent, received = secrets_in([sent.body for sent in relay.seen]), secrets_in(relay.answers)
    assert len(sent | received) > 10
    return leaks(text, received - sent) + leaks(without_curl_lines(text), sent | received)


KINDS = [
    "correct",
    "trusts-any-token",
    "answers-500-for-401",
    "answers-secrets-as-text",
    "writes-secrets-at-401",
    "generates-null",
    "answers-updates-with-json-in-a-string",
    "refuses-every-third-valid-update",
    "loses-a-secret-of-every-second-update-with-two-secrets",
    "generates-a-constant-for-every-second-generated-secret",
    "keeps-the-url-of-every-third-update-with-a-url",
    "crashes-on-a-null-body",
    "never-answers-an-array-body",
]


@pytest.mark.parametrize("name", some(KINDS, 3))
def test_no_secret_of_the_wire_is_in_a_report(servers: FaultyServers, name: str, tmp_path: Path) -> None:
    servers.reset(name)
    with Relay(servers.url(name)) as relay:
        result = command(["--target", relay.url, "--timeout", "0.5", "--rate", 0, "--budget", 100], tmp_path)

    assert "Traceback" not in result[2]
    assert leaked(everything(tmp_path, result), relay) == []


def echo(number: int, sent: Sent) -> str | Reply:
    """Give away what was sent, in every place of an answer."""
    if number <= 3:
        return PASS
    body = sent.body.decode("latin-1")
    authorization = sent.headers.get("authorization", "")
    headers = {"X-Echo": authorization, "Content-Type": "text/html", "X-Secret": CANARY_SECRET}
    texts = {
        0: f"<p>{authorization} {body}</p>",
        1: json.dumps({"message": authorization, "error": body, "statusCode": 500}),
        2: json.dumps({"data": {"id": authorization, "url": body, "secrets": [authorization, CANARY_SECRET]}}),
        3: json.dumps([[authorization, {authorization: body}], {"secrets": {"deep": [CANARY_SECRET]}}]),
        4: authorization.swapcase() + body,
    }
    return Reply((500, 400, 201, 401, 404)[number % 5], texts[number % 5].encode("latin-1"), headers)


def test_what_an_answer_gives_away_is_not_handed_on(servers: FaultyServers, tmp_path: Path) -> None:
    servers.reset("correct")
    with Relay(servers.url("correct"), echo) as relay:
        result = command(["--target", relay.url, "--rate", 0, "--budget", 100], tmp_path)
    text = everything(tmp_path, result)

    assert result[0] == 1, result
    assert leaked(text, relay) == []
    assert leaks(text.replace(b"forbidden-token", b""), {f"Bearer {TOKEN}", f"Bearer {FORBIDDEN}"}) == []


class Double:
    """Stands in front of a server that knows other tokens: exchanges the tokens of the run for its own."""

    def __init__(self, response: Reply | None) -> None:
        self.response = response

    def __call__(self, number: int, sent: Sent) -> str | Reply:
        authorization = sent.headers.get("authorization", "")
        if self.response is not None and number > 6:
            return Reply(
                self.response.status,
                self.response.body.replace(b"{authorization}", authorization.encode()),
                {"X-Authorization": authorization, "Content-Type": "application/json"},
            )
        if authorization == f"Bearer {CANARY_TOKEN}":
            data = {"id": FIRST, "url": "https://example.com/", "events": ["all"], "clientId": "c"}
            return Reply(201, json.dumps({"data": {**data, "secrets": [CANARY_SECRET]}}).encode())
        return Reply(401, b'{"message": "Unauthorized", "statusCode": 401}', {"Content-Type": "application/json"})


@pytest.mark.parametrize(
    "response",
    [
        None,
        Reply(500, b'{"message": "{authorization}"}'),
        Reply(400, b'{"message": ["{authorization}"], "error": "Bad Request", "statusCode": 400}'),
        Reply(401, b"{authorization}"),
        Reply(201, b'{"data": {"id": "{authorization}", "secrets": ["{authorization}"]}}'),
        Reply(201, b'{"data": {"url": "https://example.com/?token={authorization}"}}'),
    ],
    ids=["a liar", "in a 500", "in a message", "as text", "as an id", "in a url"],
)
def test_no_token_is_in_a_report(response: Reply | None, tmp_path: Path) -> None:
    with Relay("http://127.0.0.1:9", Double(response)) as relay:
        arguments = ["--target", relay.url, "--second-webhook-id", "", "--rate", 0, "--budget", 60]
        result = command(arguments, tmp_path, TOKEN=CANARY_TOKEN, FORBIDDEN_TOKEN=CANARY_FORBIDDEN)
    text = everything(tmp_path, result)

    assert result[0] == 1, result
    assert leaks(text, {CANARY_TOKEN, CANARY_FORBIDDEN, CANARY_SECRET, CANARY_TOKEN.swapcase()}) == []
    assert base64.b64encode(CANARY_TOKEN.encode()) not in text


@pytest.mark.parametrize("beginning", [CANARY_TOKEN[: len(CANARY_TOKEN) * 3 // 4]])
def test_most_of_a_token_is_not_in_a_report(beginning: str, tmp_path: Path) -> None:
    with Relay("http://127.0.0.1:9", Double(Reply(500, b'{"message": "{authorization}"}'))) as relay:
        arguments = ["--target", relay.url, "--second-webhook-id", "", "--rate", 0, "--budget", 60]
        result = command(arguments, tmp_path, TOKEN=CANARY_TOKEN, FORBIDDEN_TOKEN=CANARY_FORBIDDEN)

    assert leaks(everything(tmp_path, result), {beginning}) == []


def test_the_beginning_of_a_secret_that_is_cut_is_not_in_a_report(servers: FaultyServers, tmp_path: Path) -> None:
    secret = "Kn0wn-" + "".join(f"{number:04}" for number in range(200))

    def response(_number: int, _sent: Sent) -> Reply:
        webhook = {"id": FIRST, "url": "https://e.example", "events": ["all"], "clientId": "c", "secrets": [secret]}
        body = json.dumps({"data": webhook}).encode()
        return Reply(201, body, {"Content-Type": "application/json"})

    with Relay(servers.url("correct"), response) as relay:
        result = command(
            ["--target", relay.url, "--budget", "20", "--report-dir", str(tmp_path), "--verbose"], tmp_path
        )

    assert result[0] == 1
    assert secret[:10].encode() not in everything(tmp_path, result)


def test_a_token_in_the_address_or_an_id_is_not_printed_by_a_misuse(tmp_path: Path) -> None:
    arguments = ["--target", "http://127.0.0.1:9", "--webhook-id", "x", "--timeout", "1"]
    status, output, errors = command(arguments, tmp_path, TOKEN=CANARY_TOKEN)

    assert status == 2
    assert CANARY_TOKEN not in output + errors


def encoded(number: int, sent: Sent) -> str | Reply:
    """Give the token away in the codes in which programs write what they were sent."""
    if number <= 6:
        return Double(None)(number, sent)
    text = sent.headers.get("authorization", "").encode()
    codes = [base64.b64encode(b"." * before + text).decode() for before in range(3)]
    codes += [base64.urlsafe_b64encode(text).decode(), text.hex(), text.hex().upper()]
    codes += [urllib.parse.quote(text, safe=""), html.escape(text.decode())]
    return Reply(500, json.dumps({"message": codes, "error": " ".join(codes)}).encode(), {"X-Codes": ",".join(codes)})


def test_no_token_in_another_code_is_in_a_report(tmp_path: Path) -> None:
    tokens = {"TOKEN": CANARY_TOKEN, "FORBIDDEN_TOKEN": CANARY_FORBIDDEN}
    with Relay("http://127.0.0.1:9", encoded) as relay:
        arguments = ["--target", relay.url, "--second-webhook-id", "", "--rate", 0, "--budget", 60, "--verbose"]
        result = command(arguments, tmp_path, **tokens)

    assert result[0] == 1, result
    assert leaks(everything(tmp_path, result), tokens.values()) == []


def test_a_run_leaves_no_token_and_no_secret_in_a_temporary_file(servers: FaultyServers, tmp_path: Path) -> None:
    servers.reset("correct")
    for name in ("work", "temporary"):
        (tmp_path / name).mkdir()
    with Relay(servers.url("correct")) as relay:
        arguments = ["--target", relay.url, "--rate", 0, "--budget", 250, "--report-dir", tmp_path / "reports"]
        result = command(arguments, tmp_path / "work", TMPDIR=str(tmp_path / "temporary"))
    left = [file.relative_to(tmp_path) for file in tmp_path.rglob("*") if file.is_file()]

    assert result[0] == 0, result
    assert {file.parts[0] for file in left} == {"reports"}
    assert [one for one in leaked(everything(tmp_path, result), relay) if one.strip()] == []


DEFECTIVE = """
import sys
from user_webhook_contract.runner import recorder
from user_webhook_contract.__main__ import main

def check(request, outcome, found, history):
    raise ValueError(f"{request} {request.body} {outcome} {outcome.body} {found} {history} {history.secrets}")

recorder.check = check
sys.exit(main(sys.argv[1:]))
"""


def test_a_defect_of_the_suite_says_where_and_not_what(servers: FaultyServers, tmp_path: Path) -> None:
    servers.reset("correct")
    with Relay(servers.url("correct")) as relay:
        run = subprocess.run(
            [sys.executable, "-c", DEFECTIVE, "--target", relay.url, "--budget", "100"],
            cwd=tmp_path,
            env=environment(),
            capture_output=True,
            text=True,
            check=False,
            timeout=DEADLINE,
        )
    text = (run.stdout + run.stderr).encode()
    *place, last = run.stderr.splitlines()

    assert (run.returncode, place[-1]) == (2, "ValueError")
    assert [file for file in tmp_path.rglob("*") if file.is_file()] == []
    assert last == "user-webhook-contract: internal error in the suite (see above); the target was not judged."
    assert leaks(text, secrets_in([sent.body for sent in relay.seen] + relay.answers)) == []


@pytest.mark.parametrize("token", ["0", "7", "20", "x"], ids=str)
def test_a_short_token_is_hidden_as_a_word_and_leaves_numbers_alone(token: str) -> None:
    redactor = Redactor(Settings("http://target.example", token=token, forbidden_token=""), History())

    assert redactor.text("status 201") == "status 201"
    assert redactor.text(f'"{token}"') == '"<token>"'


@pytest.mark.parametrize("credential", [one for one in Credential if "{" in str(one.value)], ids=lambda one: one.name)
@pytest.mark.parametrize("token", ["s3cret-Tok3n_of.the-Vendor-77", "8f3ac2e1b7d40000a1"])
def test_no_near_miss_that_a_target_shows_gives_the_token_away(credential: Credential, token: str) -> None:
    redactor = Redactor(Settings("http://target.example", token=token, forbidden_token="other-1"), History())

    shown = redactor.text(f'{{"received": "{authorization(credential, token, "other-1")}"}}')

    middles = [one[4:-4] for one in (token, token[::-1], token.replace("-", "_"), re.sub(r"[-_.]", "", token))]
    assert [middle for middle in middles if middle in shown] == []


def test_what_a_long_run_has_forgotten_is_still_its_own() -> None:
    sent, received = "a-secret-that-was-sent-long-ago", "a-secret-of-the-target-of-old"
    settings, history = Settings("http://127.0.0.1:1"), History()
    redactor = NumberingRedactor(settings, history, [sent, received], frozenset([sent]))

    shown = redactor.value({"secrets": [sent, received]})

    assert shown == {"secrets": [sent, f"<secret 1, {len(received)} characters>"]}


def test_a_short_secret_within_a_long_one_does_not_uncover_the_rest() -> None:
    long = "\"<b>&amp;'\\n and what is left of it"
    settings, history = Settings("http://127.0.0.1:1"), History()
    redactor = Redactor(settings, history, ["<b>&amp;", long], frozenset(["<b>&amp;", long]))

    assert redactor.text(json.dumps([long])) == f'["<secret of {len(long)} characters>"]'
    assert redactor.text('in "<b>&amp;"') == 'in "<secret of 8 characters>"'
