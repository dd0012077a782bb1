"""A request as a curl line that sends it again, in sh, bash and zsh."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from user_webhook_contract.http.address import url_of
from user_webhook_contract.http.authorization import unknown_token
from user_webhook_contract.http.client import Way
from user_webhook_contract.http.request import Credential, Request, encode
from user_webhook_contract.report.shell import is_plain, printing, word
from user_webhook_contract.settings import DEFAULT_FORBIDDEN_TOKEN, DEFAULT_TOKEN, header_variable

if TYPE_CHECKING:
    from user_webhook_contract.settings import Settings

MAX_BODY: Final = 8000
"""Characters that the body of a line may take."""

MAX_SHORTENED: Final = 80
"""Bytes that are left of a longer one."""

MAX_WITHOUT_EXPECT: Final = 1024
"""Bytes of a body from which some versions of curl ask first whether they may send it."""

# What authorization makes of a token, as the shell does it: the line holds the rule, and never a token.
_RULES: Final = {
    "shortened": "awk '{n=int(length*3/4); print substr($0,1,n<1?1:n)}'",
    "swapped": "tr A-Za-z a-zA-Z",
    "altered": 'awk \'{n=int(length*3/4); e=o=substr($0,n+1); gsub(/./,"0",e); if(e==o)gsub(/./,"1",e); '
    "print substr($0,1,n) e}'",
    "altered_start": "awk '{print (/^0/?1:0) substr($0,2)}'",
    "reversed": "awk '{for(n=length;n;n--)printf \"%s\",substr($0,n,1)}'",
    "without_first": "cut -c 2-",
    "without_last": "sed 's/.$//'",
    "first": "cut -c 1",
    "encoded": "base64 | tr -d '\\n'",
    "escaped": "od -An -v -tx1 | tr -d '\\n' | tr ' a-f' '%A-F'",
    "hexadecimal": "od -An -v -tx1 | tr -d ' \\n'",
    "joined": "tr -d '_.-'",
    "underscored": "sed 's/-/_/g'",
    "first_part": "sed 's/[-_.].*//'",
    "last_part": "sed 's/.*[-_.]//'",
    "rotated": "awk '{print substr($0,2) substr($0,1,1)}'",
    "as_user": "awk '{printf \"%s:\",$0}' | base64 | tr -d '\\n'",
    "as_password": "awk '{printf \"user:%s\",$0}' | base64 | tr -d '\\n'",
}

_SHARED: Final = {
    Way.KEPT: "Its first part is an authorised update, on whose connection the request is sent.",
    Way.PIPELINED: "Its first part is an authorised update, on whose connection the request is sent; "
    "curl waits for the first response, as the suite did not.",
}


class CurlLine(NamedTuple):
    """A command, and what to know before it is run: what it needs, and how it differs from what was sent."""

    command: str
    note: str


def curl(request: Request, settings: Settings, hidden: frozenset[str], way: Way = Way.OWN) -> CurlLine:
    """Return the line for *request*, with variables for tokens, and placeholders for the secrets *hidden*.

    If other requests came before it on its connection, an authorised update does so in the line, too.
    """
    needed, header = _authorization(request.credential, settings)
    body, notes = _shown(request.body or b"", hidden)
    parts = ["curl"]
    if way is not Way.OWN:
        first = curl(Request(settings.webhook_id, encode({"events": ["all"]})), settings, frozenset()).command
        parts = [first, "--next"]
        needed = list(dict.fromkeys([*_authorization(Credential.VALID, settings)[0], *needed]))
        notes.append(_SHARED[way])
    parts += ["-i -X PATCH", word(url_of(settings.target, request.webhook_id)), "-H 'Accept: application/json'"]
    if header is not None:
        parts.append(f'-H "Authorization: {header}"')
    parts += [f'-H "{name}: ${header_variable(name)}"' for name in settings.header]
    # curl adds a media type if none is given; a header without a value removes it, and one with a semicolon is empty.
    media_type = "Content-Type:" if request.media_type is None else f"Content-Type: {request.media_type}"
    parts.append(f"-H {word(media_type if request.media_type != '' else 'Content-Type;')}")
    if request.is_chunked:
        parts.append("-H 'Transfer-Encoding: chunked'")
    if request.is_chunked or len(body) > MAX_WITHOUT_EXPECT:
        parts.append("-H Expect:")
    if needed:
        notes.insert(0, f"It needs {' and '.join(needed)} in the environment.")
    if is_plain(body) and len(body) <= MAX_BODY:
        command = f"{' '.join(parts)} --data-binary {word(body.decode())}"
    else:
        command = f"{printing(body)} | {' '.join(parts)} --data-binary @-"
    return CurlLine(command, " ".join(notes))


def _shown(body: bytes, hidden: frozenset[str]) -> tuple[bytes, list[str]]:
    """Return what the line sends as a body, and how it differs from *body*."""
    notes = []
    # A target may have shown hundreds of thousands, of which a request holds a few.
    text = body.decode(errors="replace")
    held = [one for one in hidden if one in text or not (one.isascii() and one.isalnum())]
    for secret in sorted(held, key=len, reverse=True):
        for form in (secret.encode(errors="replace"), encode(secret)[1:-1]):
            if form in body:
                body = body.replace(form, f"<secret of {len(secret)} characters>".encode())
                notes = ["It has a placeholder for each secret that the target holds."]
    if len(printing(body)) > MAX_BODY:
        notes.append(
            f"Its body is cut here, from {len(body)} bytes to {MAX_SHORTENED}: user-webhook-contract replay sends all of it."
        )
        body = body[:MAX_SHORTENED]
    return body, notes


def _authorization(credential: Credential, settings: Settings) -> tuple[list[str], str | None]:
    """Return the variables that the header needs, and the header within double quotes; None if there is none."""
    template: str | None = credential.value
    if template is None:
        return [], None
    token, needs_token = _variable("TOKEN", settings.token, DEFAULT_TOKEN)
    forbidden, needs_forbidden = _variable("FORBIDDEN_TOKEN", settings.forbidden_token, DEFAULT_FORBIDDEN_TOKEN)

    made = {name: f'$(printf %s "{token}" | {rule})' for name, rule in _RULES.items()}
    unknown = unknown_token(settings.token, settings.forbidden_token)
    header = (
        template.replace('"', '\\"')
        .replace("$", "\\$")
        .format(valid=token, forbidden=forbidden, unknown=unknown, **made)
    )
    used = ((token, "TOKEN", needs_token), (forbidden, "FORBIDDEN_TOKEN", needs_forbidden))
    return [name for value, name, is_needed in used if is_needed and value in header], header


def _variable(name: str, value: str, default: str) -> tuple[str, bool]:
    """Return the variable *name*, and whether it has to be set: not if its value is the well-known one of the mock."""
    return (f"${{{name}:-{default}}}", False) if value == default else (f"${{{name}}}", True)
