"""The variants of the conformant servers: what is odd about each, and the options that make it so."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Variant:
    """A server and the options that it is started with."""

    oddity: str
    options: dict[str, str | None] = field(default_factory=dict)
    names_the_type_first: bool = False

    def plays(self, name: str, default: str) -> str:
        """Return the value of option *name*, or the server's *default*."""
        return self.options.get(name) or default


VARIANTS: dict[str, Variant] = {
    "fastapi-plain": Variant("WWW-Authenticate on a 401, lower-case header names, 415 for other media types"),
    "fastapi-lookup-first": Variant(
        "404 before 401 before 400, the first message only, null and unknown properties refused, secrets kept",
        {
            "check-order": "lookup,auth,body",
            "messages": "first",
            "strict": None,
            "omitted-secrets": "keep",
            "not-found-message": "generic",
            "unparseable-message": "array",
        },
    ),
    "fastapi-auth-last": Variant(
        "400 and 404 before 401, extra properties everywhere, duplicates, empty secrets and long urls refused",
        {
            "check-order": "body,lookup,auth",
            "extras": "both",
            "duplicate-events": "reject",
            "empty-secrets": "reject",
            "longest-url": "2000",
            "secret-style": "hex",
            "media-types": "json-or-none",
        },
    ),
    "fastapi-canonical": Variant(
        "pydantic's canonical url, events as a sorted set, indented ASCII JSON, UUIDs as secrets, any media type",
        {
            "url": "canonical",
            "events-as": "sorted-set",
            "layout": "pretty",
            "omitted-secrets": "keep",
            "empty-secrets": "keep",
            "secret-style": "uuid",
            "media-types": "any",
        },
    ),
    "fastapi-slow-stream": Variant(
        "50 ms before each answer, chunked, charset parameter, one message per property, numbers become secrets",
        {
            "delay": "0.05",
            "transfer": "streamed",
            "messages": "first_per_property",
            "secret-items": "stringify",
            "body-limit": "102400",
        },
    ),
    "fastapi-gzip-close": Variant("gzip where it is accepted, every connection closed", {"transfer": "gzip-close"}),
    "fastapi-rate-limited": Variant("429 with an HTML page beyond 100 requests in two seconds", {"rate-limit": "100"}),
    "flask-plain": Variant("sorted keys, ASCII JSON, closed connections, secrets of any scalar type"),
    "flask-keep-first": Variant(
        "secrets kept, the first message only and the type's first, 404 before 400, generic 404, an array for non-JSON",
        {
            "omitted-secrets": "keep",
            "messages": "first",
            "check-order": "auth,lookup,body",
            "not-found-message": "generic",
            "unparseable-message": "array",
        },
        names_the_type_first=True,
    ),
    "flask-http10": Variant(
        "HTTP/1.0, indented JSON, prefixed base64 secrets, an empty list of secrets is stored, 400 before 401",
        {
            "transfer": "http-1.0",
            "layout": "pretty",
            "secret-style": "whsec",
            "empty-secrets": "store",
            "check-order": "body,auth,lookup",
        },
    ),
    "flask-streamed-sets": Variant(
        "chunked, raw UTF-8 with a charset, events merged and sorted backwards, 413 beyond 100 kB, UUIDs as secrets",
        {
            "transfer": "streamed",
            "layout": "raw",
            "duplicate-events": "merge",
            "omitted-secrets": "keep",
            "empty-secrets": "keep",
            "body-limit": "102400",
            "secret-style": "uuid",
        },
    ),
    "flask-strict": Variant(
        "refuses null, unknown properties, duplicates, empty secrets, IP addresses, userinfo, long urls; 400 for odd ids",
        {
            "null-optional": "reject",
            "unknown-properties": "reject",
            "duplicate-events": "reject",
            "empty-secrets": "reject",
            "secret-items": "filled-strings",
            "hosts": "names",
            "longest-url": "2000",
            "odd-ids": "bad-request",
            "extras": "both",
        },
    ),
    "flask-any-media-type": Variant(
        "reads every body as JSON whatever its media type, one message per property and the type's first",
        {"media-types": "any", "messages": "first_per_property", "secret-items": "strings"},
        names_the_type_first=True,
    ),
    "node-nest": Variant("class-validator's own messages, a missing body is an empty one, ETag, secrets of any type"),
    "node-stop-at-first": Variant(
        "class-validator's stopAtFirstError and forbidNonWhitelisted, null refused, secrets kept, <>& escaped",
        {
            "messages": "first_per_property",
            "unknown-properties": "reject",
            "null-optional": "reject",
            "omitted-secrets": "keep",
            "check-order": "auth,lookup,body",
            "layout": "escaped",
        },
    ),
    "node-canonical": Variant(
        "new URL().href, merged events, extra properties everywhere, chunked in 7-character pieces, dotless hosts",
        {
            "url": "canonical",
            "duplicate-events": "merge",
            "extras": "both",
            "transfer": "chunked",
            "hosts": "any",
            "secret-style": "whsec",
            "unparseable-message": "array",
            "not-found-message": "generic",
        },
    ),
    "node-gzip-first": Variant(
        "gzip where it is accepted, tabs in the JSON, the first message only, reads every media type, UUIDs as secrets",
        {
            "transfer": "gzip",
            "layout": "pretty",
            "messages": "first",
            "media-types": "any",
            "secret-style": "uuid",
        },
    ),
    "node-until-close": Variant(
        "no Content-Length: the closed connection ends an answer; items become strings, 400 and 404 before 401",
        {
            "transfer": "until-close",
            "secret-items": "stringify",
            "body-limit": "1mb",
            "odd-ids": "bad-request",
            "check-order": "body,lookup,auth",
        },
    ),
}

# Natural servers that break a `must` to the letter: whether the gate may accuse them is for the team to settle.
CONTESTED: dict[str, Variant] = {
    "node-uuid-pipe": Variant("NestJS' ParseUUIDPipe: 400 for an id that is no UUID (R-502)", {"odd-ids": "uuid-pipe"}),
    "node-string-secrets": Variant(
        "IsString on each secret, so that secrets that are no array break a third rule (R-207, R-211)",
        {"secret-items": "strings"},
    ),
    "fastapi-redirects": Variant(
        "FastAPI's default: 307 for an id with a slash, %2F too, behind it (R-502, R-702)", {"redirect-slashes": None}
    ),
}
