from __future__ import annotations

import socket

import pytest

from user_webhook_mock.core.hosts import without_credentials
from user_webhook_mock.core.usage_error import UsageError
from user_webhook_mock.deliveries.destination import DestinationError, locate, locate_local
from user_webhook_mock.deliveries.policy import NOT_ENABLED, DeliveryPolicy, delivery_policy

OTHER_FORM = "is an address in an unusual form: write 127.0.0.1 or [::1]."


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://127.0.0.1:9000", "http://127.0.0.1:9000/"),
        ("http://127.0.0.2/a?b=c d#x", "http://127.0.0.2/a?b=c%20d"),
        ("https://127.0.0.1/é", "https://127.0.0.1/%C3%A9"),
        ("http://[::1]:3/", "http://[::1]:3/"),
        ("HTTP://LOCALHOST:1/", "http://localhost:1/"),
        ("http://user:password@127.0.0.1/", "http://127.0.0.1/"),
    ],
)
def test_an_address_of_this_machine_is_local(url: str, expected: str) -> None:
    assert locate_local(url).url == expected


@pytest.mark.parametrize(
    "host",
    [
        pytest.param("2130706433", id="decimal"),
        pytest.param("0177.0.0.1", id="octal"),
        pytest.param("0x7f.0.0.1", id="hexadecimal"),
        pytest.param("127.1", id="short"),
        pytest.param("[::ffff:127.0.0.1]", id="mapped"),
        pytest.param("[::ffff:192.0.2.1]", id="mapped and elsewhere"),
        pytest.param("127\u30020\u30020\u30021", id="full stops of another script"),
        pytest.param("\u24db\u24de\u24d2\u24d0\u24db\u24d7\u24de\u24e2\u24e3", id="letters in circles"),
        pytest.param("0x7f000001", id="hexadecimal as a whole"),
    ],
)
def test_an_address_that_can_be_read_in_two_ways_is_not_local(host: str) -> None:
    with pytest.raises(DestinationError) as caught:
        locate_local(f"http://{host}/")

    assert str(caught.value) == f"{host.strip('[]')!r} {OTHER_FORM}"


@pytest.mark.parametrize(
    "host",
    ["192.0.2.1", "0.0.0.0", "169.254.169.254", "10.0.0.1", "::", "fe80::1", "64:ff9b::7f00:1"],  # noqa: S104  it is refused
)
def test_an_address_of_another_machine_is_not_local(host: str) -> None:
    with pytest.raises(DestinationError) as caught:
        locate_local(f"http://{f'[{host}]' if ':' in host else host}/")

    assert str(caught.value) == f"{host!r} is {host}, which is not this machine: use http://127.0.0.1:PORT/."


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1@192.0.2.1/",
        "http://127.0.0.1:80@192.0.2.1/",
        "http://192.0.2.1#@127.0.0.1/",
        "http://192.0.2.1?@127.0.0.1/",
        "http://127.0.0.1\\@192.0.2.1/",
        "http:\t//192.0.2.1/",
    ],
)
def test_no_other_host_hides_in_a_url(url: str) -> None:
    with pytest.raises(DestinationError, match=r"is 192\.0\.2\.1, which is not this machine"):
        locate_local(url)


def test_a_name_is_local_where_each_of_its_addresses_is(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = {"both.example": ["127.0.0.1", "::1"], "mixed.example": ["127.0.0.1", "192.0.2.1"]}

    def answer(host: str, port: int, **_options: object) -> list[tuple[object, ...]]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in answers[host]]

    monkeypatch.setattr(socket, "getaddrinfo", answer)

    assert locate_local("http://both.example/").addresses == ("127.0.0.1", "::1")
    with pytest.raises(DestinationError, match=r"'mixed\.example' is 192\.0\.2\.1, which is not this machine"):
        locate_local("http://mixed.example/")


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("ftp://127.0.0.1/", "is not an http or https url"),
        ("127.0.0.1:9000", "is not an http or https url"),
        ("http://", "is not an http or https url"),
        ("http://127.0.0.1:99999/", "does not have a valid host and port"),
        ("http://[::1/", "does not have a valid host and port"),
        ("http://a..b/", "'a..b' has no address (it is not a valid name): check the spelling."),
        ("http://no.such.host.invalid/", "'no.such.host.invalid' has no address"),
    ],
)
def test_a_url_that_leads_nowhere_is_refused(url: str, words: str) -> None:
    with pytest.raises(DestinationError) as caught:
        locate(url)

    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://user:p@ss@hooks.example.com/a@b?c=@", "https://hooks.example.com/a@b?c=@"),
        ("https://user:pa/ss@hooks.example.com/", "https://hooks.example.com/"),
        ("user:pass@hooks.example.com", "hooks.example.com"),
    ],
)
def test_a_url_is_shown_without_its_password(url: str, expected: str) -> None:
    assert without_credentials(url) == expected


@pytest.mark.parametrize(
    "url", ["http://u:p4ss/w0rd@127.0.0.1/", "u:p4ss@127.0.0.1", "ftp://u:p4ss@h/", "http://u:p4ss@"]
)
def test_a_refusal_shows_no_password(url: str) -> None:
    with pytest.raises(DestinationError) as caught:
        locate(url)

    assert "p4ss" not in f"{caught.value} {caught.value.value}"


def test_a_route_without_an_option_leads_nowhere() -> None:
    route = delivery_policy("", for_real=False)

    assert (route, route.is_open) == (DeliveryPolicy(), False)
    with pytest.raises(DestinationError) as caught:
        route.destination("https://hooks.example.com/")
    assert str(caught.value) == NOT_ENABLED


def test_a_receiver_takes_the_place_of_every_url() -> None:
    route = delivery_policy("http://127.0.0.1:9000/in", for_real=False)

    assert route.destination("https://hooks.example.com/").url == "http://127.0.0.1:9000/in"


def test_another_machine_needs_the_word_that_it_is_meant() -> None:
    with pytest.raises(UsageError) as caught:
        delivery_policy("http://192.0.2.1/", for_real=False)

    assert str(caught.value) == (
        "deliver_to: '192.0.2.1' is 192.0.2.1, which is not this machine: use http://127.0.0.1:PORT/. "
        "Another machine needs --deliver-for-real, too."
    )
    assert (
        delivery_policy("http://192.0.2.1/", for_real=True).destination("https://x.example/").url == "http://192.0.2.1/"
    )


def test_the_stored_url_is_called_for_real() -> None:
    assert delivery_policy("", for_real=True).destination("https://192.0.2.1/in").url == "https://192.0.2.1/in"
