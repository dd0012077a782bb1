from __future__ import annotations

import json
import math
import subprocess
import sys
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.paths import ROOT
from user_webhook_api.signature import Cause, SignatureError, sign, verify_signature

VECTORS = json.loads((ROOT / "docs" / "signature-vectors.json").read_text(encoding="utf-8"))
SECRET = "sDV1aKqitCLClI12m7UPFbAAvZfZquJw"
AT = 1767225600


def named(vectors: list[dict[str, Any]]) -> list[Any]:
    return [pytest.param(vector, id=vector["name"]) for vector in vectors]


def refusal(header: str | None, body: bytes = b"{}", secrets: Any = (SECRET,), **options: Any) -> Cause:
    with pytest.raises(SignatureError) as caught:
        verify_signature(header, body, secrets, **options)
    return caught.value.cause


@pytest.mark.parametrize("vector", named(VECTORS["signing"]))
def test_a_delivery_is_signed_as_published(vector: dict[str, Any]) -> None:
    assert sign(vector["body"].encode(), vector["secrets"], vector["at"]) == vector["header"]


@pytest.mark.parametrize("vector", named(VECTORS["signing"]))
def test_openssl_computes_the_published_signature(vector: dict[str, Any]) -> None:
    command = ["openssl", "dgst", "-sha256", "-mac", "HMAC", "-r", "-macopt"]
    signed = f"{vector['at']}.{vector['body']}".encode()

    digests = [
        subprocess.run([*command, f"hexkey:{secret.encode().hex()}"], input=signed, capture_output=True, check=True)
        for secret in vector["secrets"]
    ]

    found = [run.stdout.split()[0].decode() for run in digests]
    assert vector["header"] == ",".join([f"t={vector['at']}", *(f"v1={digest}" for digest in found)])


@pytest.mark.parametrize("vector", named(VECTORS["verifying"]))
def test_a_receiver_judges_a_header_as_published(vector: dict[str, Any]) -> None:
    given = vector["header"], vector["body"].encode(), vector["secrets"], vector["tolerance"]

    if vector["result"] == "valid":
        verify_signature(*given, now=vector["now"])
    else:
        assert refusal(*given[:3], tolerance=given[3], now=vector["now"]) == vector["result"]


def test_the_vectors_have_every_cause() -> None:
    assert {vector["result"] for vector in VECTORS["verifying"]} == {"valid", *Cause}


def test_a_lone_secret_is_one_secret_and_not_its_letters() -> None:
    verify_signature(sign(b"{}", [SECRET], AT), b"{}", SECRET, None)

    assert refusal(sign(b"{}", ["s"], AT), secrets=SECRET, tolerance=None) is Cause.MISMATCH


def test_the_age_is_measured_by_the_clock_of_the_machine_and_five_minutes_are_enough() -> None:
    now = int(time.time())
    verify_signature(sign(b"{}", [SECRET], now - 200), b"{}", [SECRET])

    assert refusal(sign(b"{}", [SECRET], now - 400)) is Cause.TOO_OLD
    assert refusal(sign(b"{}", [SECRET], now + 400)) is Cause.TOO_NEW


@pytest.mark.parametrize("tolerance", [-1.0, math.nan])
def test_a_tolerance_that_is_none_refuses(tolerance: float) -> None:
    assert refusal(sign(b"{}", [SECRET], AT), tolerance=tolerance, now=AT) in {Cause.TOO_OLD, Cause.TOO_NEW}


def test_a_secret_with_half_a_surrogate_pair_is_a_secret() -> None:
    verify_signature(sign(b"{}", ["\ud800"], AT), b"{}", ["\ud800"], None)

    assert refusal(sign(b"{}", [SECRET], AT), secrets=["\ud800"]) is Cause.MISMATCH


@given(st.text(alphabet=st.sampled_from("tv1=,09afA é \x00٣-"), max_size=80), st.binary(max_size=20))
def test_no_header_brings_anything_but_a_refusal(header: str, body: bytes) -> None:
    assert refusal(header, body) in Cause


def test_a_refusal_says_what_to_do_and_nothing_of_the_secret() -> None:
    header = sign(b"{}", ["another"], AT)

    with pytest.raises(SignatureError) as caught:
        verify_signature(header, b"{}", [SECRET])

    assert str(caught.value) == (
        "No v1 of the header fits: verify the body exactly as it came, and compare the secrets."
    )


def test_a_receiver_imports_nothing_of_the_server() -> None:
    code = "import user_webhook_api.signature, sys; print(*sorted({name.split('.')[0] for name in sys.modules}))"

    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    loaded = set(run.stdout.split()) - set(sys.stdlib_module_names)
    assert {name for name in loaded if not name.startswith(("_", "sitecustomize"))} == {"user_webhook_api"}
