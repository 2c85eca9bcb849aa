"""What a failed check does to a day: named in its row and in the manifest; red where the account says so."""

from typing import Any

import pytest

from include.simulator.process import Simulator
from include.simulator.spoiling import ABSENT, KEYED
from insider_web_push.days.rules import Rules
from insider_web_push.errors import IncompleteDay
from insider_web_push.vocabulary import Check, NumberFormat
from tests.integration.pipeline import Pipeline


def test_an_ambiguous_figure_is_null_named_and_red_by_default(sim: Simulator, day: Pipeline) -> None:
    """One of four campaigns is more than a twentieth; the day is published all the same."""
    spoiled = day.plan_of_one()
    sim.campaign(spoiled, spoil={"overview.ctr.clicks": "1.234"})
    with pytest.raises(
        IncompleteDay, match=rf"check unreadable failed for 1 of 4 campaigns \({spoiled}\), more than 5%"
    ):
        day.run()
    rows = dict(zip(day.read(), day.read("clicks"), strict=True))
    details = dict(zip(day.read(), day.read("failed_check_details"), strict=True))
    assert rows[spoiled] is None
    assert details[spoiled][0].startswith("unreadable: $.overview.ctr.clicks")
    assert day.manifest.checks["unreadable"] == [spoiled]


def test_an_account_says_how_many_may_fail(sim: Simulator, day: Pipeline) -> None:
    """Each check has a share of its own."""
    sim.campaign(day.plan_of_one(), spoil={"overview.ctr.clicks": "1.234"})
    day.rules = Rules(check_thresholds=dict.fromkeys(Check, 0.5))
    day.run()
    assert day.manifest.checks["unreadable"]


def test_a_wrong_time_zone_is_noticed_where_the_window_is_an_echo(sim: Simulator, day: Pipeline) -> None:
    """The older generation echoes the window."""
    sim.patch(generation="older", timezone="Europe/London")
    with pytest.raises(IncompleteDay, match=r"check time_zone failed for 3 of 4 campaigns"):
        day.run()
    assert "Europe/Istanbul is not" in str(day.read("failed_check_details"))


def test_undocumented_fields_are_kept_and_counted(sim: Simulator, day: Pipeline) -> None:
    """Of answers and of the list."""
    sim.patch(extra_fields=True)
    day.run()
    fetched = [extra for extra in day.read("extra") if extra]
    assert len(fetched) == 3
    assert all("experimentGroups" in extra for extra in fetched)
    assert day.manifest.unknown_fields["$.experimentGroups"] == 3
    assert day.manifest.unknown_fields["list $.data[].labelColor"] == 4


def test_the_precise_revenue_is_the_lists(day: Pipeline) -> None:
    """With the answer's currency; what was printed stays beside it."""
    day.run()
    pairs = [
        (revenue, printed)
        for revenue, printed, status in zip(
            day.read("revenue"), day.read("revenue_reported"), day.read("detail_status"), strict=True
        )
        if status == "fetched"
    ]
    assert all(abs(revenue - printed) <= 0.5 for revenue, printed in pairs)
    assert any(revenue != printed for revenue, printed in pairs)


@pytest.mark.parametrize(
    ("spoil", "column", "value", "failed"),
    [
        pytest.param({"name": 2026}, "name", "2026", set(), id="a-number-as-a-name"),
        pytest.param({"isRecurring": ""}, "is_recurring", False, set(), id="a-flag-as-a-text"),
        pytest.param({"isTTLEnded": "later"}, "is_ttl_ended", None, {"unreadable_attribute"}, id="no-flag"),
        pytest.param({"goalMenu": False}, "extra", None, {"unreadable_attribute"}, id="no-menu"),
        pytest.param({"deviceMetrics": KEYED}, "extra", None, set(), id="a-list-as-an-object"),
        pytest.param({"deviceMetrics.0.device": None}, "extra", None, {"nameless", "device_sum"}, id="nameless"),
        pytest.param({"deviceMetrics": ABSENT}, "extra", None, {"device_sum"}, id="no-devices"),
        pytest.param({"unsuccessfulMessages.dropped": None}, "extra", None, {"drop_reason_sum"}, id="no-reasons"),
    ],
)
def test_an_odd_answer_blocks_nothing(
    sim: Simulator, day: Pipeline, spoil: dict[str, Any], column: str, value: object, failed: set[str]
) -> None:
    """The day is published as complete, with all figures of the campaign, and its checks name what is odd."""
    day.rules = Rules(check_thresholds=dict.fromkeys(Check, 1.0))
    odd = day.plan_of_one()
    sim.campaign(odd, spoil=spoil)
    day.run()
    stands = {
        name: dict(zip(day.read(), day.read(name), strict=True))[odd] for name in ("sent", "failed_checks", column)
    }
    assert stands["sent"] > 0
    assert stands[column] == value
    assert set(stands["failed_checks"]) == failed
    assert day.manifest.is_complete


def test_an_account_may_print_the_other_way_round(sim: Simulator, day: Pipeline) -> None:
    """By its setting."""
    sim.patch(number_format="1.234,56")
    day.rules = Rules(number_format=NumberFormat.COMMA)
    day.run()
    assert day.read("failed_checks") == [[]] * 4
    assert max(day.read("sent")) > 100_000


def test_dinars_are_read_with_their_three_decimals(sim: Simulator, day: Pipeline) -> None:
    """Of campaigns and of devices."""
    sim.patch(currency="KWD")
    day.run()
    assert day.read("failed_checks") == [[]] * 4
    assert all(revenue is not None for revenue in day.read("revenue"))
