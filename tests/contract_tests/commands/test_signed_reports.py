from __future__ import annotations

import base64
import hashlib
import json
import shutil
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from support.report_runs import report_of
from support.suite_runs import call, command
from user_webhook_contract.report.content_hash import with_content_hash

if TYPE_CHECKING:
    from pathlib import Path

    from servers.faulty import FaultyServers


@pytest.fixture(scope="module")
def report(servers: FaultyServers) -> dict[str, Any]:
    return report_of(servers.url("answers-401-with-error"), budget=40)


@pytest.fixture
def signed(report: dict[str, Any], tmp_path: Path) -> Path:
    """Return a folder with a key, a report and its signature."""
    (tmp_path / "conformance.json").write_text(json.dumps(report), encoding="utf-8")
    assert call(["keygen", "key"], tmp_path)[0] == 0
    assert call(["sign", "conformance.json", "--key", "key"], tmp_path)[0] == 0
    return tmp_path


def verified(folder: Path, *options: str) -> tuple[int, str, str]:
    return call(["verify-report", "conformance.json", "--key", "key.pub", *options], folder)


def test_a_signature_is_accepted_with_the_key_of_who_made_it(report: dict[str, Any], tmp_path: Path) -> None:
    (tmp_path / "conformance.json").write_text(json.dumps(report), encoding="utf-8")
    made = command(["keygen", "key"], tmp_path), command(["sign", "conformance.json", "--key", "key"], tmp_path)
    status, output, errors = command(["verify-report", "conformance.json", "--key", "key.pub"], tmp_path)

    assert [(one[0], one[2]) for one in made] == [(0, "")] * 2
    assert (status, errors) == (0, "")
    assert "It is signed by key.pub (key " in output


def test_a_private_key_is_for_its_owner_alone(signed: Path) -> None:
    assert (signed / "key").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("there", ["key", "key.pub"])
def test_keygen_overwrites_nothing(tmp_path: Path, there: str) -> None:
    (tmp_path / there).write_text("mine", encoding="utf-8")

    status, output, errors = call(["keygen", "key"], tmp_path)

    assert (status, output) == (2, "")
    assert f"{there} is there already" in errors
    assert [(one.name, one.read_text(encoding="utf-8")) for one in tmp_path.iterdir()] == [(there, "mine")]


def test_another_key_is_told(signed: Path) -> None:
    call(["keygen", "other"], signed)

    status, output, errors = call(["verify-report", "conformance.json", "--key", "other.pub"], signed)

    assert (status, errors, output.count("\n")) == (1, "", 1)
    assert "no valid signature by other.pub" in output


def test_a_report_that_was_sealed_again_is_told(signed: Path, report: dict[str, Any]) -> None:
    forged = with_content_hash({**report, "verdict": "conformant"})
    (signed / "conformance.json").write_text(json.dumps(forged), encoding="utf-8")

    status, output, _ = verified(signed)

    assert (status, output.count("\n")) == (1, 1)
    assert "but for another file" in output


def test_a_payload_that_was_exchanged_is_told(signed: Path) -> None:
    place = signed / "conformance.dsse.json"
    envelope = json.loads(place.read_text(encoding="utf-8"))
    statement = json.loads(base64.b64decode(envelope["payload"]))
    statement["predicate"]["result"] = "PASSED"
    envelope["payload"] = base64.b64encode(json.dumps(statement).encode()).decode()
    place.write_text(json.dumps(envelope), encoding="utf-8")

    status, output, _ = verified(signed)

    assert status == 1
    assert "no valid signature" in output


@pytest.mark.parametrize("length", [0, 1, 100, -3])
def test_a_signature_that_was_cut_is_told(signed: Path, length: int) -> None:
    place = signed / "conformance.dsse.json"
    place.write_text(place.read_text(encoding="utf-8")[:length], encoding="utf-8")

    status, output, errors = verified(signed)

    assert (status, output, errors.count("\n")) == (2, "", 1)
    assert "is not a signature of a report" in errors


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--key", "missing"], "missing does not exist: give the public key"),
        (["--key", "key"], "key is not an Ed25519 public key in PEM"),
        (["--key", "."], ". is not a regular file"),
        (["--key", "key.pub", "--signature", "missing"], "missing does not exist: give the signature"),
        (["--signature", "conformance.dsse.json"], "--signature needs --key"),
    ],
)
def test_what_is_no_key_or_signature_is_told_in_one_line(signed: Path, options: list[str], words: str) -> None:
    status, output, errors = call(["verify-report", "conformance.json", *options], signed)

    assert (status, output, errors.count("\n")) == (2, "", 1)
    assert words in errors


