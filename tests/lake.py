"""A real storage on a real file system, and days that the real publisher publishes in it."""

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

from insider_web_push.answers.day_list import ListedCampaign
from insider_web_push.days.gathered_day import GatheredDay, OfRun, gather
from insider_web_push.days.handover import DiscoveredDay
from insider_web_push.days.rules import Rules
from insider_web_push.lake.manifest import EventOwed, Manifest
from insider_web_push.lake.raw import StoredList, StoredPage
from insider_web_push.lake.storage import Storage
from insider_web_push.publishing.commit import Publisher
from insider_web_push.publishing.event import event_of
from insider_web_push.publishing.published import Published
from insider_web_push.reader import DayReader
from tests.builders import DAY, SWEPT_AT, snapshot

RUN = EventOwed(dag_id="insider_web_push_campaign_metrics", run_id="manual__1")


class Lake:
    """
    One account's storage.

    Attributes:
        states: State of another run's publish, by its run id.
        sent: Days and revisions whose event Airflow has.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.store = Storage(root.as_uri(), "brand")
        self.reader = DayReader(root.as_uri(), "brand")
        self.states: dict[str, str] = {}
        self.sent: set[tuple[date, int]] = set()

    def list_day(self, listed: list[ListedCampaign], *, day: date = DAY, at: datetime = SWEPT_AT) -> str:
        """Keep a list of campaigns; gives its key."""
        rows = [
            {"builderId": int(item.campaign_id), "campName": item.name, "type": item.type}
            | item.totals.model_dump(mode="json", exclude={"revenue"})
            | {"revenue": float(item.totals.revenue or 0)}
            for item in listed
        ]
        body = json.dumps({"page": 1, "per_page": 20, "total": len(rows), "data": rows}).encode()
        page = StoredPage(request={}, status=200, body=body)
        return self.store.write_list(
            StoredList(run_id="manual__1", partner_id=self.store.partner_id, day=day, swept_at=at, pages=[page])
        )

    def answer(self, campaign_id: str, **changes: Any) -> str:
        """Keep an answer of campaign-metrics; gives its key."""
        return self.store.write_snapshot(snapshot(campaign_id, **changes))

    def gathered(self, *, day: date = DAY, rules: Rules | None = None, **work: Any) -> GatheredDay:
        """Gather a day as an operator does, by its newest list unless one is named."""
        swept: dict[str, Any] = {
            "day": day.isoformat(), "why": "", "mode": "changed", "depth": "full", "only": [], "closing": False,
            "rebuild": False,
            "sweep": self.store.newest_list(day), "campaigns": 0, "calls": 0, "problem": "",
        }  # fmt: skip
        given = {name: work.pop(name) for name in ("accept", "accept_quiet", "troubles") if name in work}
        given = {name: value for name, value in given.items() if value is not None}
        found = gather(
            self.store, DiscoveredDay(**(swept | work)), rules=rules or Rules(), timezone="UTC", run=OfRun(**given)
        )
        assert found is not None
        return found

    def publish(
        self, *, now: datetime = SWEPT_AT, run: EventOwed = RUN, accept_fall: bool = False, **gathered: Any
    ) -> Published:
        """Publish a day."""
        publisher = self.publisher(now=now, run=run, accept_fall=accept_fall)
        published = publisher.publish(gathered.get("day", DAY), lambda: self.gathered(**gathered))
        assert published is not None
        return published

    def publisher(self, *, now: datetime = SWEPT_AT, run: EventOwed = RUN, accept_fall: bool = False) -> Publisher:
        """Make what publishes."""
        return Publisher(
            store=self.store,
            run=run,
            event_of=lambda manifest: event_of(
                manifest,
                me=run,
                state_of=lambda owed: self.states.get(owed.run_id, "unknown"),
                was_sent=lambda owed: (owed.day, owed.revision) in self.sent,
            ),
            now=lambda: now,
            accept_fall=accept_fall,
        )

    def succeed(self, run: EventOwed = RUN, day: date = DAY) -> None:
        """Let the task of a run succeed, so that Airflow has the event that it owes."""
        self.states[run.run_id] = "success"
        manifest = self.manifest(day)
        if manifest.event == run:
            self.sent.add((day, manifest.revision))

    def manifest(self, day: date = DAY) -> Manifest:
        """Read a published day's manifest."""
        return self.store.require_manifest(day)

    def whole_manifest(self, day: date = DAY) -> dict[str, Any]:
        """Give a published day's manifest as older versions stored it: one object, with what it says of campaigns."""
        document: dict[str, Any] = json.loads(self.manifest(day).to_json()) | {"format": 2}
        del document["details"]
        return document

    def store_manifest(self, document: dict[str, Any], *, day: date = DAY) -> None:
        """Store a manifest as somebody else's: an older version's, or one that is crafted."""
        (self.root / self.store.at.manifest(day)).write_text(json.dumps(document), encoding="utf-8")

    def files(self, pattern: str = "*") -> dict[str, bytes]:
        """Read every file below the root whose path matches, hidden ones too."""
        return {
            str(path.relative_to(self.root)): path.read_bytes()
            for path in sorted(self.root.rglob(pattern))
            if path.is_file()
        }
