"""
Keeps what the API said, but for what was purged: also where the purge came while the answer was on its way.

A purge writes its tombstone first and removes last. So whoever reads the tombstone after writing either sees it, and
takes back what it wrote, or wrote early enough for the purge to find it. One that is killed between the two leaves what
the next one that keeps something of the day removes, as does the next purge.
"""

from __future__ import annotations

from insider_web_push.lake.raw import Snapshot, StoredList
from insider_web_push.lake.removal import remove_answers, without
from insider_web_push.lake.storage import Storage


def where_kept(store: Storage, key: str | None) -> str:
    """Say where something was kept, as the end of a message; empty if it was not."""
    return f"It is kept as {store.url(key)}" if key else ""


def keep_answer(store: Storage, answer: Snapshot) -> str | None:
    """Keep an answer; gives its key, or None where its campaign was purged meanwhile."""
    key = store.write_snapshot(answer)
    tombstone = store.read_tombstone(answer.day)
    if tombstone is None or not tombstone.covers(answer.campaign_id):
        return key
    store.delete([key])
    return None


def keep_list(store: Storage, stored: StoredList) -> str | None:
    """Keep a list without the rows of purged campaigns; gives its key, or None where nothing of it may be kept."""
    left = without(stored, store.read_tombstone(stored.day))
    if left is None:
        return None
    key = store.write_list(left)
    tombstone = store.read_tombstone(stored.day)
    if tombstone is None:
        return key
    if without(stored, tombstone) is None:
        store.delete([key])
        return None
    remove_answers(store, stored.day, tombstone.campaigns or ())  # from this list, and what was left before
    return key
