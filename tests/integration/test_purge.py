"""What is purged is gone from everything, and stays away."""

import gzip
import re
from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from airflow.sdk.exceptions import AirflowSkipException

from include.simulator.process import Simulator
from insider_web_push.errors import ContractViolation, IncompleteDay, InvalidRequest, ServiceUnavailable
from insider_web_push.hook import InsiderWebPushHook
from insider_web_push.lake.storage import Storage
from insider_web_push.probing.account import check_api
from insider_web_push.probing.refusals import UNKNOWN_CAMPAIGN
from insider_web_push.probing.report import AccountReport, Finding, Verdict
from tests.integration.pipeline import DAY, Pipeline


def mentioned(day: Pipeline, text: str) -> list[str]:
    """
    List the files in which a text stands, packed ones unpacked; Parquet by its rows.

    As a word: of the hashes in a thousand manifests, one has the digits of some id by chance.
    """
    found, word = [], re.compile(rf"(?<![0-9a-z]){re.escape(text)}(?![0-9a-z])")
    for path in day.folder.rglob("*"):
        if not path.is_file() or "tombstones" in path.parts:
            continue
        if word.search(_unpacked(path)) or word.search(str(path)):
            found.append(str(path.relative_to(day.folder)))
    return found


def _unpacked(path: Path) -> str:
    data = path.read_bytes()
    if path.suffix == ".parquet":
        return str(pq.read_table(path, partitioning=None).to_pylist())
    return (gzip.decompress(data) if path.suffix == ".gz" else data).decode()


def test_a_purged_campaign_is_nowhere_and_is_not_fetched_again(sim: Simulator, day: Pipeline) -> None:
    """Its days are published without it, as the next revision, with an event; a second run leaves it alone."""
    sim.patch(now="2026-03-11T01:00:00+03:00")
    day.run()
    sim.patch(now="2026-03-20T01:00:00+03:00")
    day.run_id = "manual__2"
    day.run()  # so that there are changes, and an older revision
    gone = day.plan_of_one()
    assert mentioned(day, gone)
    report = day.folder / "reports" / "weekly" / "partner_id=brand" / "week=2026-W11" / "report.html"
    report.parent.mkdir(parents=True)
    report.write_text(f"campaign {gone}")
    day.run_id = "manual__3"
    day.purge(campaigns=[gone])
    assert mentioned(day, gone) == []
    assert (gone in day.read(), day.revision, day.events[-1]) == (False, 3, {DAY})
    assert gone not in day.reader.campaigns()["campaign_id"].to_pylist()
    sim.clear_log()
    day.run_id = "manual__4"
    day.run()
    assert gone not in [request["campaign_id"] for request in sim.requests()]
    assert gone not in day.read()
    assert mentioned(day, gone) == [], "nor does the next list bring it back"


def test_a_purge_reads_no_days_beyond_the_campaigns_life(day: Pipeline) -> None:
    """Years of manifests are not opened to find out that a campaign of last week is on none of them."""
    day.run()
    gone, kept = day.plan_of_one(), set(day.read())
    for unrelated in ("2024-01-01", "2026-03-12"):
        (day.folder / f"manifests/partner_id=brand/day={unrelated}.json").write_text("no manifest")
    day.purge(campaigns=[gone])
    assert set(day.reader.campaigns()["campaign_id"].to_pylist()) == kept - {gone}
    with pytest.raises(AirflowSkipException):
        day.purge()
    assert day.reader.campaigns().num_rows == 0


def test_a_purged_day_is_gone_and_costs_no_call(sim: Simulator, day: Pipeline) -> None:
    """The tombstone alone is left; the day's run is green and leaves it alone."""
    day.run()
    with pytest.raises(AirflowSkipException, match="objects removed"):
        day.purge()
    assert [path.parts[-3] for path in day.folder.rglob("*") if path.is_file() and DAY in str(path)] == ["tombstones"]
    with pytest.raises(IncompleteDay, match=r"2026-03-10 was purged from .* by manual__1: it is gone"):
        day.read()
    sim.clear_log()
    day.run()
    assert sim.requests() == []


