"""badge.svg and badge.json: the verdict in two words."""

from __future__ import annotations

import json
from typing import Any, Final

from user_webhook_contract.report.totals import totals, verdict_kind, verdict_text

LABEL: Final = "webhook contract"
LABEL_COLOUR: Final = "#444444"
COLOURS: Final = {"conformant": "#1a7f37", "non-conformant": "#cf222e", "inconclusive": "#9a6700", "waived": "#0550ae"}
"""Each is dark enough for white text: a contrast of 4.5 at least."""

_PROFILE_WORDS: Final = {"kept": "conformant", "waived": "waived", "open": "inconclusive", "broken": "non-conformant"}
_PROFILE_COLOURS: Final = {name: COLOURS[word] for name, word in _PROFILE_WORDS.items()}

CHARACTER: Final = 6.6
MARGIN: Final = 8
"""Pixels of a character of 11 pixels, and beside a text; the browser fits the text to them."""


def badge_svg(report: dict[str, Any]) -> str:
    """Return the badge as an image that loads nothing and can be read aloud."""
    return _svg(LABEL, _message(report), COLOURS[verdict_kind(report)])


def _svg(label: str, text: str, colour: str) -> str:
    left, right = _width(label), _width(text)
    title = f"{label}: {text}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{left + right}" height="20" role="img" aria-label="{title}">\n'
        f"<title>{title}</title>\n"
        f'<rect width="{left}" height="20" fill="{LABEL_COLOUR}"/>\n'
        f'<rect x="{left}" width="{right}" height="20" fill="{colour}"/>\n'
        '<g fill="#ffffff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">\n'
        f'<text x="{MARGIN}" y="14" textLength="{left - 2 * MARGIN}">{label}</text>\n'
        f'<text x="{left + MARGIN}" y="14" textLength="{right - 2 * MARGIN}">{text}</text>\n'
        "</g>\n</svg>\n"
    )


def strict_badge_svg(report: dict[str, Any]) -> str:
    """Return the badge of the profile ``strict``, which counts what follows from the documents, too."""
    [row] = [one for one in report["profiles"] if one["name"] == "strict"]
    text = _PROFILE_WORDS[row["verdict"]]
    return _svg(f"{LABEL}, strict", text, _PROFILE_COLOURS[row["verdict"]])


def badge_json(report: dict[str, Any]) -> str:
    """Return the badge as the endpoint of shields.io reads it."""
    badge = {
        "schemaVersion": 1,
        "label": LABEL,
        "message": _message(report),
        "color": COLOURS[verdict_kind(report)][1:],
    }
    return json.dumps(badge) + "\n"


def _message(report: dict[str, Any]) -> str:
    failures = totals(report).failures
    return f"{verdict_text(report)}, {failures} failing" if failures else verdict_text(report)


def _width(text: str) -> int:
    return round(len(text) * CHARACTER) + 2 * MARGIN
