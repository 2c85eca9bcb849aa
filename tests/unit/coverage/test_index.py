"""The coverage index: small, readable, and made anew where it is lost, damaged or behind."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from insider_web_push.coverage.index import (
    INCOMPLETE,
    PURGED,
    CoverageIndex,
    DayEntry,
    parse_index,
    published_entry,
    unpublished_entry,
)
from insider_web_push.coverage.keeping import entry_of, keep, read_index
from insider_web_push.errors import ContractViolation
from insider_web_push.lake.manifest import Manifest
from insider_web_push.lake.removal import bury
from insider_web_push.lake.storage import Storage
from insider_web_push.publishing.published import Published
from insider_web_push.vocabulary import CallOutcome, DayOutcome
from tests.builders import DAY, SWEPT_AT, swept
from tests.lake import RUN, Lake

YESTERDAY = DAY - timedelta(days=1)


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    """A published day of a fetched and a quiet campaign."""
    lake = Lake(tmp_path / "lake")
    lake.list_day([swept("11111"), swept("22222", sent=0)])
    lake.answer("11111")
    lake.publish()
    return lake


def indexed(lake: Lake) -> dict[date, DayEntry]:
    index = read_index(lake.store)
    assert index is not None
    return index.days


def test_an_entry_says_what_the_manifest_says(lake: Lake) -> None:
    """Status, revision, when and by whom, and the campaigns as numbers."""
    entry = published_entry(lake.manifest(), run=RUN)
    assert entry == DayEntry(
        status="complete",
        revision=1,
        at=SWEPT_AT,
        dag=RUN.dag_id,
        run=RUN.run_id,
        details={"fetched": 1, "quiet": 1},
        finality={"provisional": 1, "delivery_closed": 1},
        failed=sum(map(len, lake.manifest().checks.values())),
    )


def test_an_index_is_read_back_as_it_was_written() -> None:
    """Also what has nothing but a status."""
    entry = DayEntry(status="partial", revision=2, at=SWEPT_AT, details={"missing": 1}, why='one "is" missing\nhere')
    index = CoverageIndex(days={DAY: entry, YESTERDAY: DayEntry(status=INCOMPLETE)})
    assert parse_index(index.to_json(), where="here") == index
    assert parse_index(CoverageIndex().to_json(), where="here") == CoverageIndex()


def test_an_index_has_a_line_a_day_and_is_small(lake: Lake) -> None:
    """1,000 days stay below 400 kB: one GET, and little to parse."""
    entry = published_entry(lake.manifest(), run=RUN)
    data = CoverageIndex(days={DAY - timedelta(days=age): entry for age in range(1000)}).to_json()
    assert len(data) < 400_000
    assert data.count(b"\n") == 1002
    assert json.loads(data)["days"][DAY.isoformat()]["revision"] == 1


@pytest.mark.parametrize(
    "damaged", [b"", b"{", b"[]", b'{"format": 2, "days": {}}', b'{"format": 1, "days": {"2026-13-01": {}}}']
)
def test_a_damaged_index_is_an_error_that_names_it(damaged: bytes) -> None:
    """And never half an index."""
    with pytest.raises(ContractViolation, match="the coverage index here cannot be read"):
        parse_index(damaged, where="here")


@pytest.mark.parametrize("outcome", [DayOutcome.KEPT, DayOutcome.HELD, DayOutcome.FAILED])
def test_what_could_not_be_published_says_why(lake: Lake, outcome: DayOutcome) -> None:
    """A day without a version is incomplete; one with a version keeps it, and the words stand beside it."""
    first = entry_of(Published(outcome, None, "2 missing"), run=RUN, at=SWEPT_AT)
    assert (first.status, first.why, first.run, first.revision) == (INCOMPLETE, "2 missing", RUN.run_id, 0)
    later = entry_of(Published(outcome, lake.manifest(), "2 missing"), run=RUN, at=SWEPT_AT)
    assert (later.status, later.why, later.revision) == ("complete", "2 missing", 1)


@pytest.mark.parametrize("outcome", [DayOutcome.PUBLISHED, DayOutcome.UNMOVED, DayOutcome.PARTIAL, DayOutcome.TOTALS])
def test_what_was_published_has_nothing_to_explain(lake: Lake, outcome: DayOutcome) -> None:
    """The outcome's words are for the log."""
    assert entry_of(Published(outcome, lake.manifest(), "revision 1"), run=RUN, at=SWEPT_AT).why == ""


