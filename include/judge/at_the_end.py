"""What must hold when the year is over: nothing was left out, lost, sent too fast, forgotten, or told to nobody."""

import json
from bisect import bisect_left
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, cast

from include.judge.at_each_commit import Judge, counts_in, read_parquet
from include.judge.evidence import COUNTERS
from insider_web_push.reader import DayReader
from insider_web_push.vocabulary import REFRESH

_WINDOW_S = 60.0
_LONGEST_WAIT_S = 5 * _WINDOW_S + 90.0
_ANNOUNCED_BY = 2
"""Which undisturbed refresh after a commit finds its event owed at the latest: in the first, its task may be at it."""
_COUNTS = {*COUNTERS, "count"}
_REBUILT = 3
_KEYS: dict[str, tuple[str, ...]] = {
    "campaign_day": (), "campaign_day_device": ("device",), "campaign_day_unsuccessful": ("outcome", "reason"),
    "campaign_day_click": ("name",),
}  # fmt: skip


class LastLook(Judge):
    """Judges the year as a whole as well."""

    def at_everything(
        self, today: date, *, quiet_days: int, calm: bool, waiting: int, crashes: Sequence[str],
        rebuild: Callable[[date, Sequence[str]], None],
    ) -> None:  # fmt: skip
        """
        Look at all of it.

        Args:
            today: The day of the last scheduled runs.
            quiet_days: For how long before it nothing went wrong any more.
            calm: Whether nothing happened in this year but the two schedules.
            waiting: How many processes still wait.
            crashes: Of processes that ended by an error which nobody caught.
            rebuild: Has a day, and objects that are lost first, made again from what is stored.
        """
        runs = self.airflow.runs.values()
        for crash in crashes:
            self.must("no crash", holds=False, said=crash)
        red = {run.run_id: run.errors for run in runs if run.errors}
        self.must("calm", not (calm and red), f"nothing went wrong, and runs are red: {red}")
        active, waited_s = [run for run in runs if run.is_active], self.airflow.longest_wait_s
        self.must("nobody waits", not waiting and not active, f"two days later these still wait: {active[:3]}")
        self.must("nobody waits", waited_s <= _LONGEST_WAIT_S, f"a task was to wait {waited_s:.0f} s for the budget")
        self._limit_kept()
        self._published_or_named(today, quiet_days)
        self.must("events", not self.airflow.plain_events, "an event without a partition was sent")
        for day, seen in self.days.items():
            if seen.is_complete:
                self.nobody_left_out(day, seen)
            self._announced(day, seen.commits)
            self._looks_had(day, (today - day).days)
            self._changes_add_up(day)
            self._readable(day)
        for run in runs:
            self.purged_is_gone(run, at_the_end=True)
        self._rebuilds(rebuild)

    def _limit_kept(self) -> None:
        sent, limits = sorted(self.api.sent), self.api.limits
        ends = [since for since, _ in limits[1:]] + [float("inf")]
        for position, at in enumerate(sent):
            inside = position - bisect_left(sent, at - _WINDOW_S + 1e-6) + 1
            spans = zip(limits, ends, strict=True)
            most = max(most for (since, most), end in spans if since <= at and end > at - _WINDOW_S)
            self.must("the limit", inside <= most, f"{inside} requests in the minute before {at}")
        for at in self.api.throttled:  # what had left already may arrive for half a minute
            early = [one for one in sent[bisect_left(sent, at) :] if at + 31 < one < at + _WINDOW_S - 1]
            self.must("the pause", not early, f"{len(early)} requests were sent in the minute after one was throttled")

    def _published_or_named(self, today: date, quiet_days: int) -> None:
        coverage = json.loads(self.lake.objects.get(self.lake.at.coverage, b'{"days": {}}'))["days"]
        red = [run.run_id for run in self.airflow.runs.values() if run.errors]
        first = min((day for day, campaign_id in self.api.given if not campaign_id), default=today)
        for day in (first + timedelta(days=n) for n in range((today - first).days)):
            is_purged = self.purged(day) != []
            named = coverage.get(str(day), {}).get("status") in {"incomplete", "purged"}
            holds = day in self.days or is_purged or named or any(str(day) in run_id for run_id in red)
            self.must("published or named", holds, f"{day} is not published, and nothing says so")
            # In the last days nothing went wrong any more; only a day whose campaigns are gone waits for a person.
            if (today - day).days < quiet_days - 1 and not (self.account.gone or is_purged):
                whole = day in self.days and self.days[day].is_complete
                self.must("published when all is well", whole, f"{day} is not published, though nothing went wrong")

    def _announced(self, day: date, commits: list[tuple[float, int]]) -> None:
        """Each complete revision is announced, soon and once."""
        runs = [run for run in self.airflow.runs.values() if run.dag_id == REFRESH and run.run_type == "scheduled"]
        refreshes = [run.run_after.timestamp() for run in runs if not (run.errors or run.touched)]
        sent = [event.at for event in self.airflow.events if event.partition_key == str(day)]
        for at, revision in commits:
            after = min((event for event in sent if event >= at), default=None)
            self.must("events", after is not None, f"{day}: revision {revision} was never announced")
            passed = sum(at < one < (after or at) for one in refreshes)
            said = f"{day}: revision {revision} was announced by refresh {passed} after it was committed"
            self.must("events", passed <= _ANNOUNCED_BY, said)
        self.must("events", len(sent) <= len(commits), f"{day}: {len(sent)} events for {len(commits)} revisions")

    def _looks_had(self, day: date, age: int) -> None:
        """The ladder was climbed; after its closing looks, the figures are those that the API told then or later."""
        seen, zone, given = self.days[day], self.account.zone, self.api.given
        had, due = seen.manifest["looked_at"], max((look for look in self.rules.ages if look <= age), default=0)
        self.must("looks", not seen.is_complete or had >= due, f"{day} was looked at with {had} days, not with {due}")
        stamp = seen.manifest["sweep"].rpartition("/")[2][:15]
        swept_at = datetime.strptime(stamp, "%Y%m%dT%H%M%S").replace(tzinfo=UTC)
        listed_from = swept_at - timedelta(seconds=62)  # by a clock that may be a minute off
        was_whole_look = (swept_at.astimezone(zone).date() - day).days <= had
        lists = [as_of for as_of in given[day, ""] if as_of >= listed_from]
        closing = max((look for look in self.rules.closing_ages if look <= had), default=None)
        closed = datetime.combine(day + timedelta(days=closing or 0), time.min, zone)
        for key, row in seen.rows.items():
            odd = key in self.account.gone | self.account.spoiled or key in seen.manifest["held"]
            if odd or row["detail_status"] != "fetched" or seen.manifest["campaigns"][key]["accepted_by"]:
                continue
            counts, asked = counts_in(row), given[day, key]
            if was_whole_look and lists:
                told = self.told(key, day, [*lists, *(as_of for as_of in asked if as_of >= listed_from)])
                self.must("figures of the look", counts in told, f"{day}: {key} has {counts}, of {sorted(told)}")
            if closing:
                told = self.told(key, day, (as_of for as_of in asked if as_of >= closed))
                said = f"{day}: {key} has {counts}, since {closed} of {sorted(told)}"
                self.must("final figures", counts in told, said)

    def _changes_add_up(self, day: date) -> None:
        """The change table leads from the first revision to the present one."""
        seen, objects = self.days[day], self.lake.objects
        if self.purged(day) != [] or not objects.keys() >= {file["key"] for file in seen.first["files"].values()}:
            return
        first, present = self._counts_of(seen.first), self._counts_of(seen.manifest)
        moved = {(place, first.get(place), present.get(place)) for place in first.keys() | present.keys()}
        rows = [row for file in seen.manifest["changes"] for row in read_parquet(objects[file["key"]])]
        net: dict[tuple[str, ...], tuple[Any, Any]] = {}
        for row in sorted(rows, key=lambda row: row["revision"]):
            place = (row["table_name"], row["campaign_id"], row["item"], row["metric"])
            net[place] = (net.get(place, (row["before"],))[0], row["after"])
        told = {(place, *pair) for place, pair in net.items() if place[3] in _COUNTS}
        wrong = {move for move in moved ^ told if move[1] != move[2]}
        self.must("changes add up", not wrong, f"{day}: the change table is wrong about {sorted(wrong, key=str)[:3]}")

    def _counts_of(self, manifest: dict[str, Any]) -> dict[tuple[str, ...], str]:
        return {
            (table, row["campaign_id"], "/".join(str(row[name]) for name in key), metric): str(row[metric])
            for table, key in _KEYS.items()
            for row in self.rows(manifest, table)
            for metric in _COUNTS & row.keys()
            if row[metric] is not None
        }

    def _readable(self, day: date) -> None:
        """The package's reader gives the whole day, and what SQL reads is the same."""
        seen = self.days[day]
        lake = cast("Any", self.lake)
        reader = DayReader("file:///nowhere", lake.partner_id)
        reader._storage = lake  # noqa: SLF001 — the package's reader on this lake
        found = reader.read(day, allow_partial=True).num_rows
        self.must("readable", found == len(seen.rows), f"{day}: the reader gives {found} rows of {len(seen.rows)}")
        files = seen.manifest["files"].items()
        stale = [name for name, file in files if not self.is_there(file, self.lake.at.table(name, day))]
        touched = self.run_of(seen.manifest).touched  # the next look brings the copies in line
        self.must("copies", touched or not stale, f"{day}: the copies for SQL of {stale} are not what is published")

    def _rebuilds(self, rebuild: Callable[[date, Sequence[str]], None]) -> None:
        """A day whose files are lost is made again from raw, with the bytes that were published."""
        days = [day for day, seen in self.days.items() if seen.is_complete]
        for day in days[:: max(1, len(days) // _REBUILT)]:
            was = self.days[day].manifest
            rebuild(day, [file["key"] for file in was["files"].values()])
            now = json.loads(self.lake.objects[self.lake.at.manifest(day)])
            same = now["files"] == was["files"] and all(self.is_there(file) for file in was["files"].values())
            self.must("rebuilt", same, f"{day}: a rebuild gives revision {now['revision']} for {was['revision']}")
