"""What the API says that is odd, or less than it should, under a real scheduler: nothing wrong is published."""

from datetime import date

import pendulum
import pytest

from include.simulator.account import Account
from include.simulator.settings import SimulatorSettings
from insider_web_push.vocabulary import DayCheck, DayStatus
from tests.system.conftest import REFRESH, System

pytestmark = pytest.mark.system

TODAY = pendulum.today("Europe/Istanbul").date()
DAY = TODAY.subtract(days=4)
GOOD = 20
ODD_ANSWERS = {
    "attributes": {"name": 2026, "alias": 1, "isRecurring": "", "isTTLEnded": "later", "startDate": False},
    "unreadable": {"overview.revenue": "411.840"},
    "no_devices": {"deviceMetrics": []},
    "php": {"unsuccessfulMessages.dropped": None},
}
ODD_ROWS = {"row_name": {"campName": 2026}, "row_figures": {"sent": None}}
ODD = ("nameless", "vanished", "down", "error_object", "twice", "twice_unlike", *ODD_ANSWERS, *ODD_ROWS)


def campaign_ids(day: date, *, campaigns: int) -> list[str]:
    """Name the simulator's active campaigns, in the order of its list."""
    settings = SimulatorSettings(campaigns=campaigns, quiet_campaigns=0)
    return [str(campaign.builder_id) for campaign in Account().listed(settings, until=day)]


def refresh(system: System, account: str, **form: object) -> tuple[str, str]:
    """Trigger the refresh; gives its run's id and final state."""
    dag = system.dag(account, of=REFRESH)
    run_id = system.airflow.api.trigger(dag, logical_date=pendulum.now("UTC"), conf=form)
    return run_id, str(system.airflow.api.wait_for_run(dag, run_id)["state"])


def test_no_odd_row_name_or_answer_blocks_the_others(system: System) -> None:
    """A campaign for each oddity beside twenty good ones: those are published, and verify names each odd one."""
    ids = campaign_ids(DAY, campaigns=GOOD + len(ODD))
    system.sim.patch(campaigns=len(ids), quiet_campaigns=0, now=pendulum.now("UTC"))
    odd, good = dict(zip(ODD, ids, strict=False)), ids[len(ODD) :]
    system.sim.campaign(odd["nameless"], spoil_row={"builderId": None})
    system.sim.campaign(odd["vanished"], exists=False)
    system.sim.fault("upstream_424", campaign_id=odd["down"])
    system.sim.fault("error_200", campaign_id=odd["error_object"], times=1)
    system.sim.campaign(odd["twice"], second_row={})
    system.sim.campaign(odd["twice_unlike"], second_row={"clicks": 1})
    for name, literals in ODD_ANSWERS.items():
        system.sim.campaign(odd[name], spoil=literals)
    for name, literals in ODD_ROWS.items():
        system.sim.campaign(odd[name], spoil_row=literals)

    run_id, state = system.run_day(DAY, "odd")
    manifest = system.reader("odd").manifest(DAY)
    assert (state, manifest.status, manifest.revision) == ("failed", DayStatus.PARTIAL, 1)
    rows = {row["campaign_id"]: row for row in system.reader("odd").read(DAY, allow_partial=True).to_pylist()}
    assert rows.keys() == set(ids) - {odd["nameless"]}
    clean = {key for key, row in rows.items() if row["detail_status"] == "fetched" and not row["failed_checks"]}
    assert clean >= {*good, odd["error_object"], odd["twice"], odd["row_name"]}
    failed = {name: set(rows[key]["failed_checks"]) for name, key in odd.items() if key in rows}
    assert failed["attributes"] == {"unreadable_attribute"}
    assert "unreadable" in failed["unreadable"]
    assert (failed["no_devices"], failed["php"]) == ({"device_sum"}, {"drop_reason_sum"})
    assert "list_figures" in failed["row_figures"]
    assert {name for name in odd if name != "nameless" and rows[odd[name]]["detail_status"] == "missing"} == {
        "vanished", "down"
    }  # fmt: skip
    assert manifest.day_checks.keys() >= {DayCheck.ROW_WITHOUT_ID, DayCheck.LISTED_TWICE}

    said = system.airflow.api.log(system.dag("odd"), run_id, "verify")
    for name in ("vanished", "down", "twice_unlike", *ODD_ANSWERS, "row_figures"):
        assert odd[name] in said, name
    for words in ("What to do", "accept_missing", "row_without_id", "listed_twice", "unreadable_attribute"):
        assert words in said
    assert odd["vanished"] in manifest.reason


