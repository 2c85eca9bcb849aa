"""
Keeps lists, but for what was purged: also where the purge came while the list was on its way.

A purge writes its tombstone first and removes last. So whoever reads the tombstone after writing either sees it, and
takes back what it wrote, or wrote early enough for the purge to find it. One that is killed between the two leaves what
the next one that keeps a list of the day removes, as does the next purge. Answers, of which there are hundreds for a
list, are kept as they come: publish removes what of them was purged, see `publishing.finishing`.
"""

from __future__ import annotations

from insider_web_push.lake.raw import StoredList
from insider_web_push.lake.removal import remove_rows, without
from insider_web_push.lake.storage import Storage


def where_kept(store: Storage, key: str | None) -> str:
    """Say where something was kept, as the end of a message; empty if it was not."""
    return f"It is kept as {store.url(key)}" if key else ""


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
    remove_rows(store, stored.day, tombstone.campaigns or ())  # from this list, and those that were left before
    return key
