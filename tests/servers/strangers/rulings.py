"""For each ruling on what is fair, a server that keeps the contract and was accused, or one that breaks it and passed."""

from __future__ import annotations

import base64
import json
import re
from typing import TYPE_CHECKING, Any, ClassVar

from servers.faulty import literals
from servers.faulty.asgi import Crash, Request, Response
from servers.faulty.server import Refused, Server, Webhook

from .stacks import DjangoRest, FlaskMarshmallow, Koa, Php, assigning
from .stranger import INCONCLUSIVE, NON_CONFORMANT, Stranger, rows

if TYPE_CHECKING:
    from collections.abc import Callable

EXPIRED = ".".join(
    base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")
    for part in ({"alg": "RS256"}, {"sub": "stranger", "exp": 1_600_000_000}, "signature")
)
"""A token of the form of a JWT whose lifetime has passed."""


class NullAsUrl(Server):
    """Stores null as url, and shows it."""

    def next_url(self, webhook: Webhook, body: dict[str, Any]) -> Any:
        return body.get("url", webhook.url)


class WrittenFirst(Server):
    """Stores the url before it looks at the events."""

    def messages(self, body: dict[str, Any]) -> list[str]:
        if isinstance(body.get("url"), str) and not self.url_messages(body):
            self.webhooks[self.asked].url = body["url"]
        return super().messages(body)

    def perform(self, request: Request) -> Response:
        self.asked = self.look_up(request.webhook_id).id
        return super().perform(request)


class Naming(Server):
    """Names the broken rules that `pick` takes of each property's."""

    def pick(self, group: list[str]) -> list[str]:
        raise NotImplementedError

    def select(self, groups: list[list[str]]) -> list[str]:
        return [message for group in groups for message in self.pick(group)]


class TypesFirst(Naming):
    """Names the type of a property where it is wrong, or else its first broken rule."""

    types = frozenset({literals.URL_STRING, literals.EVENTS_ARRAY, literals.SECRETS_ARRAY})

    def pick(self, group: list[str]) -> list[str]:
        return [message for message in group if message in self.types][:1] or group[:1]


class LastOfEach(Naming):
    """Names the last broken rule of each property."""

    def pick(self, group: list[str]) -> list[str]:
        return group[-1:]


class ThreeForALoneEvent(Server):
    """Names all three rules of events where a lone event is sent."""

    def events_messages(self, body: dict[str, Any]) -> list[str]:
        return list(literals.MESSAGES[2:5]) if isinstance(body.get("events"), str) else super().events_messages(body)


class ValuesForALoneEvent(Server):
    """Says of a lone event that it is not one of the five."""

    def events_messages(self, body: dict[str, Any]) -> list[str]:
        return [literals.EVENTS_VALUES] if body.get("events") in literals.EVENTS else super().events_messages(body)


class FallsOverText(Server):
    """Falls over a body that is not JSON, whatever the id."""

    def refuse_unparseable(self) -> Any:
        raise Crash


class SilentOnValues(Server):
    """Refuses a wrong event, and does not say so where a url is wrong, too."""

    def messages(self, body: dict[str, Any]) -> list[str]:
        found = super().messages(body)
        return [one for one in found if one != literals.EVENTS_VALUES] if literals.URL_HTTPS in found else found


class Json5(Server):
    """Reads comments, commas at the end, single quotes, NaN and a byte order mark, as parsers of JSON5 do."""

    def load(self, text: str) -> Any:
        try:
            return super().load(text)
        except ValueError:
            return self.load_relaxed(text)

    def load_relaxed(self, text: str) -> Any:
        for pattern, replacement in (
            (r"^\ufeff", ""),
            (r"/\*.*?\*/", " "),
            (r",(\s*[}\]])", r"\1"),
            (r"'([^'\"]*)'", r'"\1"'),
            (r"([{,]\s*)([A-Za-z_]\w*)(\s*:)", r'\1"\2"\3'),
        ):
            text = re.sub(pattern, replacement, text, flags=re.DOTALL)
        return json.loads(text, strict=False, parse_int=lambda digits: int(digits[:300]))


