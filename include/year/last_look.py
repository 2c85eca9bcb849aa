"""What must hold when the year is over: nothing was left out, lost, sent too fast, forgotten, or told to nobody."""

from __future__ import annotations

import json
from bisect import bisect_left
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from include.year.account import COUNTERS
from include.year.events import QUIET_END_DAYS
from include.year.judge import Judge, read_parquet
from include.year.people import People
from include.year.virtual_time import VirtualTime
from insider_web_push.reader import DayReader
from insider_web_push.vocabulary import REFRESH

_WINDOW_S = 60.0
_LONGEST_WAIT_S = 5 * _WINDOW_S + 90.0
_ANNOUNCED_BY = 2
"""Which undisturbed refresh after a commit finds its event owed at the latest: in the first, its task may be at it."""
_COUNTS = {*COUNTERS, "count"}
_KEYS: dict[str, tuple[str, ...]] = {
    "campaign_day": (),
    "campaign_day_device": ("device",),
    "campaign_day_unsuccessful": ("outcome", "reason"),
    "campaign_day_click": ("name",),
}
_REBUILT = 3
Place = tuple[str, ...]


class LastLook:
    """
    Judges the year as a whole.

    Args:
        today: The day of the last scheduled runs.
        calm: Whether nothing happened in this year but the two schedules.
    """

    def __init__(self, judge: Judge, *, today: date, calm: bool) -> None:
        self._judge, self._today, self._calm = judge, today, calm
        self._must, self._days, self._lake = judge.must, judge.days, judge.lake
        self._account, self._api, self._airflow, self._rules = judge.account, judge.api, judge.airflow, judge.rules

    def at_everything(self, time: VirtualTime, people: People) -> None:
        """Look at all of it."""
        for job in time.failures:
            self._must("no crash", holds=False, said=f"{job.name} ended by {type(job.failure).__name__}: {job.failure}")
        red = {run.run_id: run.errors for run in self._airflow.runs.values() if run.errors}
        self._must("calm", not (self._calm and red), f"nothing went wrong, and runs are red: {red}")
        self._nobody_waits(time)
        self._limit_kept()
        self._published_or_named()
        self._events_sent()
        for day, seen in self._days.items():
            if seen.is_complete:
                self._judge.nobody_left_out(day, seen)
            self._looks_had(day)
            self._changes_add_up(day)
            self._readable(day)
        for run in self._airflow.runs.values():
            self._judge.purged_is_gone(run, at_the_end=True)
        self._rebuilds(time, people)

    def _nobody_waits(self, time: VirtualTime) -> None:
        waited_s, active = self._airflow.longest_wait_s, [run for run in self._airflow.runs.values() if run.is_active]
        self._must("nobody waits", time.is_idle and not active, f"two days later these still wait: {active[:3]}")
        self._must("nobody waits", waited_s <= _LONGEST_WAIT_S, f"a task was to wait {waited_s:.0f} s for the budget")

    def _limit_kept(self) -> None:
        sent, limits = sorted(self._api.sent), self._api.limits
        ends = [since for since, _ in limits[1:]] + [float("inf")]
        for position, at in enumerate(sent):
            inside = position - bisect_left(sent, at - _WINDOW_S + 1e-6) + 1
            spans = zip(limits, ends, strict=True)
            most = max(most for (since, most), end in spans if since <= at and end > at - _WINDOW_S)
            self._must("the limit", inside <= most, f"{inside} requests in the minute before {at}")
        for at in self._api.throttled:  # what had left already may arrive for half a minute
            early = [one for one in sent[bisect_left(sent, at) :] if at + 31 < one < at + _WINDOW_S - 1]
            self._must("the pause", not early, f"{len(early)} requests were sent in the minute after one was throttled")

    def _published_or_named(self) -> None:
        coverage = json.loads(self._lake.objects.get(self._lake.at.coverage, b'{"days": {}}'))["days"]
        first = min(self._api.given_lists, default=self._today)
        for day in (first + timedelta(days=n) for n in range((self._today - first).days)):
            named = coverage.get(str(day), {}).get("status") in {"incomplete", "purged"}
            red = any(run.errors and str(day) in run.run_id for run in self._airflow.runs.values())
            there = day in self._days or self._lake.at.tombstone(day) in self._lake.objects
            self._must("published or named", there or named or red, f"{day} is not published, and nothing says so")
            # In the last days nothing went wrong any more; only a day whose campaigns are gone waits for a person.
            is_spared = self._account.gone or self._lake.at.tombstone(day) in self._lake.objects
            if (self._today - day).days < QUIET_END_DAYS - 1 and not is_spared:
                whole = day in self._days and self._days[day].is_complete
                self._must("published when all is well", whole, f"{day} is not published, though nothing went wrong")

    def _events_sent(self) -> None:
        self._must("events", not self._airflow.plain_events, "an event without a partition was sent")
        runs = [run for run in self._airflow.runs.values() if run.dag_id == REFRESH and run.run_type == "scheduled"]
        refreshes = [run.run_after.timestamp() for run in runs if not (run.errors or run.touched)]
        for day, seen in self._days.items():
            sent = [event.at for event in self._airflow.events if event.partition_key == str(day)]
            for at, revision in seen.commits:
                after = min((event for event in sent if event >= at), default=None)
                self._must("events", after is not None, f"{day}: revision {revision} was never announced")
                passed = sum(at < one < (after or at) for one in refreshes)
                said = f"{day}: revision {revision} was announced by refresh {passed} after it was committed"
                self._must("events", passed <= _ANNOUNCED_BY, said)
            said = f"{day}: {len(sent)} events for {len(seen.commits)} revisions"
            self._must("events", len(sent) <= len(seen.commits), said)

    def _looks_had(self, day: date) -> None:
        """The ladder was climbed; after its closing looks, the figures are those that the API told then or later."""
        seen, age = self._days[day], (self._today - day).days
        had, due = seen.manifest["looked_at"], max((look for look in self._rules.ages if look <= age), default=0)
        self._must("looks", not seen.is_complete or had >= due, f"{day} was looked at with {had} days, not with {due}")
        closing = max((look for look in self._rules.closing_ages if look <= had), default=None)
        stamp = seen.manifest["sweep"].rpartition("/")[2][:15]
        swept_at = datetime.strptime(stamp, "%Y%m%dT%H%M%S").replace(tzinfo=UTC)
        listed_from = swept_at - timedelta(seconds=62)  # by a clock that may be a minute off
        closed = datetime.combine(day + timedelta(days=closing or 0), time.min, self._account.zone)
        was_whole_look = (swept_at.astimezone(self._account.zone).date() - day).days <= had
        for key, row in seen.rows.items():
            odd = key in self._account.gone | self._account.spoiled or key in seen.manifest["held"]
            if odd or row["detail_status"] != "fetched" or seen.manifest["campaigns"][key]["accepted_by"]:
                continue
            counts = tuple(row[name] for name in COUNTERS)
            asked = self._api.given_details.get((key, day), [])
            lists = [as_of for as_of in self._api.given_lists[day] if as_of >= listed_from]
            since = [as_of for as_of in asked if as_of >= listed_from]
            if was_whole_look and lists:
                told = {self._account.counts(key, day, as_of) for as_of in [*lists, *since]}
                self._must("figures of the look", counts in told, f"{day}: {key} has {counts}, of {sorted(told)}")
            if closing:
                told = {self._account.counts(key, day, as_of) for as_of in asked if as_of >= closed}
                said = f"{day}: {key} has {counts}, since {closed} of {sorted(told)}"
                self._must("final figures", counts in told, said)

    def _changes_add_up(self, day: date) -> None:
        """The change table leads from the first revision to the present one."""
        seen, objects = self._days[day], self._lake.objects
        first_files = [file["key"] for file in seen.first["files"].values()]
        if self._lake.at.tombstone(day) in objects or not objects.keys() >= set(first_files):
            return
        first, present = self._counts_of(seen.first), self._counts_of(seen.manifest)
        pairs = {place: (first.get(place), present.get(place)) for place in first.keys() | present.keys()}
        net: dict[Place, tuple[Any, Any]] = {}
        rows = [row for file in seen.manifest["changes"] for row in read_parquet(objects[file["key"]])]
        for row in sorted(rows, key=lambda row: row["revision"]):
            place = (row["table_name"], row["campaign_id"], row["item"], row["metric"])
            net[place] = (net.get(place, (row["before"],))[0], row["after"])
        told = {(place, pair) for place, pair in net.items() if pair[0] != pair[1] and place[3] in _COUNTS}
        wrong = told ^ {(place, pair) for place, pair in pairs.items() if pair[0] != pair[1]}
        self._must("changes add up", not wrong, f"{day}: the change table is wrong about {sorted(wrong, key=str)[:3]}")

    def _counts_of(self, manifest: dict[str, Any]) -> dict[Place, str]:
        return {
            (table, row["campaign_id"], "/".join(str(row[name]) for name in key), metric): str(row[metric])
            for table, key in _KEYS.items()
            for row in self._judge.rows(manifest, table)
            for metric in _COUNTS & row.keys()
            if row[metric] is not None
        }

    def _readable(self, day: date) -> None:
        """The package's reader gives the whole day, and what SQL reads is the same."""
        seen = self._days[day]
        reader = DayReader("file:///nowhere", self._lake.partner_id)
        reader._storage = self._lake  # noqa: SLF001 — the package's reader on this lake
        found = reader.read(day, allow_partial=True).num_rows
        self._must("readable", found == len(seen.rows), f"{day}: the reader gives {found} rows of {len(seen.rows)}")
        copies = {name: (self._lake.at.table(name, day), file) for name, file in seen.manifest["files"].items()}
        stale = [name for name, copy in copies.items() if not self._judge.is_as_named(*copy)]
        touched = self._judge.run_of(seen.manifest).touched  # the next look brings the copies in line
        self._must("copies", touched or not stale, f"{day}: the copies for SQL of {stale} are not what is published")

    def _rebuilds(self, time: VirtualTime, people: People) -> None:
        """A day whose files are lost is made again from raw, with the bytes that were published."""
        days = [day for day, seen in self._days.items() if seen.is_complete]
        for day in days[:: max(1, len(days) // _REBUILT)]:
            was = self._days[day].manifest
            for file in was["files"].values():
                self._lake.forget(file["key"])
            people.rebuild(day)
            time.run_until(time.now + 7200)
            now, files = json.loads(self._lake.objects[self._lake.at.manifest(day)]), was["files"].values()
            same = now["files"] == was["files"] and all(self._judge.is_as_named(file["key"], file) for file in files)
            self._must("rebuilt", same, f"{day}: a rebuild gives revision {now['revision']} for {was['revision']}")