@pytest.mark.parametrize("kind", ["RSA", "EC", "encrypted"])
def test_a_key_of_another_kind_does_not_sign(signed: Path, kind: str) -> None:
    arguments = {
        "RSA": ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"],
        "EC": ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"],
        "encrypted": ["-algorithm", "ed25519", "-aes256", "-pass", "pass:word"],
    }
    subprocess.run(
        [str(shutil.which("openssl")), "genpkey", *arguments[kind], "-out", signed / "odd"],
        check=True,
        capture_output=True,
    )

    status, output, errors = call(["sign", "conformance.json", "--key", "odd"], signed)

    assert (status, output, errors.count("\n")) == (2, "", 1)
    assert ("is encrypted" if kind == "encrypted" else "is not an Ed25519 private key") in errors


def test_openssl_accepts_the_signature(signed: Path) -> None:
    envelope = json.loads((signed / "conformance.dsse.json").read_text(encoding="utf-8"))
    payload, kind = base64.b64decode(envelope["payload"]), envelope["payloadType"].encode()
    (signed / "message").write_bytes(b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload))
    (signed / "sig").write_bytes(base64.b64decode(envelope["signatures"][0]["sig"]))

    words = [
        str(shutil.which("openssl")),
        "pkeyutl",
        "-verify",
        "-pubin",
        "-inkey",
        "key.pub",
        "-rawin",
        "-in",
        "message",
    ]
    result = subprocess.run([*words, "-sigfile", "sig"], cwd=signed, capture_output=True, text=True, check=False)

    assert (result.returncode, result.stdout.strip()) == (0, "Signature Verified Successfully")


def test_the_statement_says_which_file_is_signed_and_what_it_found(signed: Path) -> None:
    envelope = json.loads((signed / "conformance.dsse.json").read_text(encoding="utf-8"))
    statement = json.loads(base64.b64decode(envelope["payload"]))
    digest = hashlib.sha256((signed / "conformance.json").read_bytes()).hexdigest()

    assert statement["_type"] == "https://in-toto.io/Statement/v1"
    assert statement["predicateType"] == "https://in-toto.io/attestation/test-result/v0.1"
    assert [(one["name"], one["digest"]) for one in statement["subject"]] == [("conformance.json", {"sha256": digest})]
    assert statement["predicate"]["result"] == "FAILED"
    assert statement["predicate"]["failedTests"] == ["R-604"]
    assert "R-101" in statement["predicate"]["passedTests"]


def test_a_report_that_was_changed_is_not_signed(signed: Path, report: dict[str, Any]) -> None:
    (signed / "conformance.json").write_text(json.dumps({**report, "verdict": "conformant"}), encoding="utf-8")

    status, _, errors = call(["sign", "conformance.json", "--key", "key"], signed)

    assert status == 2
    assert "was changed after its run" in errors


def test_no_waivers_refuses_a_verdict_that_needs_them(servers: FaultyServers, tmp_path: Path) -> None:
    waivers = tmp_path / "waivers.yaml"
    row = "- {id: R-604, reason: old clients, expires: 2999-01-01, approved_by: the board, link: https://x.example/1}\n"
    waivers.write_text(row, encoding="utf-8")
    waived = report_of(servers.url("answers-401-with-error"), waivers=waivers)
    (tmp_path / "conformance.json").write_text(json.dumps(waived), encoding="utf-8")

    accepted = call(["verify-report", "conformance.json"], tmp_path)
    refused = call(["verify-report", "conformance.json", "--no-waivers"], tmp_path)

    assert (accepted[0], refused[0]) == (0, 1)
    assert "conformant with 1 waiver" in accepted[1]
    assert "--no-waivers: the verdict needs 1 waiver: R-604." in refused[1]
    [why] = [row["why"] for row in waived["requirements"] if row["id"] == "R-604"]
    assert why == "old clients (approved by the board, https://x.example/1, until 2999-01-01)"
