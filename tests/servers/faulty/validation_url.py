"""Faults that let a wrong url pass."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from .fault import declare
from .server import Server

if TYPE_CHECKING:
    from collections.abc import Callable


def accepting(is_accepted: Callable[[str], object]) -> type[Server]:
    """Return a server that takes further strings for https URLs."""

    class Accepting(Server):
        def is_https_url(self, value: object) -> bool:
            return super().is_https_url(value) or (isinstance(value, str) and bool(is_accepted(value)))

    return Accepting


def accepting_values(is_accepted: Callable[[Any], bool]) -> type[Server]:
    """Return a server that skips the rules of url for some values."""

    class AcceptingValues(Server):
        def url_messages(self, body: dict[str, Any]) -> list[str]:
            return [] if "url" in body and is_accepted(body["url"]) else super().url_messages(body)

    return AcceptingValues


def _browsers_read(url: str) -> bool:
    plain = re.sub(r"[\t\r\n]", "", url.strip("".join(map(chr, range(33)))))
    return bool(re.match(r"https:[/\\]*[^/\\?#\s:]", plain, re.IGNORECASE))


_STRINGS: dict[str, tuple[str, Callable[[str], object]]] = {
    "http": ("a url with the scheme http", lambda url: url.startswith("http://")),
    "http-at-home": (
        "a url with the scheme http at this machine",
        lambda url: re.match(r"http://(localhost|127\.|\[::1\])", url),
    ),
    "http-at-an-address": (
        "a url with the scheme http at an address",
        lambda url: re.match(r"http://[\d.]+[:/]", url),
    ),
    "any-scheme": ("a url of any scheme", lambda url: re.match(r"[a-z]+://[^/]+", url)),
    "any-string": ("any string as url", lambda _: True),
    "the-prefix-https": ("whatever begins with https as url", lambda url: url.startswith("https")),
    "the-prefix-http": ("whatever begins with http as url", lambda url: url.startswith("http")),
    "https-anywhere": ("whatever contains https as url", lambda url: "https" in url),
    "https-and-slashes-anywhere": ("whatever contains https:// as url", lambda url: "https://" in url),
    "https-without-host": ("https:// with anything or nothing behind it", lambda url: url.startswith("https://")),
    "the-scheme-alone": ("https:// alone", lambda url: url == "https://"),
    "https-without-colon": ("https// without a colon", lambda url: url.startswith("https//")),
    "https-as-the-prefix-of-a-scheme": ("httpsfoo:// as scheme", lambda url: re.match(r"https[a-z]+://", url)),
    "an-empty-url": ("an empty url", lambda url: url == ""),
    "ftp": ("a url with the scheme ftp", lambda url: url.startswith("ftp://")),
    "ftps-and-wss": ("a url with another secure scheme", lambda url: url.startswith(("ftps://", "wss://", "sftp://"))),
    "ws": ("a url with the scheme ws or wss", lambda url: url.startswith(("ws://", "wss://"))),
    "javascript": (
        "a url with the scheme javascript, data or file",
        lambda u: u.startswith(("javascript:", "data:", "file:")),
    ),
    "a-host-without-scheme": ("a host name without a scheme", lambda url: re.match(r"[a-z0-9.-]+\.[a-z]+(/|$)", url)),
    "three-slashes": ("https:///host as browsers do", lambda url: re.match(r"https:///+\w", url)),
    "one-slash": ("https:/host as browsers do", lambda url: re.match(r"https:/\w", url)),
    "a-blank": ("a url with a blank in its path", lambda url: re.match(r"https://[\w.]+/\S* \S", url)),
    "blanks-around": ("a url with blanks around it", lambda url: re.match(r"\s+https://\w|https://\w\S*\s+$", url)),
    "line-breaks": ("a url with tabs or line breaks", lambda url: re.search(r"[\t\r\n]", url) and "https" in url),
    "what-browsers-mend": ("whatever a browser reads as an https URL", _browsers_read),
    "a-relative-scheme": ("a url that begins with //", lambda url: url.startswith("//")),
    "a-path": ("an absolute path", lambda url: re.match(r"/[^/]", url)),
    "text-before-the-scheme": ("text before https://", lambda url: re.search(r".https://[a-z]", url)),
    "https-in-the-query": (
        "an http url that has https:// in its query",
        lambda url: re.match(r"http://.*\?.*https://", url),
    ),
    "http-in-capitals": ("HTTP:// in capitals", lambda url: url.startswith("HTTP://")),
}

for _name, (_what, _is_accepted) in _STRINGS.items():
    declare(f"accepts-{_name}-as-url", "R-201", f"Accepts {_what}.", accepting(_is_accepted))

_VALUES: dict[str, tuple[str, Callable[[Any], bool]]] = {
    "a-number": ("a number", lambda url: isinstance(url, int | float) and not isinstance(url, bool)),
    "zero": ("0, as if it were left out", lambda url: url == 0 and not isinstance(url, bool)),
    "true": ("true", lambda url: url is True),
    "false": ("false, as if it were left out", lambda url: url is False),
    "a-list": ("a list", lambda url: isinstance(url, list)),
    "an-empty-list": ("an empty list", lambda url: url == []),
    "a-list-of-one-url": (
        "a list of one https URL",
        lambda url: isinstance(url, list) and str(url)[2:10] == "https://",
    ),
    "an-object": ("an object", lambda url: isinstance(url, dict)),
    "whatever-is-no-string": ("whatever is no string", lambda url: not isinstance(url, str)),
    "whatever-is-false": ("whatever a condition takes for false", lambda url: not url),
}

for _name, (_what, _is_value) in _VALUES.items():
    declare(f"accepts-{_name}-in-url", "R-202", f"Accepts {_what} in url.", accepting_values(_is_value))


class NeverChecked(Server):
    """Checks no rule of url."""

    def url_messages(self, body: dict[str, Any]) -> list[str]:  # noqa: ARG002
        return []


declare("checks-no-rule-of-url", "R-201", NeverChecked.__doc__ or "", NeverChecked)


class IgnoredUrl(Server):
    """Accepts an update with a wrong url and leaves the url as it was."""

    def url_messages(self, body: dict[str, Any]) -> list[str]:
        if super().url_messages(body):
            del body["url"]
        return []


declare("ignores-a-wrong-url", "R-201", IgnoredUrl.__doc__ or "", IgnoredUrl)


class UpgradedUrl(Server):
    """Accepts an http url and stores it with https."""

    def url_messages(self, body: dict[str, Any]) -> list[str]:
        url = body.get("url")
        if isinstance(url, str) and url.startswith("http://"):
            body["url"] = "https" + url[4:]
        return super().url_messages(body)


declare("turns-http-into-https", "R-201", UpgradedUrl.__doc__ or "", UpgradedUrl)


class CompletedUrl(Server):
    """Accepts a host name and stores it with https:// before it."""

    def url_messages(self, body: dict[str, Any]) -> list[str]:
        url = body.get("url")
        if isinstance(url, str) and re.match(r"[a-z0-9.-]+\.[a-z]+(/|$)", url):
            body["url"] = f"https://{url}"
        return super().url_messages(body)


declare("puts-https-before-a-host", "R-201", CompletedUrl.__doc__ or "", CompletedUrl)