def test_keeping_changes_the_days_that_are_named(lake: Lake) -> None:
    """The others stay as they were."""
    keep(lake.store, {DAY: published_entry(lake.manifest())})
    keep(lake.store, {YESTERDAY: unpublished_entry(INCOMPLETE, why="later")})
    assert {day: entry.status for day, entry in indexed(lake).items()} == {DAY: "complete", YESTERDAY: INCOMPLETE}


@pytest.mark.parametrize("found", [None, b"", b"{not json", b'{"format": 99, "days": {}}'])
def test_a_lost_or_damaged_index_is_made_anew_by_the_next_publish(lake: Lake, found: bytes | None) -> None:
    """From the manifests, which are the truth."""
    if found is not None:
        lake.store.write(lake.store.at.coverage, found)
    keep(lake.store, {YESTERDAY: unpublished_entry(INCOMPLETE, why="later")})
    assert indexed(lake)[DAY] == published_entry(lake.manifest())
    assert indexed(lake)[YESTERDAY].why == "later"


def test_a_day_whose_publish_was_killed_before_the_index_is_added_by_the_next(lake: Lake) -> None:
    """The index knows other days, so it is not made anew as a whole."""
    keep(lake.store, {})
    other = json.dumps(lake.whole_manifest()).replace(str(DAY), str(YESTERDAY))
    lake.store_manifest(json.loads(other), day=YESTERDAY)
    keep(lake.store, {})
    assert indexed(lake)[YESTERDAY].revision == 1


def test_a_day_without_a_version_that_is_said_to_be_incomplete_shows_the_version_that_is_there(lake: Lake) -> None:
    """A damaged answer keeps a day from being published again: the words are kept, and so is the version."""
    keep(lake.store, {DAY: unpublished_entry(INCOMPLETE, why="a stored answer is damaged")})
    assert (indexed(lake)[DAY].status, indexed(lake)[DAY].why) == ("complete", "a stored answer is damaged")


def test_a_manifest_that_somebody_removed_leaves_the_index(lake: Lake) -> None:
    """It would point to nothing."""
    keep(lake.store, {})
    lake.store.delete([lake.store.at.manifest(DAY)])
    keep(lake.store, {})
    assert indexed(lake) == {}


def test_a_rebuilt_index_knows_published_tried_and_purged_days(lake: Lake) -> None:
    """What is stored tells them apart; why one was not published is in nobody's memory."""
    tried, purged = DAY - timedelta(days=2), DAY - timedelta(days=3)
    lake.list_day([swept("11111")], day=tried)
    bury(lake.store, purged, [], at=datetime(2026, 11, 23, tzinfo=UTC), run_id="manual__9")
    keep(lake.store, {})
    assert {day: entry.status for day, entry in indexed(lake).items()} == {
        DAY: "complete",
        tried: INCOMPLETE,
        purged: PURGED,
    }


def test_one_damaged_manifest_does_not_keep_the_other_days_out(lake: Lake, caplog: pytest.LogCaptureFixture) -> None:
    """It is named in the log."""
    lake.store.write(lake.store.at.manifest(YESTERDAY), b"{")
    keep(lake.store, {})
    assert set(indexed(lake)) == {DAY}
    assert f"day={YESTERDAY}.json cannot be read" in caplog.text


