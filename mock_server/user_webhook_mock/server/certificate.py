"""The certificate of the mock over HTTPS."""

from __future__ import annotations

import socket
import ssl
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from user_webhook_api.extras import needing
from user_webhook_mock.core.files import read_bytes
from user_webhook_mock.core.usage_error import UsageError
from user_webhook_mock.server.temporary import temporary_folder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from user_webhook_mock.config.settings import Settings

MAX_BYTES: Final = 1024 * 1024


@dataclass(frozen=True)
class Certificate:
    """A certificate with its key.

    Attributes:
        context: What the server needs of it.
        authority: The file that a client has to trust; None if the certificate was given.
    """

    context: ssl.SSLContext
    authority: Path | None = None


@contextmanager
def tls_certificate(settings: Settings) -> Iterator[Certificate | None]:
    """Yield the certificate that *settings* ask for; one that is made here is deleted afterwards.

    Raises:
        UsageError: The files of the certificate cannot be used.
    """
    if settings.tls_cert and settings.tls_key:
        yield _read(settings.tls_cert, settings.tls_key)
    elif settings.has_tls:
        with temporary_folder("--tls") as folder:
            yield _make(settings.host, folder / "authority.pem")
    else:
        yield None


def _read(certificate: Path, key: Path) -> Certificate:
    for option, file in (("--tls-cert", certificate), ("--tls-key", key)):
        read_bytes(option, file, MAX_BYTES)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    try:
        context.load_cert_chain(certificate, key, password=lambda: "")  # OpenSSL would ask the terminal for a password
    except (ssl.SSLError, ValueError) as error:
        reason = getattr(error, "reason", None) or "they do not match"
        advice = "use a certificate in PEM and its own key without a password."
        what = f"--tls-cert {str(certificate)!r} and --tls-key {str(key)!r} cannot be used ({reason})"
        raise UsageError(what, remedy=advice) from error
    return Certificate(context)


def _make(host: str, authority: Path) -> Certificate:
    with needing("--tls without --tls-cert", "user-webhook-mock[tls]"):
        import trustme  # noqa: PLC0415  cryptography takes a tenth of a second to import; plain HTTP needs none of it

    maker = trustme.CA()
    names = dict.fromkeys(["localhost", "127.0.0.1", "::1", host, socket.gethostname()])
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    maker.issue_cert(*names).configure_cert(context)
    maker.cert_pem.write_to_path(str(authority))
    return Certificate(context, authority)