class FirstValueOnly(Server):
    """Reads the first JSON value of a body, and nothing behind it."""

    def load(self, text: str) -> Any:
        return json.JSONDecoder().raw_decode(text.lstrip())[0]


class NoErrorOfTheParser(Server):
    """Leaves `error` out where the body is not JSON, as NestJS on Fastify does."""

    def error_body(self, status: int, message: Any) -> Any:
        body = super().error_body(status, message)
        return {"statusCode": status, "message": message} if message == literals.UNPARSEABLE else body


class PageOfTheParser(Server):
    """Answers a body that is not JSON with a page."""

    def answer(self, request: Request) -> Response:
        try:
            return self.update(request)
        except Refused as refused:
            if refused.message == literals.UNPARSEABLE:
                return Response(400, b"<pre>SyntaxError</pre>", "text/html; charset=utf-8")
            return self.refuse(refused)


class Writing(Server):
    """Writes each answer anew."""

    write: ClassVar[Callable[[Response], Response]]

    def answer(self, request: Request) -> Response:
        return type(self).write(super().answer(request))


def _writing(write: Callable[[Response], Response]) -> Callable[[], Server]:
    return type("Written", (Writing,), {"write": staticmethod(write)})


def _utf_16(response: Response) -> Response:
    return Response(response.status, response.body.decode().encode("utf-16"))


def _with_nan(response: Response) -> Response:
    return Response(response.status, b'{"took": NaN, ' + response.body[1:]) if response.status == 201 else response


def _untrue_encoding(response: Response) -> Response:
    return Response(response.status, response.body, headers=((b"content-encoding", b"gzip"),))


def _with_mark(response: Response) -> Response:
    return Response(response.status, b"\xef\xbb\xbf" + response.body)


class NumbersFromTexts(Server):
    """Stores a secret of digits as a number."""

    def next_secrets(self, webhook: Webhook, body: dict[str, Any]) -> Any:
        given = super().next_secrets(webhook, body)
        return [int(one) if isinstance(one, str) and one.isdigit() else one for one in given]


class FirstWord(Server):
    """Takes the first word behind the scheme for the token, as passport-jwt does."""

    def token(self, authorization: str) -> str | None:
        words = authorization.split()
        return words[1] if len(words) > 1 and words[0].lower() == "bearer" else None


class Beginning(Server):
    """Takes whatever begins with the token for it."""

    def token(self, authorization: str) -> str | None:
        token = super().token(authorization) or ""
        return next((known for known in self.roles if token.startswith(known)), token)


class UuidColumn(Server):
    """Finds a webhook by any spelling of its UUID, and refuses what is none."""

    def look_up(self, webhook_id: str) -> Webhook:
        digits = re.sub(r"[-{}]", "", webhook_id).lower()
        if not re.fullmatch(r"[0-9a-f]{32}", digits):
            raise Refused(400, "Validation failed (uuid is expected)")
        found = next((one for one in self.webhooks if one.replace("-", "") == digits), webhook_id)
        return super().look_up(found)


class ObjectMembers(Server):
    """Finds the members that every object has."""

    def look_up(self, webhook_id: str) -> Webhook:
        if webhook_id in {"__proto__", "constructor", "toString"}:
            return Webhook(webhook_id, "https://example.com/", ["all"], "client", ["a-secret-of-some-length"])
        return super().look_up(webhook_id)


class ShallowStack(Server):
    """Falls over nesting of 150 levels."""

    def parse(self, body: bytes) -> Any:
        if max(body.count(b"["), body.count(b"{")) > 150:
            raise Crash
        return super().parse(body)


class LenientBehindTheHost(Server):
    """Accepts `https:host`, and backslashes and control characters behind the authority, as validator.js does."""

    def is_https_url(self, value: object) -> bool:
        if not isinstance(value, str):
            return False
        start, slash, rest = re.sub(r"^https:(?=[a-z])", "https://", value).partition("/")
        cleaned = re.sub(r"(?<=[^:/])[\\\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", "x", start + slash + rest)
        host = re.match(r"https://[^/]*", start + slash + rest)
        is_odd_host = host is not None and re.search(r"[\\\x00-\x1f\x7f]", host[0])
        return not is_odd_host and super().is_https_url(cleaned)


