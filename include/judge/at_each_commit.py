"""
What must hold at each commit, judged from outside: from what is true, what the API told, and the objects alone.

Files and manifests are read with pyarrow and json, and the rules are said again here: where the package is wrong about
itself, the judge must not be wrong with it.
"""

import gzip
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from hashlib import sha256
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from include.judge.evidence import COUNTERS, Calls, Counts, Kept, Objects, RunKept, Truth
from insider_web_push.days.rules import Rules
from insider_web_push.vocabulary import PURGE

_GUARDED = ("targeted", "sent", "delivered", "clicks", "conversions")
_JUDGED = [
    "detail_status", "campaign_id", "device", "outcome", "reason", "name", "count", *COUNTERS,
    "table_name", "item", "metric", "before", "after", "revision",
]  # fmt: skip
_MOST_BROKEN = 20
_WEEK = 7
Row = dict[str, Any]


@dataclass(slots=True)
class Seen:
    """A day as it was committed: its manifest, its rows, its first manifest, and when its complete revisions came."""

    manifest: dict[str, Any]
    rows: dict[str, Row]
    first: dict[str, Any]
    commits: list[tuple[float, int]]

    @property
    def is_complete(self) -> bool:
        """Whether nothing is missing of it."""
        return bool(self.manifest["status"] == "complete")


