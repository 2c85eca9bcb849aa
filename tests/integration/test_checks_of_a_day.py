"""What a failed check does to a day: named in its row and in the manifest; red where the account says so."""

import pytest

from include.simulator.process import Simulator
from insider_web_push.days.rules import Rules
from insider_web_push.errors import IncompleteDay
from insider_web_push.vocabulary import Check
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
