"""The signature of a report: who vouches for which file (DSSE over an in-toto statement, Ed25519)."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import os
from typing import TYPE_CHECKING, Any, Final

from user_webhook_api.extras import needing
from user_webhook_contract.settings import UsageError

with needing("A signature", "user-webhook-contract[sign]"):
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

if TYPE_CHECKING:
    from pathlib import Path

PAYLOAD_TYPE: Final = "application/vnd.in-toto+json"
STATEMENT: Final = "https://in-toto.io/Statement/v1"
PREDICATE: Final = "https://in-toto.io/attestation/test-result/v0.1"
RESULTS: Final = {"conformant": "PASSED", "non-conformant": "FAILED", "inconclusive": "WARNED"}
"""The result of the predicate for each verdict; it has no word for a run that could not judge."""

PUBLIC: Final = ".pub"
"""What is added to the name of a private key for the public one."""

MAX_FILE: Final = 1_000_000
"""Bytes of a key or a signature that are read."""

_LENGTH: Final = 64


class SignatureError(Exception):
    """A signature is not that of the file and the key; the text says which of them differs."""


def make_keys(private: Path) -> Path:
    """Write a new key to *private*, for its owner alone, and its public half beside it; return the path of that.

    Raises:
        UsageError: One of the files is there already, or cannot be written.
    """
    key = Ed25519PrivateKey.generate()
    public = private.with_name(private.name + PUBLIC)
    if public.exists():
        raise UsageError(f"{public} is there already: give another name, or move it away.")
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    _create(private, pem, 0o600)
    _create(
        public,
        key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo),
        0o644,
    )
    return public


def sign(content: bytes, name: str, report: dict[str, Any], key: Path) -> str:
    """Return the envelope in which *key* vouches for *content*, the bytes of *report* in the file *name*.

    Raises:
        UsageError: The file of the key cannot be read, or holds no Ed25519 private key.
    """
    private = _private_key(key)
    payload = json.dumps(_statement(content, name, report)).encode()
    signature = {
        "keyid": key_id(private.public_key()),
        "sig": base64.b64encode(private.sign(_encoding(payload))).decode(),
    }
    envelope = {
        "payloadType": PAYLOAD_TYPE,
        "payload": base64.b64encode(payload).decode(),
        "signatures": [signature],
    }
    return json.dumps(envelope, indent=1) + "\n"


def verify(content: bytes, envelope: Path, key: Path) -> str:
    """Return the id of *key* if its signature in the file *envelope* is one of *content*.

    Raises:
        UsageError: A file cannot be read or is not what it should be.
        SignatureError: The signature is another key's, or of another file, or was changed.
    """
    public = public_key(key)
    payload, signatures = _opened(envelope)
    own = key_id(public)
    if not any(_is_valid(public, signature, payload) for signature in signatures):
        raise SignatureError(
            f"{envelope} has no valid signature by {key} (key {own[:16]}): another key signed it, or it was changed."
        )
    digest = hashlib.sha256(content).hexdigest()
    if digest not in _subjects(payload, envelope):
        raise SignatureError(
            f"{envelope} is signed by {key}, but for another file: this one has the SHA-256 {digest[:16]}..."
        )
    return own


def key_id(key: Ed25519PublicKey) -> str:
    """Return the id of *key*: SHA-256 in hex over its DER form."""
    der = key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(der).hexdigest()


def _statement(content: bytes, name: str, report: dict[str, Any]) -> dict[str, Any]:
    rows = [row for row in report["requirements"] if row["is_tested"]]
    by_verdict = {
        verdict: [row["id"] for row in rows if row["verdict"] == verdict] for verdict in ("pass", "fail", "waived")
    }
    return {
        "_type": STATEMENT,
        "subject": [
            {
                "name": name,
                "digest": {"sha256": hashlib.sha256(content).hexdigest()},
                "annotations": {
                    "target": report["target"],
                    "started": report["started"],
                    "challenge": report.get("challenge", ""),
                    **report["attestation"],
                },
            }
        ],
        "predicateType": PREDICATE,
        "predicate": {
            "result": RESULTS[report["verdict"]],
            "configuration": [
                {"name": report["kit"]["name"], "annotations": {"version": report["kit"]["version"]}},
                {"name": report["document"]["title"], "digest": {"sha256": report["document"]["sha256"]}},
            ],
            "passedTests": by_verdict["pass"],
            "warnedTests": by_verdict["waived"],
            "failedTests": by_verdict["fail"],
        },
    }


def _encoding(payload: bytes) -> bytes:
    """Return what is signed: the pre-authentication encoding of DSSE."""
    kind = PAYLOAD_TYPE.encode()
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)


def _is_valid(key: Ed25519PublicKey, signature: bytes, payload: bytes) -> bool:
    try:
        key.verify(signature, _encoding(payload))
    except InvalidSignature:
        return False
    return True


def _opened(path: Path) -> tuple[bytes, list[bytes]]:
    """Return the payload of the envelope *path* and its signatures."""
    try:
        envelope = json.loads(_read(path, "the signature that `sign` wrote"))
        payload = base64.b64decode({PAYLOAD_TYPE: envelope["payload"]}[envelope["payloadType"]], validate=True)
        signatures = [base64.b64decode(one["sig"], validate=True) for one in envelope["signatures"]]
    except (ValueError, LookupError, TypeError, RecursionError, binascii.Error):
        raise UsageError(
            f"{path} is not a signature of a report: expected a DSSE envelope with an in-toto statement, as `sign` writes it."
        ) from None
    return payload, [one for one in signatures if len(one) == _LENGTH]


def _subjects(payload: bytes, path: Path) -> set[str]:
    """Return the digests of the files that a verified *payload* is about."""
    try:
        statement = json.loads(payload)
        return {one["digest"]["sha256"] for one in statement["subject"]}
    except (ValueError, LookupError, TypeError, RecursionError):
        raise UsageError(f"{path} holds no in-toto statement about a file: sign the report with `sign`.") from None


def _private_key(path: Path) -> Ed25519PrivateKey:
    content = _read(path, "the private key that `keygen` wrote")
    try:
        key = serialization.load_pem_private_key(content, password=None)
    except TypeError:
        raise UsageError(f"{path} is encrypted: decrypt it first, for example with openssl pkey.") from None
    except (ValueError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise UsageError(f"{path} is not an Ed25519 private key in PEM: make one with `keygen`.")
    return key


def public_key(path: Path) -> Ed25519PublicKey:
    """Return the public key in the PEM file *path*.

    Raises:
        UsageError: The file cannot be read, or holds no Ed25519 public key.
    """
    content = _read(path, "the public key that `keygen` wrote")
    try:
        key = serialization.load_pem_public_key(content)
    except (ValueError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, Ed25519PublicKey):
        raise UsageError(f"{path} is not an Ed25519 public key in PEM: give the file that ends in {PUBLIC}.")
    return key


def _read(path: Path, what: str) -> bytes:
    try:
        if not path.exists():
            raise UsageError(f"{path} does not exist: give {what}.")
        if not path.is_file():
            raise UsageError(f"{path} is not a regular file: give {what}.")
        with path.open("rb") as file:
            content = file.read(MAX_FILE + 1)
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}.") from None
    if len(content) > MAX_FILE:
        raise UsageError(f"{path} is larger than {MAX_FILE // 1000} kB: give {what}.")
    return content


def _create(path: Path, content: bytes, mode: int) -> None:
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
    except FileExistsError:
        raise UsageError(f"{path} is there already: give another name, or move it away.") from None
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}.") from None
