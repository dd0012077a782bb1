from __future__ import annotations

import pytest

from user_webhook_contract.http.address import BARE_PERCENT, path_of

USER = "/api/v2/public/webhooks/user/"


@pytest.mark.parametrize(
    ("webhook_id", "sent"),
    [
        ("a", "a"),
        ("%zz", "%25zz"),
        (f"{BARE_PERCENT}zz", "%zz"),
        (f"a{BARE_PERCENT}C3{BARE_PERCENT}28", "a%C3%28"),
        (BARE_PERCENT, "%"),
        ("a\0", "a%00"),
        ("a/b", "a%2Fb"),
    ],
    ids=["plain", "an escaped percent sign", "none", "no UTF-8", "alone", "a NUL", "a slash"],
)
def test_an_id_is_sent_as_a_segment_of_the_path(webhook_id: str, sent: str) -> None:
    assert path_of("http://x.example/base/", webhook_id) == f"/base{USER}{sent}"
