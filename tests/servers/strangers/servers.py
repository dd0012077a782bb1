"""Servers that differ in one point which a ruling is about."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, ClassVar

from servers.faulty import literals
from servers.faulty.asgi import Crash, Request, Response
from servers.faulty.server import Refused, Server, Webhook

if TYPE_CHECKING:
    from collections.abc import Callable


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
    """Names the type of a property if it is wrong, or else its first broken rule."""

    types = frozenset({literals.URL_STRING, literals.EVENTS_ARRAY, literals.SECRETS_ARRAY})

    def pick(self, group: list[str]) -> list[str]:
        return [message for message in group if message in self.types][:1] or group[:1]


class LastOfEach(Naming):
    """Names the last broken rule of each property."""

    def pick(self, group: list[str]) -> list[str]:
        return group[-1:]


class ThreeForALoneEvent(Server):
    """Names all three rules of events if a lone event is sent."""

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
    """Refuses a wrong event, and does not say so if a url is wrong, too."""

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
    """Leaves `error` out if the body is not JSON, as NestJS on Fastify does."""

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


def writing(write: Callable[[Response], Response]) -> Callable[[], Server]:
    return type("Written", (Writing,), {"write": staticmethod(write)})


def utf_16(response: Response) -> Response:
    return Response(response.status, response.body.decode().encode("utf-16"))


def with_nan(response: Response) -> Response:
    return Response(response.status, b'{"took": NaN, ' + response.body[1:]) if response.status == 201 else response


def untrue_encoding(response: Response) -> Response:
    return Response(response.status, response.body, headers=((b"content-encoding", b"gzip"),))


def with_mark(response: Response) -> Response:
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
    """Finds a webhook by any spelling of its UUID, and refuses what is not one."""

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


def choosing(kind: type[Server], **choices: str) -> Callable[[], Server]:
    return lambda: kind(**choices)
