"""A message as an adaptive card of Microsoft Teams."""

import json
from typing import Any

import pytest

from insider_web_push.alerts.adaptive_card import card_of

TEAMS_TAKES = 28 * 1024
RUN = ("Run", "https://airflow.example.com/dags/daily/runs/manual__2026")


def content(card: str) -> Any:
    """The card itself."""
    (attachment,) = json.loads(card)["attachments"]
    return attachment["content"]


def texts(card: str) -> list[str]:
    """All text that a reader sees."""
    return [run["text"] for block in content(card)["body"] for run in block["inlines"]]


def test_each_line_is_a_block_of_its_own() -> None:
    """Line breaks within one are not shown everywhere."""
    assert texts(card_of("brand: Unauthorized", ["DAG daily", "What to do: …"], [])) == [
        "brand: Unauthorized", "DAG daily", "What to do: …",
    ]  # fmt: skip


def test_a_name_cannot_be_a_link_or_a_mention() -> None:
    """Markdown is read in blocks of text, and in no run of text."""
    card = content(card_of("brand", ["[here](https://evil.example) <at>all</at>"], [RUN]))
    assert {block["type"] for block in card["body"]} == {"RichTextBlock"}
    assert {run["type"] for block in card["body"] for run in block["inlines"]} == {"TextRun"}


def test_no_more_buttons_than_teams_shows_and_the_run_first() -> None:
    """Days are named in the title as well."""
    days = [(f"2026-11-{day}", f"https://airflow.example.com/{day}") for day in range(10, 17)]
    buttons = content(card_of("brand", [], [RUN, *days]))["actions"]
    assert len(buttons) == 6
    assert buttons[0] == {"type": "Action.OpenUrl", "title": "Run", "url": RUN[1]}


@pytest.mark.parametrize("letter", ["x", "ş", "🛒", '"', "\\"])
def test_however_much_there_is_to_say_teams_takes_it(letter: str) -> None:
    """Letters outside of ASCII take up to twelve bytes in JSON."""
    card = card_of("brand", [letter * 1_500] * 40, [(name, RUN[1] * 5) for name in "abcdef"])
    assert card.isascii()
    assert len(card) < TEAMS_TAKES
    assert texts(card)[-1] == "… (see the task's log)"
