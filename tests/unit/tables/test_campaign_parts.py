"""In which file of the table `campaign` a campaign stands."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insider_web_push.tables.campaign_parts import FIRST, MOST_ROWS, all_of, file_of, in_files


def row(campaign_id: str, *, last_day: date = date(2026, 11, 22)) -> dict[str, Any]:
    """Give a row of the table, as far as it counts here."""
    of_the_answer = dict.fromkeys(
        ("status_name", "primary_goal", "alias", "is_recurring", "personalization_status", "currency", "detail_day")
    )
    return {"campaign_id": campaign_id, "first_day": date(2026, 11, 1), "last_day": last_day, **of_the_answer}


@pytest.mark.parametrize(("campaign", "begin"), [("1", 0), ("99", 0), ("100", 100), ("199", 100), ("2000", 200)])
def test_a_file_has_the_campaigns_up_to_the_next_one(campaign: str, begin: int) -> None:
    """By number, as ids count up, and not by text."""
    assert file_of(campaign, [FIRST, 100, 200]) == begin


def test_a_file_that_grows_too_long_is_split() -> None:
    """Into halves, so that both have room; the others stay as they are."""
    rows = [row(str(100 + n)) for n in range(MOST_ROWS)]
    assert list(in_files(rows, [FIRST])) == [FIRST]
    files = in_files([*rows, row("99"), row("7000")], [FIRST, 7000])
    half = MOST_ROWS // 2
    assert {begin: len(found) for begin, found in files.items()} == {
        0: half,
        99 + half: half,
        99 + 2 * half: 1,
        7000: 1,
    }


@given(st.sets(st.integers(0, 10**20 - 1).map(str), min_size=1), st.sets(st.integers(1, 10**20 - 1), max_size=5))
def test_every_row_is_in_the_file_where_it_is_looked_for(campaigns: set[str], begins: set[int]) -> None:
    """Also after a split, and exactly once."""
    known = sorted({FIRST, *begins})
    files = in_files(map(row, campaigns), known)
    found = {item["campaign_id"]: begin for begin, rows in files.items() for item in rows}
    assert found == {campaign: file_of(campaign, sorted({*known, *files})) for campaign in campaigns}
    assert all_of(files.values()) == [row(campaign) for campaign in sorted(campaigns)]


def test_a_campaign_that_stands_in_two_files_is_one() -> None:
    """The later day counts, in whichever file it is."""
    older, newer = row("5", last_day=date(2026, 11, 20)), row("5", last_day=date(2026, 11, 21))
    assert all_of([[older], [newer]]) == all_of([[newer], [older]]) == [newer]