def test_a_store_that_refuses_the_index_is_a_warning(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """The days are committed: a task that failed now would say that they are not."""
    (tmp_path / "state").write_text("a file where a folder should be")
    keep(Storage(tmp_path.as_uri(), "brand"), {DAY: unpublished_entry(INCOMPLETE, why="later")})
    assert "The coverage page lags behind" in caplog.text


def test_a_day_is_final_when_all_its_campaigns_are(lake: Lake) -> None:
    """One that may still move is enough for the day to."""
    manifest: Manifest = lake.manifest()
    final = {key: item.model_copy(update={"finality": "final"}) for key, item in manifest.campaigns.items()}
    one_left = final | {"22222": manifest.campaigns["22222"]}
    assert published_entry(manifest.model_copy(update={"campaigns": final})).is_final
    assert not published_entry(manifest.model_copy(update={"campaigns": one_left})).is_final


@pytest.mark.parametrize(
    ("update", "lacks"),
    [
        ({}, ""),
        ({"reason": "1 campaign (7) of 2 missing"}, "1 campaign (7) of 2 missing"),
        (
            {"held": {"22222": "sent fell"}},
            "1 campaign keeps its published figures (22222 'The campaign': sent fell)",
        ),
        (
            {"reason": "7 is missing", "held": {"9": "clicks fell"}},
            "7 is missing; 1 campaign keeps its published figures (9: clicks fell)",
        ),
    ],
)
@pytest.mark.parametrize("outcome", [DayOutcome.PUBLISHED, DayOutcome.UNMOVED, DayOutcome.PARTIAL])
def test_the_index_says_what_a_published_day_lacks(
    lake: Lake, outcome: DayOutcome, update: dict[str, object], lacks: str
) -> None:
    """Its newest look was published all the same."""
    manifest = lake.manifest().model_copy(update=update)
    entry = entry_of(Published(outcome, manifest, "revision 1"), run=RUN, at=SWEPT_AT)
    assert (entry.lacks, entry.why) == (lacks, "")


def test_what_a_day_lacks_is_cut_short_in_the_index(lake: Lake) -> None:
    """A day may have hundreds of held campaigns, and the index hundreds of days."""
    held = {str(number): "sent fell from 495,378 to 0 (100 %)" for number in range(400)}
    assert len(published_entry(lake.manifest().model_copy(update={"held": held})).lacks) < 450


def test_an_index_of_an_earlier_version_is_read() -> None:
    """It does not say what days lack."""
    old = b'{"format": 1, "days": {"2026-11-22": {"status": "partial", "revision": 1}}}'
    assert parse_index(old, where="here").days[DAY].lacks == ""


def test_a_failed_check_of_the_day_as_a_whole_counts(lake: Lake) -> None:
    """Once, however many sentences it has."""
    manifest = lake.manifest().model_copy(
        update={"checks": {"rate": ["1", "2"]}, "day_checks": {"listed_twice": ["a", "b"]}}
    )
    assert published_entry(manifest).failed == 3


@pytest.mark.parametrize(
    ("outcome", "held", "trouble"),
    [
        (DayOutcome.HELD, {}, "held_day"),
        (DayOutcome.HELD, {"22222": "sent fell"}, "held_campaign"),
        (DayOutcome.FAILED, {}, "damaged_object"),
        (DayOutcome.KEPT, {}, ""),
        (DayOutcome.PUBLISHED, {}, ""),
    ],
)
def test_the_index_knows_the_cause_of_a_look_that_was_not_published(
    lake: Lake, outcome: DayOutcome, held: dict[str, str], trouble: str
) -> None:
    """Its page says what to do about it."""
    manifest = lake.manifest().model_copy(update={"held": held})
    assert entry_of(Published(outcome, manifest, "it is so"), run=RUN, at=SWEPT_AT).trouble == trouble


def test_a_quiet_day_is_not_taken_for_one_that_fell(tmp_path: Path) -> None:
    """It is held as well, and what to do is something else: there is no fall that anybody could accept."""
    lake = Lake(tmp_path / "quiet")
    for number in range(1, 8):
        day = DAY - timedelta(days=number)
        lake.list_day([swept(sent=5000, clicks=40)], day=day)
        lake.answer("11111", day=day)
        lake.publish(day=day)
    lake.list_day([swept(sent=0)])
    published = lake.publish()
    assert published.outcome is DayOutcome.HELD
    assert entry_of(published, run=RUN, at=SWEPT_AT).trouble == "quiet_day"


def test_a_day_that_the_api_has_nothing_for_says_so(tmp_path: Path) -> None:
    """Which publish knows; why a campaign is missing, it does not."""
    lake = Lake(tmp_path / "nothing")
    lake.list_day([swept("11111"), swept("22222")])
    for campaign in ("11111", "22222"):
        lake.answer(campaign, outcome=CallOutcome.SKIPPED, body=b"{}")
    assert entry_of(lake.publish(), run=RUN, at=SWEPT_AT).trouble == "has_nothing"
    lake.list_day([swept("11111"), swept("22222"), swept("33333")], day=DAY - timedelta(days=1))
    assert entry_of(lake.publish(day=DAY - timedelta(days=1)), run=RUN, at=SWEPT_AT).trouble == ""
