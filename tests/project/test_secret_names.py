from __future__ import annotations

import ast
import dataclasses
import importlib
import inspect
import pkgutil
from typing import TYPE_CHECKING

import user_webhook_contract
import user_webhook_mock
from support.paths import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

HOLDS = frozenset(
    [
        "token",
        "forbidden_token",
        "expired_token",
        "control_token",
        "deliver_to",
        "secrets",
        "seeds",
        "confidential",
        "generated",
        "first",
        "body",
        "content",
        "answer",
        "response_body",
        "head",
        "headers",
        "value",
        "words",
        "received",
        "documented",
    ]
)
"""Names of fields that may hold a token or a webhook secret."""

HARMLESS = {
    ("user_webhook_mock.deliveries.event", "Event", "body"): "of events, which have no secret",
    ("user_webhook_contract.results.exchange_log", "Logged", "received"): "length and hash of a body",
    ("user_webhook_mock.deliveries.sender", "Outcome", "response_body"): "of receivers, which are sent no secret",
    ("user_webhook_mock.export.recording", "Recorded", "headers"): "of a mock that was made for the export",
    ("user_webhook_mock.export.recording", "Recorded", "body"): "as above",
    ("user_webhook_mock.export.requests", "DocumentedRequest", "token"): "the name of a variable",
    ("user_webhook_mock.export.requests", "DocumentedRequest", "content"): "of a request that was made up",
    ("user_webhook_contract.fuzzing.sequences", "Step", "secrets"): "how many, not which",
    ("user_webhook_contract.cases.order", "Slot", "secrets"): "of what kind, not which",
    ("user_webhook_contract.cases.operators.value", "Value", "value"): "a form without its secrets",
    ("user_webhook_contract.commands.spot_check", "Checked", "answer"): "one of three words",
    ("user_webhook_contract.fuzzing.discovery", "Discovery", "first"): "the number of a request",
    ("user_webhook_contract.report.failure", "FailureDetails", "received"): "redacted",
    ("user_webhook_contract.report.failure", "FailureDetails", "documented"): "redacted",
}
AT_THE_START = {
    "settings.token == DEFAULT.token": "whether it is the one that everybody knows",
    "token == getattr(DEFAULT, name)": "as above",
    "self.token == self.forbidden_token": "two tokens of one person",
    "self.expired_token in {self.token, self.forbidden_token}": "as above",
    "name == b'authorization'": "the name of a header",
    "name == 'authorization'": "the name of a header",
    "followed['token_words'] == 'ignore'": "a choice",
    "choice.name in {'token_words', 'scheme_case'}": "the names of choices",
    "tokens.identify(headers, other) != caller": "two kinds of callers",
}


def fields() -> Iterator[tuple[str, str, str, bool]]:
    """Yield module, class and name of each field of a dataclass or a named tuple, and whether its text shows it."""
    for package in (user_webhook_mock, user_webhook_contract):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if found.name.endswith(("__main__", "test_conformance")):
                continue
            module = importlib.import_module(found.name)
            for name, kind in vars(module).items():
                if not inspect.isclass(kind) or kind.__module__ != found.name:
                    continue
                if dataclasses.is_dataclass(kind):
                    yield from ((found.name, name, field.name, field.repr) for field in dataclasses.fields(kind))
                elif issubclass(kind, tuple):
                    is_shown = kind.__repr__.__module__ != found.name
                    yield from ((found.name, name, field, is_shown) for field in kind._fields)  # type: ignore[attr-defined]


def test_no_text_of_an_object_shows_a_token_or_a_secret() -> None:
    shown = {(module, kind, name) for module, kind, name, is_shown in fields() if is_shown and name in HOLDS}

    assert shown == set(HARMLESS)


def test_tokens_and_signatures_are_compared_in_constant_time() -> None:
    words = ("token", "signature", "digest", "candidate", "authorization")
    modules = [file for folder in ("openapi", "mock_server") for file in (ROOT / folder).rglob("*.py")]
    compared = {
        ast.unparse(node)
        for file in modules
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Compare)
        and any(isinstance(one, ast.Eq | ast.NotEq | ast.In | ast.NotIn) for one in node.ops)
        and any(word in ast.unparse(node) for word in words)
    }
    digests = {file.name for file in modules if "hmac.compare_digest(" in file.read_text(encoding="utf-8")}

    assert compared == set(AT_THE_START)
    assert digests == {"credentials.py", "access.py", "signature.py"}
