"""Names of objects: what is made is read back, and nothing else is taken for ours."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insider_web_push.lake.keys import Keys, days_in, instant_after, is_usable_list, read_raw_key, revision_in
from insider_web_push.vocabulary import CallOutcome
from tests.builders import DAY, FETCHED_AT, SWEPT_AT

KEYS = Keys("brand")
instants = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 — bounds are naive
campaign_ids = st.from_regex(r"[0-9]{1,20}", fullmatch=True)


@given(st.lists(instants, min_size=2, max_size=5), st.sampled_from(CallOutcome))
def test_names_sort_by_time(moments: list[datetime], outcome: CallOutcome) -> None:
    """The newest answer is found from names alone."""
    names = [KEYS.answer(DAY, "1", moment, outcome) for moment in sorted(moments)]
    assert names == sorted(names)


@given(instants, st.sampled_from(CallOutcome), st.sampled_from(CallOutcome))
def test_the_instant_after_has_a_later_name(moment: datetime, outcome: CallOutcome, next_outcome: CallOutcome) -> None:
    """Whatever became of either call."""
    assert KEYS.answer(DAY, "1", instant_after(moment), next_outcome) > KEYS.answer(DAY, "1", moment, outcome)


@given(instants, st.sampled_from(CallOutcome), campaign_ids)
def test_an_answers_name_says_when_what_and_of_whom(moment: datetime, outcome: CallOutcome, campaign_id: str) -> None:
    """To the microsecond."""
    assert read_raw_key(KEYS.answer(DAY, campaign_id, moment, outcome)) == (moment, outcome, campaign_id)


@given(instants, st.sampled_from(CallOutcome))
def test_a_lists_name_says_when_and_what(moment: datetime, outcome: CallOutcome) -> None:
    """It is of no campaign; only one that was kept to be read is usable."""
    key = KEYS.list(DAY, moment, outcome)
    assert read_raw_key(key) == (moment, outcome, None)
    assert is_usable_list(key) == (outcome is CallOutcome.FETCHED)


def test_a_name_has_no_colon_and_is_in_utc() -> None:
    """Some stores and tools cannot have a colon in a name; a worker's zone must not matter."""
    istanbul = timezone(timedelta(hours=3))
    folder = "raw/campaign_metrics/partner_id=brand/day=2026-11-22/campaign_id=11111"
    fetched = KEYS.answer(DAY, "11111", FETCHED_AT.astimezone(istanbul), CallOutcome.FETCHED)
    rejected = KEYS.answer(DAY, "11111", FETCHED_AT, CallOutcome.REJECTED)
    assert fetched == f"{folder}/20261123T010203.000000Z.json.gz"
    assert rejected == f"{folder}/20261123T010203.000000Z.rejected.json.gz"
    assert KEYS.list(DAY, SWEPT_AT, CallOutcome.FETCHED).endswith("/day=2026-11-22/20261123T010000.000000Z.json.gz")


@pytest.mark.parametrize(
    "name",
    [
        "",
        ".json.gz",
        "notes.txt",
        "20261123T010203.000000Z.json",
        "20261123T010203.000000Z.json.gz.tmp",
        ".20261123T010203.000000Z.json.gz.5f3a.tmp",
        "20261123T010203.000000Z.odd.json.gz",
        "20261323T010203.000000Z.json.gz",
        "2026-11-23.json.gz",
    ],
)
def test_any_other_file_is_no_answer(name: str) -> None:
    """A half-written one, or one that somebody left there."""
    assert read_raw_key(name) is None
    assert read_raw_key(f"{KEYS.answers(DAY, '1')}/{name}") is None


def test_days_are_read_from_folders_and_from_manifests() -> None:
    """In their order; whatever else lies there is none of ours."""
    names = ["day=2026-11-22", "day=2026-11-21.json", "day=2026-13-01", "week=2026-W47", "notes.txt", ""]
    assert days_in(names) == [date(2026, 11, 21), date(2026, 11, 22)]


@given(st.integers(1, 99_999))
def test_a_revision_is_read_from_its_files_names(revision: int) -> None:
    """As the copy of its changes is named by it."""
    assert revision_in(KEYS.revision_file(DAY, revision, "campaign_day", "0123456789abcdef")) == revision


@pytest.mark.parametrize(
    "key",
    [
        KEYS.manifest(DAY),
        KEYS.campaigns,
        KEYS.write_check,
        KEYS.days_with_lists,
        KEYS.report("2026-W47"),
        KEYS.answer(DAY, "1", FETCHED_AT, CallOutcome.SKIPPED),
        KEYS.list(DAY, SWEPT_AT, CallOutcome.FETCHED),
        KEYS.revision_file(DAY, 1, "campaign_day", "0" * 64),
        KEYS.changes(DAY, 2),
    ],
)
def test_every_name_that_is_made_is_the_accounts_own(key: str) -> None:
    """And of no other account, also of one whose id begins alike."""
    assert KEYS.is_own(key)
    assert not any(Keys(other).is_own(key) for other in ("other", "bran", "brand2", "Brand"))


STRANGE = {
    "another-account": "raw/campaign_metrics/partner_id=other/day=2026-11-22/campaign_id=1/x.json.gz",
    "up-and-over": "raw/campaign_metrics/partner_id=brand/../partner_id=other/x.json.gz",
    "up-at-the-front": "../partner_id=brand/raw/x",
    "within-another-account": "revisions/partner_id=other/partner_id=brand/x.parquet",
    "absolute": "/etc/passwd",
    "absolute-own": "/raw/campaign_metrics/partner_id=brand/x",
    "address": "s3://elsewhere/partner_id=brand/x",
    "file-address": "file:///raw/partner_id=brand/x",
    "deep": "raw/a/b/partner_id=brand/x",
    "no-account": "raw/campaign_metrics/x",
    "dot": "raw/./partner_id=brand/x",
    "empty-step": "raw//partner_id=brand/x",
    "backslash": "raw\\..\\partner_id=other/partner_id=brand/x",
    "nul": "raw/x/partner_id=brand/x\0.gz",
    "line-break": "raw/x/partner_id=brand/x\n",
    "half-an-emoji": "raw/x/partner_id=brand/\ud83d",
    "empty": "",
}


@pytest.mark.parametrize("key", STRANGE.values(), ids=STRANGE)
def test_a_name_that_leads_elsewhere_is_nobodys(key: str) -> None:
    """Keys stand in manifests, where anything may have been written."""
    assert not KEYS.is_own(key)


def test_a_name_is_own_in_its_kind_of_folder_alone() -> None:
    """A file of a revision is not written over a manifest."""
    assert KEYS.is_own(KEYS.manifest(DAY), "manifests")
    assert not KEYS.is_own(KEYS.manifest(DAY), "revisions")
