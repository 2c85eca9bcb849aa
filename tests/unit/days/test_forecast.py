"""What a look costs, told beforehand."""

from datetime import timedelta
from pathlib import Path

import pytest

from insider_web_push.answers.day_list import ListedCampaign
from insider_web_push.days.asks import Ask
from insider_web_push.days.cost import Typical
from insider_web_push.days.forecast import Forecast, StoredDay, forecast, forecast_unknown
from insider_web_push.days.rules import Rules
from insider_web_push.days.stored_day import stored_day, typical_day
from insider_web_push.vocabulary import CallOutcome
from tests.builders import DAY, FETCHED_AT, SWEPT_AT, known, snapshot, swept, totals
from tests.lake import Lake

SOON = SWEPT_AT + timedelta(hours=10)
LIST = [swept("11111"), swept("22222"), swept("33333"), swept("44444", sent=0)]
"""Two that were fetched, one that was not, and a quiet one."""


def cost(ask: Ask, *days: StoredDay, now=SOON, campaigns: tuple[str, ...] = ()) -> Forecast:
    return forecast(ask, days, campaigns=campaigns, rules=Rules(), timezone="UTC", now=now)


def day(listed: list[ListedCampaign] = LIST, *, held: tuple[str, ...] = (), **answers) -> StoredDay:
    fetched = {"11111": totals(clicks=1), "22222": totals(clicks=1)} | answers
    stored = {key: known(key, snapshot(key, baseline=baseline)) for key, baseline in fetched.items()}
    return StoredDay(day=DAY, campaigns=listed, known=stored, held=held)


@pytest.mark.parametrize(
    ("ask", "least", "most"),
    [
        pytest.param(Ask.LOOK, 1, 3, id="what-is-missing-up-to-all-that-may-have-moved"),
        pytest.param(Ask.FETCH_MISSING, 1, 1, id="what-is-missing"),
        pytest.param(Ask.FETCH_ALL, 3, 3, id="all-but-the-quiet-one"),
        pytest.param(Ask.ACCEPT_QUIET, 1, 3, id="as-a-look"),
    ],
)
def test_a_day_costs_its_list_and_what_is_to_be_fetched(ask: Ask, least: int, most: int) -> None:
    """A page of 20 campaigns, and the account's totals."""
    assert cost(ask, day()) == Forecast(lists=2, least=least, most=most)


def test_a_rebuild_costs_nothing() -> None:
    """It reads stored answers."""
    assert cost(Ask.REBUILD, day()) == Forecast()
    assert forecast_unknown(Ask.REBUILD, 3, Typical(40, 20, "as assumed")) == Forecast()


def test_what_is_accepted_as_missing_is_not_fetched() -> None:
    """The others are looked at as usual."""
    assert cost(Ask.ACCEPT_MISSING, day(), campaigns=("33333",)) == Forecast(lists=2, least=0, most=2)


def test_campaigns_that_are_named_are_the_only_ones() -> None:
    """Of the fall that is accepted: the held one is asked again at every look."""
    assert cost(Ask.ACCEPT_FALL, day(held=("11111",)), campaigns=("11111",)) == Forecast(lists=2, least=1, most=1)


def test_a_moved_campaign_and_a_held_one_are_fetched_for_sure() -> None:
    """As the newest list says."""
    assert cost(Ask.LOOK, day(held=("11111",), **{"22222": totals(clicks=9)})).least == 3


def test_a_look_after_delivery_has_closed_fetches_everything() -> None:
    """The planner's own reason, known beforehand from the clock."""
    assert cost(Ask.LOOK, day(), now=FETCHED_AT + timedelta(days=11)).least == 3


def test_days_add_up() -> None:
    """And long lists take more than one page."""
    many = [swept(str(number)) for number in range(21)]
    assert cost(Ask.FETCH_MISSING, day(), day(many)) == Forecast(lists=5, least=22, most=22)


def test_a_day_that_was_never_tried_is_like_the_others() -> None:
    """Its list, and a call for each active campaign."""
    found = forecast_unknown(Ask.LOOK, 2, Typical(listed=40, active=30.5, source="as in others"))
    assert found == Forecast(lists=6, least=61, most=61)


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    lake = Lake(tmp_path / "lake")
    lake.list_day(LIST)
    lake.answer("11111")
    lake.answer("22222")
    return lake


def test_a_day_is_told_from_its_list_and_the_names_of_answers(lake: Lake) -> None:
    """Nothing is published; what is missing is the one without an answer."""
    found = stored_day(lake.store, DAY, None)
    assert found is not None
    assert [item.campaign_id for item in found.lacking] == ["33333"]
    assert found.known["11111"].fetched_at == FETCHED_AT.replace(microsecond=0)
    assert cost(Ask.LOOK, found) == Forecast(lists=2, least=1, most=3)


def test_a_published_day_is_told_from_its_manifest(lake: Lake) -> None:
    """The same sums, from one object."""
    lake.answer("33333", outcome=CallOutcome.SKIPPED, body=b"{}")
    lake.publish(accept=dict.fromkeys(["33333"], "settings"))
    found = stored_day(lake.store, DAY, lake.manifest())
    assert found is not None
    assert found.lacking == []
    assert cost(Ask.FETCH_ALL, found) == Forecast(lists=2, least=3, most=3)
    typical = typical_day(lake.store)
    assert typical == Typical(4, 3, "as in the newest 1 published days")


def test_a_list_that_is_newer_than_what_is_published_counts(lake: Lake) -> None:
    """A campaign came late, and its look was not published."""
    lake.answer("33333")
    lake.publish()
    late = SWEPT_AT + timedelta(hours=5)
    lake.list_day([*LIST, swept("55555", "late")], at=late)
    found = stored_day(lake.store, DAY, lake.manifest())
    assert found is not None
    assert [item.name for item in found.lacking] == ["late"]


def test_of_a_day_that_was_never_tried_nothing_is_stored(lake: Lake) -> None:
    """Nobody can tell from it."""
    assert stored_day(lake.store, DAY - timedelta(days=1), None) is None
    assert typical_day(Lake(lake.root / "empty").store) is None