class BlanksInUrls(Server):
    """Removes blanks from a url before it looks at it, and takes any number of slashes."""

    def is_https_url(self, value: object) -> bool:
        if not isinstance(value, str):
            return False
        return super().is_https_url(re.sub(r"^https:/+", "https://", re.sub(r"[ \t\r\n]", "", value)))


class LooksHostsUp(Server):
    """Refuses urls whose host has no address: those of the reserved names have none."""

    def is_https_url(self, value: object) -> bool:
        reserved = re.compile(r"(?i)https://([^/?#:]+\.)?(example\.(com|org|net)|example)(?=[/?#:]|$)")
        return super().is_https_url(value) and not reserved.match(str(value))


class AnyCaseOfKeys(Server):
    """Passes over the case of property names, as the readers of Go and .NET do."""

    def load(self, text: str) -> Any:
        value = super().load(text)
        names = {"url", "events", "secrets"}
        if not isinstance(value, dict):
            return value
        return {name.lower() if name.lower() in names else name: one for name, one in value.items()}


class AnyCaseOfEvents(Server):
    """Passes over the case of events."""

    def is_event(self, value: object) -> bool:
        return isinstance(value, str) and value.lower() in literals.EVENTS


class PlainSecretsOnly(Server):
    """Refuses secrets that it could not store byte for byte."""

    def secrets_messages(self, body: dict[str, Any]) -> list[str]:
        found = super().secrets_messages(body)
        given = body.get("secrets")
        texts = given if isinstance(given, list) else []
        is_odd = any(not isinstance(one, str) or not re.fullmatch(r"(?! )[ -~]{8,128}(?<! )", one) for one in texts)
        return found or ["each value in secrets must be a plain text"] if is_odd else found


class Trimming(Server):
    """Trims secrets."""

    def next_secrets(self, webhook: Webhook, body: dict[str, Any]) -> Any:
        given = super().next_secrets(webhook, body)
        return [one.strip() if isinstance(one, str) else one for one in given]


class Folding(Server):
    """Escapes secrets as HTML does."""

    def next_secrets(self, webhook: Webhook, body: dict[str, Any]) -> Any:
        given = super().next_secrets(webhook, body)
        return [one.replace("&", "&amp;").replace("<", "&lt;") if isinstance(one, str) else one for one in given]


class NoChunks(Server):
    """Reads no body that comes in chunks."""

    def answer(self, request: Request) -> Response:
        if request.headers.get("transfer-encoding") == "chunked":
            request = Request(request.webhook_id, request.headers, b"")
        return super().answer(request)


class Changing(Server):
    """Changes its mind at a request, as `change` says of its number."""

    def reset(self) -> None:
        super().reset()
        self.number = 0

    def answer(self, request: Request) -> Response:
        self.number += 1
        return self.changed() or super().answer(request)

    def changed(self) -> Response | None:
        raise NotImplementedError


class TokenExpires(Changing):
    """Answers 401 to every token from the sixtieth request on."""

    def changed(self) -> Response | None:
        return self.refuse(Refused(401, literals.UNAUTHORIZED)) if self.number >= 60 else None


class GatewayGoesDown(Changing):
    """Has a gateway before it that answers 502 from the sixtieth request on."""

    def changed(self) -> Response | None:
        return Response(502, b"<h1>502 Bad Gateway</h1>", "text/html") if self.number >= 60 else None


class UnauthorisedByABody(Server):
    """Answers 401 to whoever sends two secrets."""

    def check(self, body: Any) -> None:
        super().check(body)
        if isinstance(body, dict) and len(body.get("secrets") or ()) == 2:
            raise Refused(401, literals.UNAUTHORIZED)


