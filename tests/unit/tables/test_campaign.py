"""The account's campaigns with their latest attributes."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insider_web_push.answers.day_list import ListedCampaign
from insider_web_push.tables.campaign import CampaignRow, campaign_rows, merged
from insider_web_push.tables.campaign_day import CampaignDay
from insider_web_push.tables.files import to_arrow
from insider_web_push.tables.schemas import CAMPAIGNS, SCHEMA_VERSION
from tests.builders import CAMPAIGN, DAY, FETCHED_AT, campaign_day, detail, rows_of, swept


def listed_as(**attributes: Any) -> ListedCampaign:
    """Give a campaign's row of the list with these attributes."""
    plain = {
        "status": "Active",
        "status_name": "active",
        "tags": ("sale", "tr"),
        "message_link": "https://example.com/sale",
        "send_date": "2026-11-22 09:30:00",
    }
    return swept().model_copy(update=plain | attributes)


LISTED = listed_as()


def rows(*days: CampaignDay) -> list[CampaignRow]:
    """Give the rows of one day."""
    return list(campaign_rows(days, rows_of(days)["campaign_day"], revision=3))


def on(day: date, *, name: str = "The campaign", answered: bool = True, **changes: Any) -> list[CampaignRow]:
    """Give the rows of a day with one campaign."""
    given = detail() if answered else None
    return rows(campaign_day(given, day=day, swept=listed_as(name=name), **changes))


def test_a_row_has_what_the_list_and_the_answer_say() -> None:
    """As the table holds it."""
    answer = detail()
    stored = to_arrow(CAMPAIGNS, [row | {"schema_version": SCHEMA_VERSION} for row in on(DAY)]).to_pylist()
    assert stored == [
        {
            "campaign_id": CAMPAIGN,
            "name": "The campaign",
            "type": "Bulk",
            "status": "Active",
            "status_name": answer.status_name or "active",
            "primary_goal": answer.primary_goal,
            "alias": answer.alias,
            "is_recurring": answer.is_recurring,
            "personalization_status": answer.personalization_status,
            "currency": answer.preferred_currency,
            "tags": ["sale", "tr"],
            "message_link": "https://example.com/sale",
            "first_button_link": None,
            "second_button_link": None,
            "send_date": "2026-11-22 09:30:00",
            "start_date": None,
            "end_date": None,
            "first_day": DAY,
            "last_day": DAY,
            "detail_day": DAY,
            "revision": 3,
            "fetched_at": FETCHED_AT,
            "schema_version": SCHEMA_VERSION,
        }
    ]


def test_a_campaign_without_an_answer_has_what_the_list_says() -> None:
    """A quiet one makes no call."""
    (row,) = on(DAY, answered=False)
    assert (row["status_name"], row["currency"], row["detail_day"]) == ("active", None, None)


def test_a_campaign_that_is_no_longer_listed_gets_no_row() -> None:
    """It says nothing new; what it said stays."""
    assert rows(campaign_day(detail(), swept=None)) == []


def test_the_latest_day_tells_the_attributes() -> None:
    """Also when an earlier day is published after it."""
    today, before = on(DAY, name="New"), on(DAY - timedelta(days=5), name="Old")
    (row,) = merged(today, before)
    assert (row["name"], row["first_day"], row["last_day"]) == ("New", DAY - timedelta(days=5), DAY)


def test_a_day_that_comes_again_replaces_what_it_said() -> None:
    """A renamed campaign, seen by the second look."""
    assert merged(on(DAY, name="Old"), on(DAY, name="New"))[0]["name"] == "New"


def test_a_quiet_day_does_not_erase_what_an_answer_told() -> None:
    """Half of an account's campaigns are quiet on any day."""
    (row,) = merged(on(DAY), on(DAY + timedelta(days=1), name="New", answered=False))
    assert (row["name"], row["primary_goal"]) == ("New", detail().primary_goal)
    assert (row["detail_day"], row["last_day"]) == (DAY, DAY + timedelta(days=1))


def row_of(campaign: str, day: int, said: int, answered: int | None) -> CampaignRow:
    """Give a campaign's row of a day; *said* and *answered* tell the values apart."""
    seen = DAY + timedelta(days=day)
    given = detail().model_copy(update={"primary_goal": str(answered), "status_name": None})
    listed = listed_as(name=str(said), status_name=str(said))
    (row,) = rows(
        campaign_day(None if answered is None else given, campaign_id=campaign, day=seen, swept=listed)
    )  # fmt: skip
    return row


def published(days: Iterable[list[CampaignRow]]) -> list[CampaignRow]:
    """Publish days one after the other."""
    table: list[CampaignRow] = []
    for day in days:
        table = merged(table, day)
    return table


SAYS = st.tuples(st.integers(0, 99), st.none() | st.integers(0, 99))
DAYS = st.dictionaries(st.integers(0, 5), st.dictionaries(st.sampled_from("123"), SAYS, max_size=3), max_size=6)


@given(DAYS, st.data())
def test_the_order_in_which_days_are_published_does_not_matter(
    days: dict[int, dict[str, tuple[int, int | None]]], data: st.DataObject
) -> None:
    """A backfill, a second look and a rebuild give the same table; days may come again."""
    by_day = {n: [row_of(campaign, n, *says) for campaign, says in listed.items()] for n, listed in days.items()}
    order = data.draw(st.permutations(sorted(by_day)))
    again = data.draw(st.lists(st.sampled_from(order), max_size=4)) if order else []
    assert published(by_day[n] for n in (*order, *again)) == published(by_day[n] for n in sorted(by_day))


@given(DAYS)
def test_a_campaigns_row_is_of_its_latest_days(days: dict[int, dict[str, tuple[int, int | None]]]) -> None:
    """Each group of attributes is of the last day that told it; the first and the last day bound them."""
    table = published(
        [row_of(campaign, n, *says) for campaign, says in listed.items()] for n, listed in sorted(days.items())
    )
    for row in table:
        listed = {n: day[row["campaign_id"]] for n, day in days.items() if row["campaign_id"] in day}
        answers = {n: answered for n, (_, answered) in listed.items() if answered is not None}
        assert (row["first_day"] - DAY).days == min(listed)
        assert (row["last_day"] - DAY).days == max(listed)
        assert row["name"] == str(listed[max(listed)][0])
        assert row["primary_goal"] == (str(answers[max(answers)]) if answers else None)
    assert {row["campaign_id"] for row in table} == {campaign for day in days.values() for campaign in day}


@pytest.mark.parametrize("tags", [None, ()])
def test_no_tags_and_no_word_about_tags_differ(tags: tuple[str, ...] | None) -> None:
    """An empty list is what the API said; null is that it said nothing."""
    (row,) = rows(campaign_day(None, swept=listed_as(tags=tags)))
    assert row["tags"] == (None if tags is None else [])