def test_a_campaign_that_falls_between_two_pages_is_not_lost(system: System) -> None:
    """The pages state different totals: the list is read again, and the day has everybody."""
    ids = campaign_ids(DAY, campaigns=25)
    system.sim.patch(campaigns=25, quiet_campaigns=0, now=pendulum.now("UTC"))
    system.sim.fault("shrink", endpoint="overall-metrics", times=2)
    _, state = system.run_day(DAY.subtract(days=1), "odd")
    assert state == "success"
    assert set(system.reader("odd").read(DAY.subtract(days=1))["campaign_id"].to_pylist()) == set(ids)


def test_a_second_look_that_says_less_or_nothing_is_not_taken(system: System) -> None:
    """An answer that lost its figures is held, one whose totals are unknown is fetched, the others go on."""
    day = DAY.subtract(days=2)
    largest, other, unknown, *_ = campaign_ids(day, campaigns=4)
    system.sim.patch(now=pendulum.now("UTC"))
    assert system.run_day(day, "changing")[1] == "success"
    before = {row["campaign_id"]: row for row in system.reader("changing").read(day).to_pylist()}
    system.sim.clear_log()
    system.sim.campaign(largest, spoil={"overview.targeted.sent": "411.840", "overview.ctr.clicks": "411.840"})
    system.sim.campaign(unknown, spoil_row={"sent": None, "clicks": None})
    system.sim.move("scale", other, day, factor=2)
    form = {"first_day": str(day), "last_day": str(day)}
    run_id, state = refresh(system, "changing", **form, mode="all")
    manifest = system.reader("changing").manifest(day)
    after = {row["campaign_id"]: row for row in system.reader("changing").read(day).to_pylist()}
    assert (state, manifest.status, list(manifest.held)) == ("failed", DayStatus.COMPLETE, [largest])
    assert after[largest]["sent"] == before[largest]["sent"]
    assert after[other]["sent"] > before[other]["sent"]
    said = system.airflow.api.log(system.dag("changing", of=REFRESH), run_id, "verify")
    assert largest in said
    assert "accept_fall" in said
    system.sim.clear_log()
    refresh(system, "changing", **form)
    assert {largest, unknown} <= set(system.calls(day))
    for campaign in (largest, unknown):
        system.sim.campaign(campaign)
    assert refresh(system, "changing", **form)[1] == "success"
    assert system.reader("changing").manifest(day).held == {}


def test_a_day_on_which_nothing_happened_waits_for_a_person(system: System) -> None:
    """After seven days with pushes an empty list is held; the form accepts it."""
    system.sim.patch(now=pendulum.now("UTC"))
    quiet = DAY.subtract(days=20)
    first, last = quiet.subtract(days=7), quiet.subtract(days=1)
    assert refresh(system, "changing", first_day=str(first), last_day=str(last), depth="totals")[1] == "success"
    system.sim.patch(campaigns=0, quiet_campaigns=0)
    form = {"first_day": str(quiet), "last_day": str(quiet)}
    run_id, state = refresh(system, "changing", **form)
    assert state == "failed"
    assert "accept_quiet" in system.airflow.api.log(system.dag("changing", of=REFRESH), run_id, "verify")
    assert refresh(system, "changing", **form, accept_quiet=True)[1] == "success"
    assert system.reader("changing").manifest(quiet).status is DayStatus.COMPLETE