class NoPorts(Server):
    """Refuses urls with a port."""

    def is_https_url(self, value: object) -> bool:
        return super().is_https_url(value) and not re.match(r"(?i)https://[^/?#]*:\d", str(value))


class KnowsNoStranger(Server):
    """Answers 401 to a token without the scope."""

    roles: ClassVar[dict[str, str]] = {literals.VALID_TOKEN: "member"}


def _choosing(kind: type[Server], **choices: str) -> Callable[[], Server]:
    return lambda: kind(**choices)


_UNREADABLE = (rows("102 103"), rows("601 602"))
_ERRORS = rows("603 604 605 606 607 608")

RULINGS: dict[int, tuple[Stranger, ...]] = {
    1: (
        Stranger("keeps-and-generates-on-null", "Null in secrets generates, an omitted one keeps.", Koa, broken=rows("201"), also=rows("211"), innocent=rows("301 302 303 304 305 306 307")),
        Stranger("null-as-url", "Shows null as url after a 201 to null.", NullAsUrl, broken=rows("103")),
    ),
    2: (
        Stranger("rotates-on-an-empty-list", "Keeps secrets that are left out and generates on an empty list.", _choosing(Server, omitted_secrets="keep", empty_secrets="generate"), innocent=rows("304 305 306 307")),
        Stranger("written-first", "Stores the url of a request whose events are wrong.", WrittenFirst, broken=rows("304"), also=rows("301")),
    ),
    3: (
        Stranger("types-first", "Names the type rule of each property, or its first.", TypesFirst),
        Stranger("last-of-each", "Names the last broken rule of each property.", LastOfEach, broken=rows("211"), also=rows("203 204 208")),
    ),
    4: (
        Stranger("three-for-a-lone-event", "Three messages for a lone event.", ThreeForALoneEvent),
        Stranger("values-for-a-lone-event", "One message for a lone event, and that of the values.", ValuesForALoneEvent, broken=rows("204 211")),
    ),
    5: (
        Stranger("messages-of-lengths", "Gives what is no list the message of lengths.", Php, broken=rows("204 207 211 226"), innocent=rows("203 205 206")),
        Stranger("falls-over-text", "500 to a body that is not JSON, whatever the id.", FallsOverText, either=(rows("210 701"),), innocent=rows("501 502 702")),
    ),
    6: (Stranger("silent-on-values", "Refuses wrong events beside a wrong url without naming them.", SilentOnValues, broken=rows("211"), also=rows("205 204 208")),),
    7: (
        Stranger("json5", "Reads what parsers accept beyond the grammar.", Json5),
        Stranger("nan", "Accepts NaN.", FlaskMarshmallow, innocent=rows("210 701")),
        Stranger("first-value-only", "Accepts text behind the JSON.", FirstValueOnly, broken=rows("210"), also=rows("701")),
    ),
    8: (
        Stranger("no-error-of-the-parser", "The 400 to what is not JSON has no error.", NoErrorOfTheParser, innocent=rows("602")),
        Stranger("page-of-the-parser", "The 400 to what is not JSON is a page.", PageOfTheParser, broken=rows("601"), also=rows("602 701")),
    ),
    9: (
        Stranger("answers-with-a-mark", "A byte order mark before each answer: no more than a `should`.", _writing(_with_mark)),
        Stranger("answers-in-utf-16", "UTF-16.", _writing(_utf_16), either=_UNREADABLE, also=_ERRORS),
        Stranger("answers-with-nan", "NaN in each 201.", _writing(_with_nan), either=_UNREADABLE[:1]),
        Stranger("answers-untruly-packed", "Content-Encoding says gzip, and the body is plain.", _writing(_untrue_encoding), either=_UNREADABLE, also=_ERRORS | rows("703")),
    ),
    10: (
        Stranger("stores-any-element", "Stores and shows `[1]`: a remark.", Server, innocent=rows("103 107")),
        Stranger("numbers-from-texts", "Shows a number where a text of digits was sent.", NumbersFromTexts, either=(rows("103 107"),)),
    ),
    11: (
        Stranger("first-word", "Takes the first word behind the scheme, in any case, for the token.", FirstWord, innocent=rows("402 403")),
        Stranger("beginning", "Takes what begins with the token for it.", Beginning, broken=rows("402"), also=rows("404 405 401")),
    ),
    12: (
        Stranger("uuid-column", "Finds a UUID in any spelling, 400 to other ids.", UuidColumn, innocent=rows("501 502 702 307")),
        Stranger("object-members", "Finds the members of an object by their names.", ObjectMembers, either=(rows("501 702"),)),
    ),
    13: (
        Stranger("falls-over-1100-levels", "500 from 1,100 levels on: a `should`.", FlaskMarshmallow, innocent=rows("701")),
        Stranger("falls-over-150-levels", "500 to 200 levels.", ShallowStack, broken=rows("701")),
    ),
    14: (
        Stranger("lenient-behind-the-host", "Accepts `https:host`, and backslashes and control characters in the path.", LenientBehindTheHost, innocent=rows("201")),
        Stranger("blanks-in-urls", "Accepts blanks and any number of slashes.", BlanksInUrls, broken=rows("201"), also=rows("211")),
    ),
    15: (
        Stranger("looks-hosts-up", "Refuses hosts that do not resolve; the run has one that does.", LooksHostsUp, innocent=rows("226"), settings={"url_host": "hooks.vendor.test"}),
        Stranger("looks-hosts-up-unasked", "The same without such a host: told as the likely cause.", LooksHostsUp, broken=rows("226"), also=rows("101 211")),
    ),
    16: (
        Stranger("any-case-of-keys", "Passes over the case of property names.", AnyCaseOfKeys, innocent=rows("208")),
        Stranger("any-case-of-events", "Passes over the case of events.", AnyCaseOfEvents, broken=rows("205"), also=rows("211 103")),
    ),
    17: (
        Stranger("plain-secrets-only", "Refuses secrets outside printable ASCII, or with blanks around.", PlainSecretsOnly, innocent=rows("225 101 107")),
        Stranger("trimming", "Trims secrets.", Trimming, broken=rows("107")),
        Stranger("escaping", "Escapes secrets.", Folding, broken=rows("107")),
    ),
    18: (
        Stranger("no-chunks", "Reads no body that comes in chunks: a `should`.", NoChunks, innocent=rows("101 221 224 209")),
        Stranger("no-chunks-and-more", "The same, and it trims: only that counts.", DjangoRest, broken=rows("107 202 211"), innocent=rows("101")),
    ),
    19: (
        Stranger("token-expires", "Every token gets 401 from request 60 on.", TokenExpires, outcome=INCONCLUSIVE, innocent=rows("101 201 202 203 204 205 208 209 210 226 501 502 701 702 307")),
        Stranger("gateway-goes-down", "A gateway answers 502 from request 60 on.", GatewayGoesDown, outcome=INCONCLUSIVE, innocent=rows("101 701 702 703")),
        Stranger("unauthorised-by-a-body", "401 to two secrets alone.", UnauthorisedByABody, broken=rows("225"), also=rows("101 308 701 501 702")),
    ),
    20: (Stranger("waived-ports", "Refuses ports, for which there is a waiver.", NoPorts, broken=rows("226"), also=rows("211"), outcome=NON_CONFORMANT),),
    21: (
        Stranger("expired-stranger", "401 to a token whose exp has passed: not run.", KnowsNoStranger, innocent=rows("404 306 605 606"), settings={"forbidden_token": EXPIRED}, outcome=INCONCLUSIVE),
        Stranger("unknown-stranger", "401 to a token that should get 403.", KnowsNoStranger, broken=rows("404"), also=rows("306 605 606")),
    ),
    22: (
        Stranger("assigns-and-refuses-proto", "Refuses `__proto__`, and lets the body set clientId and id.", lambda: assigning("id", "clientId"), broken=rows("108"), also=rows("104 103")),
        Stranger("refuses-proto", "Refuses `__proto__` and ignores other unknown properties.", assigning),
    ),
}  # fmt: skip
