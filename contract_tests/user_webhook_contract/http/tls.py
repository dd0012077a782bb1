"""What TLS trusts and shows: the authority of a company, and a certificate of one's own."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING

from user_webhook_contract.settings import UsageError

if TYPE_CHECKING:
    from user_webhook_contract.settings import Settings


def tls_context(settings: Settings) -> ssl.SSLContext | None:
    """Return the context for the target of *settings*; None if it speaks plain HTTP.

    Raises:
        UsageError: A file cannot be used.
    """
    if not settings.target.lower().startswith("https:"):
        return None
    context = ssl.create_default_context()
    if settings.ca:
        try:
            context.load_verify_locations(settings.ca)
        except (OSError, ValueError) as error:
            raise UsageError(
                f"--ca={str(settings.ca)!r} cannot be used: {_reason(error)}. Give the file of an authority in PEM."
            ) from None
        # Many authorities of companies lack an identifier that Python 3.13 asks for; whoever names one trusts it.
        context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    if settings.client_cert:
        try:
            # OpenSSL would ask the terminal for a password.
            context.load_cert_chain(settings.client_cert, settings.client_key, password=lambda: "")
        except (OSError, ValueError) as error:
            raise UsageError(
                f"--client-cert={str(settings.client_cert)!r} cannot be used: {_reason(error)}. Give a certificate in "
                "PEM, and its own key without a password in --client-key, or in the same file."
            ) from None
    return context


def _reason(error: OSError | ValueError) -> str:
    if isinstance(error, ssl.SSLError):
        return (error.reason or "it is not in PEM").replace("_", " ").lower()
    return str(getattr(error, "strerror", None) or error)
