"""The suite in a company's network: gateways, proxies, authorities of its own, and hosts with several addresses."""

from __future__ import annotations

import json
import socket
import ssl
import time
from typing import TYPE_CHECKING, Any

import pytest
import trustme

from support.bad_targets import BadTarget, full_backlog, response, says
from support.forward_proxy import ForwardProxy
from support.mock_process import mock_of, running
from support.relay import PASS, Relay, Reply, Sent
from support.suite_runs import call, command, run
from user_webhook_contract.http.addresses import connect_first
from user_webhook_contract.http.client import Client
from user_webhook_contract.http.proxy import proxy_for
from user_webhook_contract.http.request import Request
from user_webhook_contract.report.conformance import conformance
from user_webhook_contract.settings import Settings, UsageError
from user_webhook_mock.config.settings import Settings as MockSettings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

KEY = "a-subscription-key-0123456789"
ELSEWHERE = "http://api.example.com"
UPDATE = Request("cf3832dd-ba9b-4187-9ab2-c6cadafe875b", b'{"events":["all"]}')
JSON = {"Content-Type": "application/json"}
PROXIES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in PROXIES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture
def gateway(mock: str) -> Iterator[Relay]:
    """Serve a mock behind a gateway that wants a key, and repeats a wrong one."""

    def behave(_number: int, sent: Sent) -> str | Reply:
        given = sent.headers.get("x-api-key", "")
        return PASS if given == KEY else Reply(401, json.dumps({"message": f"bad key {given}"}).encode(), JSON)

    with Relay(mock, behave) as relay:
        yield relay


def test_a_header_opens_a_gateway_and_is_in_no_file(gateway: Relay, tmp_path: Path) -> None:
    variables = {"HEADER_X_API_KEY": KEY}
    status, output, errors = command(["--target", gateway.url, "--header", "X-Api-Key"], tmp_path, **variables)
    files = [file.read_text(encoding="utf-8") for file in (tmp_path / "reports").iterdir()]

    assert (status, errors) == (0, ""), output
    assert all(sent.headers["x-api-key"] == KEY for sent in gateway.seen)
    assert [KEY in text for text in (output, *files)] == [False] * (len(files) + 1)


def test_a_header_that_a_target_repeats_is_redacted(gateway: Relay, tmp_path: Path) -> None:
    arguments = ["--target", gateway.url, "--header", "X-Api-Key"]
    status, output, errors = command(arguments, tmp_path, HEADER_X_API_KEY="another-secret-key")

    assert status == 2
    assert 'It says: {"message": "bad key <secret of 18 characters>"}' in errors
    assert "another-secret-key" not in output + errors


def test_a_curl_line_has_the_header_by_its_variable(mock: str) -> None:
    with Relay(mock, lambda _, sent: PASS if sent.headers.get("authorization") else Reply(401, b"{}", JSON)) as relay:
        report = conformance(run(relay.url, header={"X-Api-Key": KEY}, budget=40))
    lines = [one["curl"] for one in report["exchanges"]]

    assert lines
    assert all('-H "X-Api-Key: $HEADER_X_API_KEY"' in line for line in lines)


@pytest.mark.parametrize(
    ("given", "variables", "complaint"),
    [
        (
            ["X-Api-Key"],
            {},
            "--header='X-Api-Key' has no value for X-Api-Key: set HEADER_X_API_KEY in the environment.",
        ),
        (["X-Api-Key: 1"], {}, "--header='X-Api-Key: 1' is not the name of a header: give the name alone"),
        (["Host"], {}, "--header='Host' names Host, which the suite sends itself"),
        (["X-A"], {"HEADER_X_A": "a\r\nb"}, "--header='X-A' has a value for X-A that no header can have"),
        (["X-A", "Authorization"], {"HEADER_X_A": "a"}, "--header='X-A,Authorization' names Authorization"),
    ],
)
def test_a_header_that_cannot_be_sent_is_one_line(
    given: list[str], variables: dict[str, str], complaint: str, tmp_path: Path
) -> None:
    arguments = [word for name in given for word in ("--header", name)]
    status, output, errors = call(["--target", "http://127.0.0.1:9", *arguments], tmp_path, **variables)

    assert (status, output, errors.count("\n")) == (2, "", 1)
    assert complaint in errors


def test_headers_may_be_named_by_the_environment(gateway: Relay, tmp_path: Path) -> None:
    variables = {"HEADER": "X-Api-Key, X-Tenant", "HEADER_X_API_KEY": KEY, "HEADER_X_TENANT": "one"}
    status, output, errors = command(["--target", gateway.url, "--quiet"], tmp_path, **variables)

    assert (status, errors) == (0, ""), output
    assert gateway.seen[0].headers["x-tenant"] == "one"