class Judge:
    """
    Watches the objects while the year goes on.

    Attributes:
        broken: What did not hold.
        last_steps: The steps of all processes before the first thing that did not.
        checked: How often each thing was looked at.
        days: The published days.

    Args:
        steps: Gives the last steps of all processes.
        tell: Takes a line of the story.
    """

    def __init__(
        self, lake: Objects, account: Truth, api: Calls, airflow: Kept, rules: Rules, *,
        now: Callable[[], float], steps: Callable[[], list[str]], tell: Callable[[str], None],
    ) -> None:  # fmt: skip
        self.broken: list[str] = []
        self.last_steps: list[str] = []
        self.checked: Counter[str] = Counter()
        self.days: dict[date, Seen] = {}
        self.lake, self.account, self.api, self.airflow, self.rules = lake, account, api, airflow, rules
        self.now, self._steps, self._tell = now, steps, tell

    def must(self, what: str, holds: bool, said: str) -> None:  # noqa: FBT001 — reads as a sentence
        """Note that something was looked at, and whether it holds."""
        self.checked[what] += 1
        if not holds and len(self.broken) < _MOST_BROKEN:
            self.last_steps = self.last_steps or self._steps()
            self.broken.append(f"{what}: {said}")
            self._tell(f"!! {what}: {said}")

    def wrote(self, key: str) -> None:
        """Look at what a write or a removal has changed for readers."""
        found = re.search(r"day=(\d{4}-\d{2}-\d{2})", key)
        if found is None:
            return
        day, data = date.fromisoformat(found[1]), self.lake.objects.get(key)
        if key.startswith("manifests/"):
            if data is not None:
                self._committed(day, json.loads(data))
            else:
                holds = self.days.pop(day, None) is None or self.purged(day) != []
                self.must("whole days", holds, f"{day} was removed, and nobody has purged it")
        elif key.startswith("revisions/") and data is None and day in self.days:
            named = [file["key"] for file in _files_of(self.days[day].manifest)]
            self.must("whole days", key not in named, f"{key} was removed, and the manifest names it")

    def rows(self, manifest: dict[str, Any], table: str) -> list[Row]:
        """Read the rows of a table of a revision; none where there is no such file."""
        data = self.lake.objects.get(manifest["files"].get(table, {}).get("key"))
        return read_parquet(data) if data else []

    def is_there(self, file: dict[str, Any], key: str = "") -> bool:
        """Whether a file that a manifest names, or its copy, has the bytes that it says."""
        return sha256(self.lake.objects.get(key or file["key"], b"")).hexdigest() == str(file["sha256"])

    def run_of(self, manifest: dict[str, Any]) -> RunKept:
        """Find the run that committed a revision."""
        return next(run for run in self.airflow.runs.values() if run.run_id == manifest["run_id"])

    def purged(self, day: date) -> list[str] | None:
        """List the campaigns that were purged of a day; None is the whole day."""
        tombstone = json.loads(self.lake.objects.get(self.lake.at.tombstone(day), b'{"campaigns": []}'))
        return list(tombstone["campaigns"]) if tombstone["campaigns"] is not None else None

    def told(self, campaign_id: str, day: date, instants: Iterable[datetime]) -> set[Counts]:
        """Tell what was true of a campaign's day at some instants."""
        return {self.account.counts(campaign_id, day, as_of) for as_of in instants}

    def _committed(self, day: date, head: dict[str, Any]) -> None:
        # The details that the head names were there before it.
        details: dict[str, Any] = {"campaigns": {}}
        if self._named(day, head, head["details"]):
            details = json.loads(gzip.decompress(self.lake.objects[head["details"]["key"]]))
        manifest, revision, before = head | details, head["revision"], self.days.get(day)
        if before and (before.manifest["revision"], before.manifest["files"]) == (revision, manifest["files"]):
            before.manifest = manifest
            return
        for file in _files_of(manifest):
            self._named(day, head, file)
        rows = {row["campaign_id"]: row for row in self.rows(manifest, "campaign_day")}
        seen = Seen(manifest, rows, before.first if before else manifest, before.commits if before else [])
        for row in rows.values():
            self._given(f"{day}, revision {revision}", day, row)
        if before:
            was = before.manifest["revision"]
            self.must("nothing lost", revision == was + 1, f"{day}: revision {revision} was committed on {was}")
            self._not_less(day, seen, before)
        if seen.is_complete:
            seen.commits.append((self.now(), revision))
            campaigns = manifest["campaigns"].items()
            lacks = [key for key, it in campaigns if it["status"] == "missing" and not it["accepted_by"]]
            self.must("complete", not lacks, f"{day} is published as complete without {lacks}")
            self._not_too_quiet(day, seen)
            self.nobody_left_out(day, seen)
        self.days[day] = seen

    def _named(self, day: date, head: dict[str, Any], file: dict[str, Any]) -> bool:
        """What a manifest names is there."""
        is_there = self.is_there(file)
        self.must("whole days", is_there, f"{day}: revision {head['revision']} names {file['key']}: not there")
        return is_there

    def nobody_left_out(self, day: date, seen: Seen) -> None:
        """A campaign that was on the list all the time is on every complete day that does not doubt its list."""
        purged = self.purged(day)
        for campaign in self.account.listed(day) if "list_unsteady" not in seen.manifest["day_checks"] else ():
            key = str(campaign.builder_id)
            spared = key in self.account.gone | self.account.spoiled or purged is None or key in purged
            self.must("nobody left out", spared or key in seen.rows, f"{day} is complete without {key}")

    def purged_is_gone(self, run: RunKept, *, at_the_end: bool = False) -> None:
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
        campaign_id, status, counts = row["campaign_id"], row["detail_status"], counts_in(row)
        instants = self.api.given[day, campaign_id if status == "fetched" else ""]
        told = self.told(campaign_id, day, instants)
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
        purged = self.purged(day) or []
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
        week = [other.rows.values() for at, other in self.days.items() if 0 < (day - at).days <= _WEEK]
        busy = [rows for rows in week if any(row["sent"] for row in rows)]
        if len(busy) == _WEEK and seen.manifest["revision"] == 1 and not self._accepts_quiet(seen):
            holds = any(row["sent"] != 0 for row in seen.rows.values())  # what is unknown could be anything
            self.must("not too quiet", holds, f"{day} is published as a day on which nothing was sent")

    def _accepts_quiet(self, seen: Seen) -> bool:
        return bool(self.rules.accept_quiet or self.run_of(seen.manifest).form.get("accept_quiet"))


def counts_in(row: Row) -> Counts:
    """Give the counters of a row."""
    return tuple(row[name] for name in COUNTERS)


@lru_cache(maxsize=10_000)
def read_parquet(data: bytes) -> list[Row]:
    """Read the rows of a file; the same bytes only once, and of its columns those that are judged."""
    return list(pq.ParquetFile(pa.BufferReader(data)).read(_JUDGED, use_threads=False).to_pylist())


def _files_of(manifest: dict[str, Any]) -> list[dict[str, Any]]:
    return [*manifest["files"].values(), *manifest["changes"], manifest["details"]]


def _text(key: str, data: bytes) -> str:
    if key.endswith(".parquet"):
        return " ".join(f'"{row.get("campaign_id")}"' for row in read_parquet(data))
    return (gzip.decompress(data) if key.endswith(".gz") else data).decode(errors="replace")


def _is_large_fall(before: int, fall: int) -> bool:
    return fall >= 10 and 5 * fall > before  # noqa: PLR2004 — decision 19: by more than 20 %, and at least 10
