"""A purge that comes while something is kept, at each of the moments at which it can come."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from insider_web_push.collecting.keeping import keep_list
from insider_web_push.lake.raw import StoredList, StoredPage
from insider_web_push.lake.removal import bury, remove_answers
from insider_web_push.lake.storage import Storage
from insider_web_push.vocabulary import CallOutcome
from tests.builders import DAY, SWEPT_AT, snapshot

BEFORE, WHILE, AFTER = "before it is written", "while it is written", "after it was written"


class PurgedMeanwhile(Storage):
    """A storage whose campaign 2, or whole day, is purged around the write of a list."""

    def __init__(self, root: Path, when: str, campaigns: list[str]) -> None:
        super().__init__(root.as_uri(), "brand")
        self.when, self.campaigns = when, campaigns

    def write_list(self, stored: StoredList) -> str:
        """Keep a list."""
        when, self.when = self.when, ""
        if when == BEFORE:
            self.purge()
        key = super().write_list(stored)
        if when == WHILE:  # the purge has its tombstone, and listed the lists before this one was there
            bury(self, DAY, self.campaigns, at=SWEPT_AT, run_id="manual__9")
        if when == AFTER:
            self.purge()
        return key

    def purge(self) -> None:
        """Do what a purge does with raw objects."""
        bury(self, DAY, self.campaigns, at=SWEPT_AT, run_id="manual__9")
        remove_answers(self, DAY, self.campaigns)


def a_list(*campaigns: str, outcome: CallOutcome = CallOutcome.FETCHED, name: str = "Sale") -> StoredList:
    rows = [{"builderId": int(campaign), "campName": name} for campaign in campaigns]
    body = json.dumps({"page": 1, "per_page": 20, "total": len(rows), "data": rows}).encode()
    page = StoredPage(request={}, status=200, body=body)
    return StoredList(run_id="r", partner_id="brand", day=DAY, swept_at=SWEPT_AT, pages=[page], outcome=outcome)


def kept(store: Storage) -> str:
    """Every list of the day, unpacked."""
    return " ".join(store.read_list(key).model_dump_json() for key in store.keys(store.at.lists(DAY)))


@pytest.mark.parametrize("when", [BEFORE, WHILE, AFTER])
def test_a_list_is_kept_without_a_purged_campaign(tmp_path, when):
    store = PurgedMeanwhile(tmp_path, when, ["2"])
    key = keep_list(store, a_list("1", "2", "3"))
    assert key is not None
    stored = store.read_list(key)
    assert stored.cut
    assert [row["builderId"] for row in json.loads(stored.pages[0].body)["data"]] == [1, 3]


@pytest.mark.parametrize("when", [BEFORE, WHILE])
def test_nothing_is_kept_of_a_purged_day(tmp_path, when):
    store = PurgedMeanwhile(tmp_path, when, [])
    assert keep_list(store, a_list("1", "2")) is None
    assert kept(store) == ""


def test_what_a_killed_worker_left_is_removed_by_the_next(tmp_path):
    """It was killed after it wrote, before it read the tombstone."""
    store = PurgedMeanwhile(tmp_path, "", ["2"])
    store.purge()
    store.write_list(a_list("1", "2"))
    answer = store.write_snapshot(snapshot("2"))
    keep_list(store, a_list("1", "2").model_copy(update={"swept_at": SWEPT_AT + timedelta(days=1)}))
    assert "builderId" in kept(store)
    assert '"builderId\\": 2' not in kept(store)
    assert all(store.read_list(key).cut for key in store.keys(store.at.lists(DAY)))
    # Answers go last, by publish: a purge that was interrupted knows by them that it is not finished.
    assert store.keys(store.at.answers(DAY)) == [answer]


def test_a_rejected_list_that_may_name_a_purged_campaign_is_not_kept(tmp_path):
    store = PurgedMeanwhile(tmp_path, "", ["2"])
    store.purge()
    assert keep_list(store, a_list("2", outcome=CallOutcome.REJECTED)) is None
    assert kept(store) == ""


def test_a_list_of_a_day_without_a_purge_is_verbatim(tmp_path):
    store = PurgedMeanwhile(tmp_path, "", [])
    whole = a_list("1", "2")
    key = keep_list(store, whole)
    assert key is not None
    assert store.read_list(key) == whole


def test_half_an_emoji_in_another_campaigns_name_does_not_stop_a_purge(tmp_path):
    store = PurgedMeanwhile(tmp_path, "", ["2"])
    key = keep_list(store, a_list("1", "2", name="Sale \ud83d"))
    store.purge()
    assert key is not None
    assert [row["campName"] for row in json.loads(store.read_list(key).pages[0].body)["data"]] == ["Sale \ud83d"]


def test_two_who_remove_the_same_objects_both_end(tmp_path):
    store = PurgedMeanwhile(tmp_path, "", ["2"])
    key = store.write_snapshot(snapshot("2"))
    assert store.delete([key]) == 1
    assert store.delete([key]) == 1