@pytest.mark.parametrize("status", [401, 403, 404])
def test_a_refused_token_has_the_words_of_the_target(status: int) -> None:
    words = {"message": "missing subscription key", "sent": "valid-token", "secrets": ["s" * 40]}
    with (
        BadTarget(says(response(status, words))) as target,
        pytest.raises(UsageError, match=rf"the target answers {status} to .* It says: ") as found,
    ):
        run(target.url)

    assert "missing subscription key" in str(found.value)
    assert "valid-token" not in str(found.value)
    assert "s" * 40 not in str(found.value)


def test_the_words_of_a_target_are_bounded() -> None:
    with BadTarget(says(response(401, "x" * 5000))) as target, pytest.raises(UsageError) as found:
        run(target.url)

    assert len(str(found.value)) < 400
    assert str(found.value).endswith("x...")


@pytest.fixture
def secured_mock() -> Iterator[tuple[trustme.CA, int]]:
    """Serve a target over TLS that asks for a certificate, and answers 201 to whoever shows one."""
    issuer = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    issuer.issue_cert("127.0.0.1", "localhost").configure_cert(context)
    context.verify_mode = ssl.CERT_REQUIRED
    issuer.configure_trust(context)
    with BadTarget(says(response(201, {"data": {}})), context) as target:
        yield issuer, target.port


def test_an_authority_and_a_certificate_of_ones_own_are_used(
    secured_mock: tuple[trustme.CA, int], tmp_path: Path
) -> None:
    issuer, port = secured_mock
    files = {name: tmp_path / f"{name}.pem" for name in ("ca", "cert", "key")}
    mine = issuer.issue_cert("client@example.com")
    issuer.cert_pem.write_to_path(files["ca"])
    mine.cert_chain_pems[0].write_to_path(files["cert"])
    mine.private_key_pem.write_to_path(files["key"])
    settings = Settings(
        f"https://127.0.0.1:{port}", ca=files["ca"], client_cert=files["cert"], client_key=files["key"], rate=0
    )

    assert getattr(Client(settings).send(UPDATE).response, "status", None) == 201


def test_a_target_that_wants_a_certificate_says_which_option_gives_one(
    secured_mock: tuple[trustme.CA, int], tmp_path: Path
) -> None:
    issuer, port = secured_mock
    issuer.cert_pem.write_to_path(tmp_path / "ca.pem")

    with pytest.raises(UsageError, match="if it asks for a certificate, give --client-cert"):
        run(f"https://127.0.0.1:{port}", ca=tmp_path / "ca.pem")


def test_an_unknown_authority_says_which_option_names_it(secured_mock: tuple[trustme.CA, int]) -> None:
    with pytest.raises(UsageError, match="Name the file of its authority in SSL_CERT_FILE or --ca, if it is yours"):
        run(f"https://127.0.0.1:{secured_mock[1]}")


@pytest.mark.parametrize("option", ["--ca", "--client-cert"])
@pytest.mark.parametrize("content", [None, "not PEM"], ids=["missing", "not PEM"])
def test_a_file_of_tls_that_cannot_be_used_is_one_line(option: str, content: str | None, tmp_path: Path) -> None:
    if content:
        (tmp_path / "file.pem").write_text(content)
    status, _, errors = command(["--target", "https://127.0.0.1:9", option, "file.pem"], tmp_path)

    assert (status, errors.count("\n")) == (2, 1)
    assert f"{option}='file.pem' cannot be used: " in errors


def test_a_key_without_a_certificate_is_one_line(tmp_path: Path) -> None:
    status, _, errors = call(["--target", "https://127.0.0.1:9", "--client-key", "k.pem"], tmp_path)

    assert (status, "--client-key is given without --client-cert" in errors) == (2, True)


