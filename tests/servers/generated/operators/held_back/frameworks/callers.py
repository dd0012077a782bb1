"""Operators on how libraries read a token and an id."""

from __future__ import annotations

import base64
import re
from contextlib import suppress
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from servers.faulty.asgi import Crash
from servers.faulty.literals import FIRST_ID, VALID_TOKEN
from servers.faulty.sequences import STRANGER, Patch, patch
from servers.faulty.server import Refused
from servers.generated.deviation import READ, Deviation, deviation, object_of, operator, update
from servers.generated.reference import Reference

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from servers.faulty.asgi import Request
    from servers.faulty.server import Webhook

_JWT = "eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0."


def _of_basic(header: str) -> str:
    with suppress(ValueError):
        return base64.b64decode(header.removeprefix("Basic ")).decode().split(":")[0]
    return ""


@operator("framework-token-reader")
def token_readers() -> Iterator[Deviation]:
    """Read the token in a way that admits others, or falls over what is none."""
    falls = "Crash"
    for form, title, requirements, read, header in (
        ("second-word", "Takes the second word for the token, whatever the scheme is", "R-403", lambda header: header.split(" ")[1:2] == [VALID_TOKEN], f"Basic {VALID_TOKEN}"),
        ("replaced", "Admits a token without a scheme, as Bearer is only replaced by nothing", "R-403 R-401", lambda header: header.replace("Bearer ", "") == VALID_TOKEN, VALID_TOKEN),
        ("token-scheme", "Admits the scheme Token, which the helper of the framework reads, too", "R-403", lambda header: re.fullmatch(rf'Token (?:token=)?"?{VALID_TOKEN}"?', header), f'Token token="{VALID_TOKEN}"'),
        ("collation", "Admits the token in another case, as the collation of the table ignores it", "R-402", lambda header: header.lower() == f"bearer {VALID_TOKEN}", f"Bearer {VALID_TOKEN.upper()}"),
        ("cache-key", "Admits a token with the beginning of a valid one, the key of a cache", "R-402", lambda header: header.startswith(f"Bearer {VALID_TOKEN[:8]}"), f"Bearer {VALID_TOKEN[:-1]}x"),
        ("undefined", "Admits Bearer without a token, as undefined equals undefined", "R-401", lambda header: header.strip() == "Bearer", "Bearer"),
        ("credentials-optional", "Admits who sends no header, as credentials are optional", "R-401", lambda header: not header, None),
        ("public-path", "Admits everybody, as a matcher lets pass what has public in its path", "R-401 R-402", lambda _: True, None),
        ("decoded-only", "Admits a JWT that nobody signed, as it is decoded and not verified", "R-402", lambda header: re.fullmatch(r"Bearer ey[\w-]+\.ey[\w-]+\.[\w-]*", header), f"Bearer {_JWT}"),
        ("no-header", "Falls over a request without a header, as undefined is split", "R-401", lambda header: "" if header else falls, None),
        ("not-ascii", "Falls over a token with other than ASCII characters, as it is compared in constant time", "R-402", lambda header: "" if header.isascii() else falls, "Bearer t\u00f6ken"),
    ):  # fmt: skip

        class Reading(Reference):
            def role(self, request: Request, read: Callable[[str], Any] = read) -> str | None:
                role = super().role(request)
                if role is not None:
                    return role
                found = read(request.authorization)
                if found == falls:
                    raise Crash
                return "member" if found else None

        yield deviation(form, title, requirements, Reading, Patch(READ.body, authorization=header))

    class Unguarded(Reference):
        def admit(self, request: Request) -> None:
            if self.role(request) is None:
                super().admit(request)

    class FromBody(Reference):
        def role(self, request: Request) -> str | None:
            if not request.authorization:
                return self.roles.get(str(object_of(request.body).get("access_token")))
            return super().role(request)

    stranger, with_token = Patch(READ.body, authorization=STRANGER), update(access_token=VALID_TOKEN)
    yield deviation(
        "guard-forgotten",
        "Admits a token without the scope, as the handler lacks the guard",
        "R-404",
        Unguarded,
        stranger,
    )
    yield deviation(
        "access-token",
        "Admits a token in the body, which the helper reads if there is no header",
        "R-401",
        FromBody,
        Patch(with_token.body, authorization=None),
    )


@operator("framework-id-reader")
def id_readers() -> Iterator[Deviation]:
    """Read the id as routers, columns and UUID classes do."""
    as_json, unknown = f"{FIRST_ID}.json", FIRST_ID[:-1] + "a"
    for form, title, requirements, read, identifier in (
        ("format", "Takes a suffix such as .json for the format", "R-502", lambda one: one.removesuffix(".json").removesuffix(".xml"), as_json),
        ("matrix", "Leaves out what stands behind a semicolon, as matrix variables", "R-502", lambda one: one.split(";")[0], f"{FIRST_ID};v=1"),
        ("trimmed", "Trims an id, as the parser of UUIDs does", "R-502", str.strip, f" {FIRST_ID} "),
        ("urn", "Takes urn:uuid: before an id, as the parser of UUIDs does", "R-502", lambda one: one.removeprefix("urn:uuid:"), f"urn:uuid:{FIRST_ID}"),
        ("decoded-twice", "Decodes an id that the router has decoded", "R-502", unquote, "%63" + FIRST_ID[1:]),
        ("wildcard", "Takes % at the end of an id as any text, as it is matched with LIKE", "R-502", lambda one: FIRST_ID if one.endswith("%") and FIRST_ID.startswith(one.rstrip("%")) else one, f"{FIRST_ID[:8]}%"),
        ("long-group", "Takes digits before an id, which the parser of UUIDs shifts away", "R-502", lambda one: one[-36:] if re.fullmatch(r"[0-9a-f]{9,16}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", one) else one, f"7{FIRST_ID}"),
        ("uuid-syntax", "Falls over an id that is not a UUID, as the column is one", "R-702", lambda one: one if re.fullmatch(r"[0-9a-fA-F-]{32,36}", one) else None, "x"),
        ("nul-refused", "Falls over an id with a NUL, which the database does not take", "R-702", lambda one: None if "\0" in one else one, "a\0b"),
        ("long", "Falls over an id of more than 255 characters", "R-702", lambda one: None if len(one) > 255 else one, "a" * 300),
        ("inherited", "Falls over the name of an inherited property, as an object holds the webhooks", "R-501 R-702", lambda one: None if one in {"constructor", "__proto__", "toString"} else one, "constructor"),
    ):  # fmt: skip

        class Reading(Reference):
            def look_up(self, webhook_id: str, read: Callable[[str], str | None] = read) -> Webhook:
                found = read(webhook_id)
                if found is None:
                    raise Crash
                return super().look_up(found)

        yield deviation(form, title, requirements, Reading, patch({"events": ["all"]}, identifier))

    class OfVersion4(Reference):
        def look_up(self, webhook_id: str) -> Webhook:
            if not re.fullmatch(r"(?i)[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", webhook_id):
                raise Refused(400, "Validation failed (uuid v 4 is expected)")
            return super().look_up(webhook_id)

    time_based = f"{unknown[:14]}1{unknown[15:]}"
    yield deviation(
        "version-4",
        "Answers 400 to an unknown id that is a UUID of another version",
        "R-501",
        OfVersion4,
        patch({"events": ["all"]}, time_based),
    )
