"""
What must hold at each commit, judged from outside: from what is true, what the API told, and the objects alone.

Files and manifests are read with pyarrow and json, and the rules are said again here: where the package is wrong about
itself, the judge must not be wrong with it. `last_look` judges the year as a whole.
"""

from __future__ import annotations

import gzip
import json
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from hashlib import sha256
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from include.year.account import COUNTERS, Counts, YearAccount
from include.year.airflow import Airflow, Run
from include.year.api import Api
from include.year.lake import Lake
from insider_web_push.days.rules import Rules
from insider_web_push.vocabulary import PURGE

_MOST_BROKEN = 20
_GUARDED = ("targeted", "sent", "delivered", "clicks", "conversions")
_OF_CHANGES = ("table_name", "item", "metric", "before", "after", "revision")
_KEYS = ("campaign_id", "device", "outcome", "reason", "name")
_JUDGED = frozenset({"detail_status", "count", *_KEYS, *COUNTERS, *_OF_CHANGES})
_WEEK = 7
Row = dict[str, Any]


@dataclass(slots=True)
class Seen:
    """A day as it was committed: its manifest, its rows, its first manifest, and when its complete revisions came."""

    manifest: dict[str, Any]
    rows: dict[str, Row]
    first: dict[str, Any]
    commits: list[tuple[float, int]] = field(default_factory=list)

    @property
    def is_complete(self) -> bool:
        """Whether nothing is missing of it."""
        return bool(self.manifest["status"] == "complete")

    @property
    def sent(self) -> list[int | None]:
        """What each campaign sent; None could be anything."""
        return [row["sent"] for row in self.rows.values()]


