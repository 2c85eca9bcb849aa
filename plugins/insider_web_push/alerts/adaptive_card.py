"""A message as the adaptive card that a workflow of Microsoft Teams posts. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

_LONGEST_TEXT = 16_000
"""The most bytes of text: Teams takes 28 KB of a message, and a card's own fields count as well."""
_BUTTONS = 6
"""What Teams shows of a card's actions; the others it hides."""
_CUT = "… (see the task's log)"


def card_of(title: str, lines: Iterable[str], links: Sequence[tuple[str, str]]) -> str:
    """
    Write the message as JSON, in ASCII alone.

    The shape is what Teams documents for "When a Teams webhook request is received". Its text is in blocks that know no
    Markdown: in others a campaign's name could be a link.

    Args:
        title: Its first line, in bold.
        lines: What follows; those that would make the card too large are left out.
        links: Names and addresses of the pages to look at, as buttons.
    """
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "msteams": {"width": "Full"},
        "body": [_plain(title, weight="Bolder"), *map(_plain, _fitting(lines, _LONGEST_TEXT - len(json.dumps(title))))],
        "actions": [{"type": "Action.OpenUrl", "title": name, "url": url} for name, url in links[:_BUTTONS]],
    }
    attachment = {"contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": None, "content": card}
    return json.dumps({"type": "message", "attachments": [attachment]})


def _plain(text: str, **style: str) -> dict[str, Any]:
    return {"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": text, **style}]}


def _fitting(lines: Iterable[str], room: int) -> list[str]:
    """Give the lines that fit into so many bytes, and a word that some are missing."""
    fitting: list[str] = []
    for line in lines:
        room -= len(json.dumps(line))
        if room < 0:
            return [*fitting, _CUT]
        fitting.append(line)
    return fitting