def test_a_purge_that_was_interrupted_is_finished_by_the_next(day: Pipeline) -> None:
    """Nothing of it is needed any more."""
    day.run()
    for path in day.folder.rglob("raw/campaign_metrics/**/*.gz"):
        path.unlink()
    for _ in range(2):
        with pytest.raises(AirflowSkipException):
            day.purge()


def test_a_purge_of_a_campaign_that_was_interrupted_is_finished_by_the_next(
    day: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The day was published without it, and then the task was killed: older revisions still had it."""
    day.run()
    gone = day.plan_of_one()
    # Replaced as a kill would end it, at this very place: nothing after the publish happens.
    with monkeypatch.context() as patch:
        patch.setattr("insider_web_push.operators.purge.remove_old_revisions", _killed)
        with pytest.raises(RuntimeError, match="killed"):
            day.purge(campaigns=[gone])
    assert mentioned(day, gone)
    with pytest.raises(AirflowSkipException):
        day.purge(campaigns=[gone])
    assert mentioned(day, gone) == []
    assert [path.parent.name for path in day.folder.rglob("revisions/**/campaign_day-*.parquet")] == ["rev=2"]


def test_a_report_of_a_check_names_no_purged_campaign(sim: Simulator, day: Pipeline) -> None:
    """One that an older version kept is emptied by the purge, and no later check brings a campaign back."""
    day.run()
    gone = day.plan_of_one()
    store, hook = Storage(day.storage, "brand"), InsiderWebPushHook(day.conn_id)
    older = f"the figures of {gone} on {DAY}, as printed and as listed"
    finding = Finding(topic="number format", asked=older, found="", assumed="", verdict=Verdict.NOTED)
    report = check_api(hook, store, timezone="UTC", pool_slots=4)
    store.write(store.at.account_check, report.model_copy(update={"findings": (finding,)}).to_json())
    assert str(store.at.account_check) in mentioned(day, gone)
    with pytest.raises(AirflowSkipException, match="nothing was changed"):
        day.purge(campaigns=[gone], dry_run=True)
    assert mentioned(day, gone)
    day.purge(campaigns=[gone])
    assert mentioned(day, gone) == []
    assert AccountReport.model_validate_json(store.read(store.at.account_check)).findings == ()
    sim.patch(now=None)
    sim.clear_log()
    check_api(hook, store, timezone="UTC", pool_slots=4)
    asked = {str(request["campaign_id"]) for request in sim.requests() if request["campaign_id"]}
    about = asked - {UNKNOWN_CAMPAIGN}
    assert about
    kept = store.read(store.at.account_check).decode()
    assert [campaign for campaign in {*about, gone} if campaign in kept] == []


def _killed(*_: object) -> int:
    raise RuntimeError("killed")


def test_rejected_and_half_written_lists_are_purged_as_well(sim: Simulator, day: Pipeline) -> None:
    """They may name the campaign, and nobody reads them."""
    sim.fault("html_200", endpoint="overall-metrics", times=2)
    with pytest.raises(ServiceUnavailable):
        day.discover()
    day.run()
    gone = day.plan_of_one()
    folder = day.folder / "raw" / "overall_metrics" / "partner_id=brand" / f"day={DAY}"
    (folder / ".20260311T000000.000000Z.json.gz.5f3a.tmp").write_bytes(gone.encode())
    day.purge(campaigns=[gone])
    assert mentioned(day, gone) == []


def test_a_purge_touches_only_the_days_that_have_the_campaign(day: Pipeline) -> None:
    """Reports and older revisions of other days stay."""
    day.run()
    report = day.folder / "reports" / "weekly" / "partner_id=brand" / "week=2026-W11" / "report.html"
    report.parent.mkdir(parents=True)
    report.write_text("a report")
    with pytest.raises(AirflowSkipException, match="does not have them"):
        day.purge(campaigns=["999999"])
    assert report.exists()


def test_a_purge_that_cannot_publish_removes_no_answer(day: Pipeline) -> None:
    """It says what to do first; then it is finished by running it again."""
    day.run()
    gone, *others = [key for key, campaign in day.manifest.campaigns.items() if campaign.snapshot]
    raw = day.folder / "raw" / "campaign_metrics" / "partner_id=brand" / f"day={DAY}"
    for path in (raw / f"campaign_id={others[0]}").glob("*.gz"):
        path.unlink()
    with pytest.raises(ContractViolation, match="is gone"):
        day.purge(campaigns=[gone])
    assert list((raw / f"campaign_id={gone}").glob("*.gz"))


@pytest.mark.parametrize("confirm", ["", "demo", None])
def test_an_unconfirmed_purge_removes_nothing(day: Pipeline, confirm: str | None) -> None:
    """The partner id must be written out."""
    day.run()
    files = sorted(day.folder.rglob("*"))
    with pytest.raises(InvalidRequest, match="write the partner id, 'brand'"):
        day.purge(confirm=confirm)
    assert sorted(day.folder.rglob("*")) == files


def snapshot(day: Pipeline) -> dict[str, bytes]:
    """Give every object of the lake."""
    files = [path for path in day.folder.rglob("*") if path.is_file()]
    return {str(path.relative_to(day.folder)): path.read_bytes() for path in files}


@pytest.mark.parametrize(
    ("form", "said"),
    [
        pytest.param({"campaign": ["40006"], "whole_days": True}, "did you mean campaigns", id="key"),
        pytest.param({"whole_days": False}, "name the campaigns to remove", id="nothing"),
        pytest.param({"campaigns": [], "whole_days": False}, "name the campaigns to remove", id="empty"),
        pytest.param({"campaigns": ["40006\n"]}, "campaigns has", id="line-break"),
    ],
)
def test_a_form_that_does_not_say_what_is_to_go_removes_nothing(day: Pipeline, form: dict[str, Any], said: str) -> None:
    """Nor does it leave a tombstone."""
    day.run()
    before = snapshot(day)
    with pytest.raises(InvalidRequest, match=said):
        day.purge(**form)
    assert snapshot(day) == before


@pytest.mark.parametrize("is_whole", [True, False], ids=["whole-days", "campaigns"])
def test_a_dry_run_names_what_the_purge_then_removes(
    sim: Simulator, day: Pipeline, capsys: pytest.CaptureFixture[str], *, is_whole: bool
) -> None:
    """Folder by folder, and changes nothing itself."""
    sim.patch(now="2026-03-11T01:00:00+03:00")
    day.run()
    sim.patch(now="2026-03-20T01:00:00+03:00")
    day.run_id = "manual__2"
    day.run()
    report = day.folder / "reports" / "weekly" / "partner_id=brand" / "week=2026-W11" / "report.html"
    report.parent.mkdir(parents=True)
    report.write_text("a report")
    form = {} if is_whole else {"campaigns": [day.plan_of_one()]}
    before = snapshot(day)
    capsys.readouterr()
    with pytest.raises(AirflowSkipException, match="nothing was changed"):
        day.purge(dry_run=True, **form)
    assert snapshot(day) == before
    logged = capsys.readouterr().out
    said = {folder: int(number) for number, folder in re.findall(r"would remove (\d+) objects of (\S+)", logged)}
    with suppress(AirflowSkipException):
        day.purge(**form)
    gone = [key for key in before.keys() - snapshot(day).keys() if not key.startswith("state/")]
    assert said == Counter(key.rpartition("/")[0] for key in gone)


def test_a_day_whose_manifest_and_tombstone_are_damaged_can_be_purged_as_a_whole(day: Pipeline) -> None:
    """Whatever they say, nothing of it is to stay."""
    day.run()
    (manifest,) = day.folder.glob("manifests/*/*.json")
    manifest.write_text("{")
    tombstone = day.folder / "tombstones" / "partner_id=brand" / manifest.name
    tombstone.parent.mkdir(parents=True)
    tombstone.write_text("{")
    with pytest.raises(AirflowSkipException, match="objects removed"):
        day.purge()
    assert not manifest.exists()