@pytest.mark.parametrize("given", ["option", "environment"])
def test_a_target_elsewhere_is_judged_through_a_proxy(given: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with running() as mock, ForwardProxy((mock.host, mock.port)) as proxy:
        monkeypatch.setenv("HTTP_PROXY" if given == "environment" else "UNUSED", proxy.url)
        found = run(ELSEWHERE, **({"proxy": proxy.url} if given == "option" else {}))

    assert found.verdict.value == "conformant"
    assert proxy.heads[0].startswith("PATCH http://api.example.com/api/v2/public/webhooks/user/")
    assert "\r\nHost: api.example.com\r\n" in proxy.heads[0]


def test_tls_goes_through_the_tunnel_of_a_proxy(tmp_path: Path) -> None:
    issuer = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    issuer.issue_cert("api.example.com").configure_cert(context)
    issuer.cert_pem.write_to_path(tmp_path / "ca.pem")
    with (
        BadTarget(says(response(201, {"data": {}})), context) as target,
        ForwardProxy(("127.0.0.1", target.port), "Basic dXNlcjpwQHNz") as proxy,
    ):
        url = f"http://user:p%40ss@{proxy.address}"
        client = Client(Settings("https://api.example.com", ca=tmp_path / "ca.pem", proxy=url, rate=0))

        assert getattr(client.send(UPDATE).response, "status", None) == 201
    assert proxy.heads[0].startswith("CONNECT api.example.com:443 HTTP/1.1\r\n")
    assert "valid-token" not in "".join(proxy.heads)


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_proxy_that_wants_a_password_is_told_from_the_target(scheme: str) -> None:
    with (
        ForwardProxy(("127.0.0.1", 9), "Basic ") as proxy,
        pytest.raises(UsageError, match=r"answers 407.*user name and password"),
    ):
        run(f"{scheme}://api.example.com", proxy=proxy.url)


def test_a_proxy_that_refuses_says_what_to_do() -> None:
    with (
        ForwardProxy(("127.0.0.1", 9), refusal=403) as proxy,
        pytest.raises(
            UsageError, match=r"answers 403 to CONNECT\. Ask who runs it, or name the target's host in NO_PROXY"
        ),
    ):
        run("https://api.example.com", proxy=proxy.url)


def test_a_proxy_that_is_down_is_named_without_its_password() -> None:
    with pytest.raises(
        UsageError, match=r"through the proxy http://127\.0\.0\.1:9: the connection is refused"
    ) as found:
        run(ELSEWHERE, proxy="http://me:hidden-word@127.0.0.1:9")

    assert "hidden-word" not in str(found.value)
    assert "hidden-word" not in repr(Settings(ELSEWHERE, proxy="http://me:hidden-word@127.0.0.1:9"))


@pytest.mark.parametrize(
    ("target", "variables", "wanted"),
    [
        (ELSEWHERE, {"HTTP_PROXY": "http://proxy.example:3128"}, "http://proxy.example:3128"),
        (ELSEWHERE, {"HTTPS_PROXY": "http://proxy.example:3128"}, "None"),
        (ELSEWHERE, {"ALL_PROXY": "proxy.example:3128"}, "http://proxy.example:3128"),
        (ELSEWHERE, {"HTTP_PROXY": "http://proxy.example", "NO_PROXY": "example.com"}, "None"),
        ("https://api.example.com", {"HTTPS_PROXY": "http://[::1]:3128"}, "http://[::1]:3128"),
        ("http://localhost:8000", {"HTTP_PROXY": "http://proxy.example"}, "None"),
        ("http://127.0.0.1:8000", {"HTTP_PROXY": "http://proxy.example"}, "None"),
        ("http://[::1]:8000", {"ALL_PROXY": "http://proxy.example"}, "None"),
    ],
)
def test_the_proxy_of_the_environment_is_for_targets_elsewhere(
    target: str, variables: dict[str, str], wanted: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in variables.items():
        # REQUEST_METHOD aside, lower case counts as well; the standard library reads both.
        monkeypatch.setenv(name.lower(), value)

    assert str(proxy_for(Settings(target))) == wanted
    assert proxy_for(Settings(target, proxy="")) is None


@pytest.mark.parametrize("url", ["socks5://u:hidden-word@proxy", "https://proxy", "http://", "http://proxy:x"])
def test_another_kind_of_proxy_is_refused_without_being_shown(url: str) -> None:
    with pytest.raises(UsageError, match=r"^--proxy is not the address of an HTTP proxy: give one such as") as found:
        proxy_for(Settings(ELSEWHERE, proxy=url))

    assert "hidden-word" not in str(found.value)


def test_a_target_on_ipv6_is_judged() -> None:
    with mock_of(MockSettings(host="::1", port=0, is_quiet=True)) as (mock, _):
        assert run(f"http://[::1]:{mock.port}").verdict.value == "conformant"


@pytest.fixture
def dead() -> Iterator[int]:
    with full_backlog() as url:
        yield int(url.rpartition(":")[2])


def lookup(*ports: int) -> Any:
    """Return a `getaddrinfo` that finds these ports of this machine, whatever is asked for."""
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port)) for port in ports]
    return lambda *_arguments, **_options: found


@pytest.mark.parametrize("first", ["black hole", "refusing"])
def test_a_dead_first_address_costs_little(first: str, dead: int, monkeypatch: pytest.MonkeyPatch) -> None:
    with running() as mock:
        monkeypatch.setattr(socket, "getaddrinfo", lookup(dead if first == "black hole" else 9, mock.port))
        found = run("http://two.example.com", budget=20, timeout=3.0)

    assert found.requests_sent == 20
    assert (found.stopped, found.setup_error) == ("", "")


def test_all_addresses_dead_is_the_time_limit(dead: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lookup(dead, dead))

    with pytest.raises(UsageError, match="nothing responded within the time limit"):
        run("http://two.example.com", timeout=0.6)


def test_the_last_reason_is_told_if_no_address_accepts() -> None:
    with pytest.raises(ConnectionRefusedError):
        connect_first(lookup(9, 9)(), time.monotonic() + 5)
    with pytest.raises(OSError, match="no address"):
        connect_first([], time.monotonic() + 5)
