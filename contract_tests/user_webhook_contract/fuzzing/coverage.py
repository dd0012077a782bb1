"""Schemathesis' coverage cases, for the keywords that the plan has not touched."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from user_webhook_contract.cases.reserved_urls import reserved
from user_webhook_contract.fuzzing.schema import operation
from user_webhook_contract.http.request import JSON_MEDIA_TYPE, encode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from schemathesis import Case as Generated

    from user_webhook_contract.cases.factory import Case, CaseFactory


def coverage_cases(factory: CaseFactory, proved: frozenset[str]) -> Iterator[Case]:
    """Yield one case for each place of the body's schema that none of the *proved* rules is at.

    *proved* holds names of rules, such as ``events.items.enum``.
    """
    from schemathesis.generation.modes import GenerationMode  # noqa: PLC0415  as in document

    one = operation()
    settings = one.schema.config.generation_for(operation=one)
    seen = set(proved)
    for generated in one.schema.iter_coverage_cases(
        one, generation_modes=list(GenerationMode), generation_config=settings
    ):
        # Other methods are never sent: on this path one of them deletes the webhook.
        place = _place(generated)
        if generated.method != "PATCH" or place in seen or not isinstance(generated.body, dict):
            continue
        seen.add(place)
        yield as_case(factory, generated, f"coverage of {place}")


def as_case(factory: CaseFactory, generated: Generated[Any], title: str) -> Case:
    """Return *generated* as a case of the first webhook, with a url under a reserved name."""
    body: Any = reserved(generated.body, factory.url(), url_host=factory.settings.url_host)
    headers = {str(name).lower(): str(value) for name, value in (generated.headers or {}).items()}
    media_type = headers.get("content-type") or JSON_MEDIA_TYPE
    return factory.case(title, encode(body), media_type=media_type)


def _place(generated: Generated[Any]) -> str:
    meta = generated.meta
    pointer = getattr(meta.phase.data, "location", None) if meta is not None else None
    if not pointer:
        return str(getattr(meta.phase.data, "scenario", "")) if meta is not None else ""
    return str(pointer).strip("/").replace("properties/", "").replace("/", ".")
