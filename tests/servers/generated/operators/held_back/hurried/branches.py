"""Operators on a branch of the code that a change forgot: each is right elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from servers.generated.deviation import Deviation, Example, deviation, operator, update
from servers.generated.reference import Reference

from .parts import made

if TYPE_CHECKING:
    from collections.abc import Iterator

    from servers.faulty.server import Webhook


@operator("hurried-url-lost", in_contexts=True)
def url_lost() -> Iterator[Deviation]:
    """Write an empty url over the stored one."""

    def next_url(self: Reference, webhook: Webhook, body: dict[str, Any]) -> Any:
        return "" if body.get("url") is None else Reference.next_url(self, webhook, body)

    example = Example(update(), (update(url="https://hooks.example.com/a"),))
    yield deviation("emptied", "Writes an empty url over the stored one if none is sent", "R-301", made(next_url=next_url), example)  # fmt: skip
