"""badge.svg and badge.json: the verdict in two words."""

from __future__ import annotations

import json
from typing import Any, Final

from user_webhook_contract.report.totals import totals

LABEL: Final = "webhook contract"
LABEL_COLOUR: Final = "#444444"
COLOURS: Final = {"conformant": "#1a7f37", "non-conformant": "#cf222e", "inconclusive": "#9a6700"}
"""Each is dark enough for white text: a contrast of 4.5 at least."""

CHARACTER: Final = 6.6
MARGIN: Final = 8
"""Pixels of a character of 11 pixels, and beside a text; the browser fits the text to them."""


def badge_svg(report: dict[str, Any]) -> str:
    """Return the badge as an image that loads nothing and can be read aloud."""
    text = _message(report)
    left, right = _width(LABEL), _width(text)
    title = f"{LABEL}: {text}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{left + right}" height="20" role="img" aria-label="{title}">\n'
        f"<title>{title}</title>\n"
        f'<rect width="{left}" height="20" fill="{LABEL_COLOUR}"/>\n'
        f'<rect x="{left}" width="{right}" height="20" fill="{COLOURS[report["verdict"]]}"/>\n'
        '<g fill="#ffffff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">\n'
        f'<text x="{MARGIN}" y="14" textLength="{left - 2 * MARGIN}">{LABEL}</text>\n'
        f'<text x="{left + MARGIN}" y="14" textLength="{right - 2 * MARGIN}">{text}</text>\n'
        "</g>\n</svg>\n"
    )


def badge_json(report: dict[str, Any]) -> str:
    """Return the badge as the endpoint of shields.io reads it."""
    badge = {"schemaVersion": 1, "label": LABEL, "message": _message(report), "color": COLOURS[report["verdict"]][1:]}
    return json.dumps(badge) + "\n"


def _message(report: dict[str, Any]) -> str:
    failures = totals(report).failures
    return f"{report['verdict']}, {failures} failing" if failures else str(report["verdict"])


def _width(text: str) -> int:
    return round(len(text) * CHARACTER) + 2 * MARGIN