class Judge:
    """
    Watches the objects while the year goes on.

    Attributes:
        broken: What did not hold.
        last_steps: The steps of all processes before the first thing that did not.
        checked: How often each thing was looked at.
        days: The published days.
    """

    def __init__(
        self, lake: Lake, account: YearAccount, api: Api, airflow: Airflow, rules: Rules, tell: Callable[[str], None]
    ) -> None:
        self.broken: list[str] = []
        self.last_steps: list[str] = []
        self.checked: Counter[str] = Counter()
        self.days: dict[date, Seen] = {}
        self.lake, self.account, self.api, self.airflow, self.rules = lake, account, api, airflow, rules
        self._tell = tell

    def must(self, what: str, holds: bool, said: str) -> None:  # noqa: FBT001 — reads as a sentence
        """Note that something was looked at, and whether it holds."""
        self.checked[what] += 1
        if not holds and len(self.broken) < _MOST_BROKEN:
            self.last_steps = self.last_steps or self.api.weather.steps
            self.broken.append(f"{what}: {said}")
            self._tell(f"!! {what}: {said}")

    def wrote(self, key: str) -> None:
        """Look at what a write or a removal has changed for readers."""
        found = re.search(r"day=(\d{4}-\d{2}-\d{2})", key)
        if found is None:
            return
        day = date.fromisoformat(found[1])
        if key.startswith("manifests/"):
            if key in self.lake.objects:
                self._committed(day, self._whole(day, json.loads(self.lake.objects[key])))
            else:
                gone = self.days.pop(day, None)
                purged = self.lake.at.tombstone(day) in self.lake.objects
                self.must("whole days", gone is None or purged, f"{day} was removed, and nobody has purged it")
        elif key.startswith("revisions/") and key not in self.lake.objects and day in self.days:
            named = [file["key"] for file in files_of(self.days[day].manifest)]
            self.must("whole days", key not in named, f"{key} was removed, and the manifest names it")

    def rows(self, manifest: dict[str, Any], table: str) -> list[Row]:
        """Read the rows of a table of a revision; none where there is no such file."""
        data = self.lake.objects.get(manifest["files"].get(table, {}).get("key"))
        return read_parquet(data) if data else []

    def is_as_named(self, key: str, file: dict[str, Any]) -> bool:
        """Whether an object has the bytes that a manifest says of a file."""
        return sha256(self.lake.objects.get(key, b"")).hexdigest() == str(file["sha256"])

    def run_of(self, manifest: dict[str, Any]) -> Run:
        """Find the run that committed a revision."""
        return next(run for run in self.airflow.runs.values() if run.run_id == manifest["run_id"])

    def _whole(self, day: date, head: dict[str, Any]) -> dict[str, Any]:
        """Put a head together with the details that it names, which were there before it."""
        named = head["details"]
        is_there = self.is_as_named(named["key"], named)
        self.must("whole days", is_there, f"{day}: the head names {named['key']}: not there")
        details = json.loads(gzip.decompress(self.lake.objects[named["key"]])) if is_there else {"campaigns": {}}
        return head | details

    def _committed(self, day: date, manifest: dict[str, Any]) -> None:
        before, revision = self.days.get(day), manifest["revision"]
        if before and (before.manifest["revision"], before.manifest["files"]) == (revision, manifest["files"]):
            before.manifest = manifest
            return
        for file in files_of(manifest):
            said = f"{day}: revision {revision} names {file['key']}: not there"
            self.must("whole days", self.is_as_named(file["key"], file), said)
        rows = {row["campaign_id"]: row for row in self.rows(manifest, "campaign_day")}
        seen = Seen(manifest, rows, before.first if before else manifest, before.commits if before else [])
        for row in rows.values():
            self._given(f"{day}, revision {revision}", day, row)
        if before:
            was = before.manifest["revision"]
            self.must("nothing lost", revision == was + 1, f"{day}: revision {revision} was committed on {was}")
            self._not_less(day, seen, before)
        if seen.is_complete:
            seen.commits.append((self.api.weather.time.now, revision))
            campaigns = manifest["campaigns"].items()
            lacks = [key for key, it in campaigns if it["status"] == "missing" and not it["accepted_by"]]
            self.must("complete", not lacks, f"{day} is published as complete without {lacks}")
            self._not_too_quiet(day, seen)
            self.nobody_left_out(day, seen)
        self.days[day] = seen

    def nobody_left_out(self, day: date, seen: Seen) -> None:
        """A campaign that was on the list all the time is on every complete day that does not doubt its list."""
        purged = json.loads(self.lake.objects.get(self.lake.at.tombstone(day), b'{"campaigns": []}'))["campaigns"]
        for campaign in self.account.listed(day) if "list_unsteady" not in seen.manifest["day_checks"] else ():
            key = str(campaign.builder_id)
            spared = key in self.account.gone | self.account.spoiled or purged is None or key in purged
            self.must("nobody left out", spared or key in seen.rows, f"{day} is complete without {key}")

    def purged_is_gone(self, run: Run, *, at_the_end: bool = False) -> None:
        """Nothing names what a run has purged, but for its tombstone."""
        if run.dag_id != PURGE or run.state_of("purge") == "failed":
            return
        day, campaigns = run.form["first_day"], run.form["campaigns"]
        lists = self.lake.keys(self.lake.at.lists(date.fromisoformat(day)))
        newest = max((key.rpartition("/")[2] for key in lists), default="")
        gave_up = at_the_end and any(other.touched and other.errors for other in self.airflow.runs.values())
        for key, data in self.lake.objects.items():
            if f"day={day}" not in key or key.startswith("tombstones/"):
                continue
            text = key + _text(key, data)
            left = [one for one in campaigns or [""] if re.search(rf'(builderId\\?": ?"?|campaign_id=|"){one}', text)]
            # A run that was killed and never came to the end of its publish leaves it until the next look.
            spared = gave_up and key.startswith("raw/") and key.rpartition("/")[2] >= newest
            self.must("purged", not left or spared, f"{key} has {left} of {campaigns or 'a day'}, which was purged")

    def _given(self, place: str, day: date, row: Row) -> None:
        """No figure is published that the API never gave."""
        campaign_id, status, counts = row["campaign_id"], row["detail_status"], tuple(row[name] for name in COUNTERS)
        details, lists = self.api.given_details, self.api.given_lists
        instants = details.get((campaign_id, day), []) if status == "fetched" else lists.get(day, [])
        told: set[Counts] = {self.account.counts(campaign_id, day, as_of) for as_of in instants}
        fits = counts in told or (status == "quiet" and not any(counts))
        if not fits and campaign_id in self.account.spoiled:
            # Figures that were printed wrongly may be unknown, each by itself.
            columns = list(zip(*told, strict=True)) or [()] * len(COUNTERS)
            fits = all(not value or value in column for value, column in zip(counts, columns, strict=True))
        self.must("figures given", fits, f"{place}: {campaign_id} ({status}) has {counts}, of {sorted(told)[-3:]}")

    def _not_less(self, day: date, now: Seen, before: Seen) -> None:
        """What was published is not replaced by less, unless somebody accepted it or it was purged."""
        less = before.is_complete and not now.is_complete
        self.must("nothing lost", not less, f"{day} was complete, and is {now.manifest['status']}")
        if self.run_of(now.manifest).form.get("accept_fall"):
            return
        tombstone = self.lake.at.tombstone(day)
        purged = json.loads(self.lake.objects.get(tombstone, b'{"campaigns": []}'))["campaigns"] or []
        for campaign_id, was in before.rows.items():
            if campaign_id in purged:
                continue
            row, place = now.rows.get(campaign_id), f"{day}, revision {now.manifest['revision']}: {campaign_id}"
            self.must("nothing lost", row is not None, f"{place} is gone")
            for name in _GUARDED if row and was["detail_status"] == "fetched" else ():
                old, new = was[name] or 0, (row or {}).get(name)
                holds = not old or (new is not None and not _is_large_fall(old, old - new))
                self.must("nothing lost", holds, f"{place}: {name} was {old}, and is {new}")

    def _not_too_quiet(self, day: date, seen: Seen) -> None:
        """An empty list early in the morning is no day without pushes, where there were some on each day before."""
        busy = [other for at, other in self.days.items() if 0 < (day - at).days <= _WEEK and any(other.sent)]
        accepted = self.rules.accept_quiet or self.run_of(seen.manifest).form.get("accept_quiet")
        if len(busy) == _WEEK and seen.manifest["revision"] == 1 and not accepted:
            holds = any(sent != 0 for sent in seen.sent)
            self.must("not too quiet", holds, f"{day} is published as a day on which nothing was sent")


def files_of(manifest: dict[str, Any]) -> list[dict[str, Any]]:
    """List the files that a manifest names."""
    return [*manifest["files"].values(), *manifest["changes"], manifest["details"]]


@lru_cache(maxsize=10_000)
def read_parquet(data: bytes) -> list[Row]:
    """Read the rows of a file; the same bytes only once, and of its columns those that are judged."""
    file = pq.ParquetFile(pa.BufferReader(data))
    there = [name for name in file.schema_arrow.names if name in _JUDGED]
    return list(file.read(there, use_threads=False).to_pylist())


def _text(key: str, data: bytes) -> str:
    if key.endswith(".gz"):
        return gzip.decompress(data).decode(errors="replace")
    if key.endswith(".parquet"):
        return " ".join(f'"{row.get("campaign_id")}"' for row in read_parquet(data))
    return data.decode(errors="replace")


def _is_large_fall(before: int, fall: int) -> bool:
    return fall >= 10 and 5 * fall > before  # noqa: PLR2004 — decision 19: by more than 20 %, and at least 10
