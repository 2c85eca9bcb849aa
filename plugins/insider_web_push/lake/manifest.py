"""
The manifest of a day: THE commit. What it does not name does not exist for readers. Pure.

It is two objects. The head is the commit, and small, whatever the number of campaigns: readers of years fetch heads
alone. What the manifest says of each campaign are its details, an object beside the revision's files, which is written
before the head that names it by its hash.
"""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterator
from datetime import date, datetime
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, JsonValue, ValidationError

from insider_web_push.answers.day_list import Totals
from insider_web_push.answers.lean import LeanModel
from insider_web_push.answers.texts import clean, clean_name
from insider_web_push.errors import DamagedObject, first_mistake
from insider_web_push.lake.keys import NamedKey
from insider_web_push.lake.raw import Known, unpacked
from insider_web_push.vocabulary import CallOutcome, DayStatus, DetailStatus, Finality

FORMAT: Literal[3] = 3
"""What is written; up to 2, a manifest was one object. Those are read for ever."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True)


class PublishedFile(_Part):
    """One table's file of a revision, or a manifest's details; `key` is relative to the storage."""

    key: str
    sha256: str
    bytes: int
    rows: int


class PublishedCampaign(LeanModel, _Part):
    """
    One campaign of the day.

    Attributes:
        name: Cleaned also where an older version stored it as it came, as is the reason.
        snapshot: Key of the newest object with its figures; None if it was never fetched.
        snapshot_at: When the API gave that one, UTC.
        fetched_at: When the API gave the figures of this revision: earlier, where a later look found them unmoved.
        baseline: The totals that were swept before that snapshot; of a missing campaign, those that stand for it.
        says_less: Whether that snapshot says less than those totals: it is asked again at the next look.
        accepted_by: The run, or `settings`, that let the day go without it.
    """

    name: Annotated[str, AfterValidator(clean_name)] | None
    type: str | None = None
    listed: bool
    status: DetailStatus
    finality: Finality = Finality.PROVISIONAL
    reason: Annotated[str, AfterValidator(clean)] | None = None
    snapshot: str | None = None
    snapshot_at: datetime | None = None
    fetched_at: datetime
    baseline: Totals | None = None
    says_less: bool = False
    accepted_by: str | None = None

    def as_known(self) -> Known | None:
        """Give the snapshot as `looks` needs it; None if it was never fetched."""
        if self.snapshot is None:
            return None
        outcome = CallOutcome.SKIPPED if self.status is DetailStatus.SKIPPED else CallOutcome.FETCHED
        at = self.snapshot_at or self.fetched_at
        return Known(self.snapshot, outcome, at, self.baseline, says_less=self.says_less)


class Sentinel(_Part):
    """
    How far the list's totals can be trusted to show a move.

    Attributes:
        checked: Campaigns that were fetched again though their totals had not moved.
        missed: Those whose figures had moved all the same.
    """

    checked: int = 0
    missed: list[str] = []


class EventOwed(_Part):
    """The task that announces this revision. Whether it did, Airflow knows: it has the event, or not."""

    dag_id: str
    run_id: str
    task_id: str = "publish"


class ManifestHead(_Part):
    """
    What a manifest says of the day as a whole: all that readers and the refresh need, of hundreds of days at once.

    Attributes:
        revision: From 1; a new one only where something moved.
        published_at: When this revision was committed, UTC.
        sweep: Key of the newest sweep that this day was compared with.
        made_of: Key of the sweep that this revision's rows were made with; empty if an older version made them.
        made_by: Version of the package that made them, with the settings that count for rows, see `publishing.unmoved`.
        looked_at: The day's age in days at its newest sweep: the highest look that it has had.
        content: Hash of all rows without their provenance; equal ones mean that nothing moved.
        files: This revision's tables, by name.
        changes: Files of campaign_day_change, one a revision that moved something.
        details: What it says of each campaign; a look that moved nothing of that leaves those of an earlier one, also
            of an earlier revision. None where an older version wrote both as one object.
        event: The event that may not have been sent yet.
        held: Campaigns whose newest answer says less than this revision, and why: they keep its figures until a later
            answer says more, or somebody accepts the fall.
        totals: The day's counters, added up over its campaigns.
        reason: Why something is missing, in words; empty where nothing is.
        day_checks: What is wrong with the day as a whole, a sentence each, by the name of a `DayCheck`.
        account_totals: The counters of top-metrics, as far as they can be read.
    """

    format: Literal[1, 2, 3] = FORMAT
    partner_id: str
    day: date
    timezone: str
    status: DayStatus = DayStatus.COMPLETE
    revision: int
    published_at: datetime
    run_id: str
    sweep: str
    made_of: str = ""
    made_by: str = ""
    looked_at: int = 0
    content: str
    files: dict[str, PublishedFile]
    changes: list[PublishedFile] = []
    details: PublishedFile | None = None
    event: EventOwed | None = None
    held: dict[str, str] = {}
    totals: dict[str, int] = {}
    reason: str = ""
    day_checks: dict[str, list[str]] = {}
    account_totals: dict[str, int] = {}

    @property
    def number_of_campaigns(self) -> int:
        """How many campaigns the day has."""
        return self.files["campaign_day"].rows

    @property
    def is_complete(self) -> bool:
        """Whether nothing is missing, but for what was accepted."""
        return self.status is DayStatus.COMPLETE

    @property
    def objects(self) -> list[PublishedFile]:
        """Whatever it names of revisions: files, what they changed, details."""
        details = [self.details] if self.details else []
        return [*self.files.values(), *self.changes, *details]

    def named(self) -> Iterator[NamedKey]:
        """Give the keys that it names, each with what it has to be the key of."""
        yield from (NamedKey(file.key, "revisions", self.day) for file in self.objects)
        made_of = [self.made_of] if self.made_of else []
        yield from (NamedKey(key, "raw", self.day) for key in (self.sweep, *made_of))

    @classmethod
    def from_json(cls, data: bytes, *, where: str) -> Self:
        """
        Read a manifest, or as much of it as the class has.

        Raises:
            DamagedObject: it is damaged, or written by a newer version; names it.
        """
        try:
            return cls.model_validate_json(data)
        except ValidationError as error:
            first = first_mistake(error)
            what = f"{first.at}: {first.said}"
            message = f"the manifest {where} cannot be read ({what}): remove it, and rebuild the day"
            raise DamagedObject(message) from None

    def to_json(self) -> bytes:
        """Write it, indented: people read manifests."""
        return self.model_dump_json(indent=1).encode()


class ManifestDetails(_Part):
    """
    What a manifest says of each campaign.

    Attributes:
        checks: Campaigns that failed a check, by the check's name.
        unknown_fields: Number of values that no documentation mentions, by their path.
        moved: What this revision changed: campaign, metric, and its value before and after.
    """

    campaigns: dict[str, PublishedCampaign]
    checks: dict[str, list[str]] = {}
    unknown_fields: dict[str, int] = {}
    moved: dict[str, dict[str, list[JsonValue]]] = {}
    sentinel: Sentinel = Sentinel()

    def pack(self) -> bytes:
        """Write the object's bytes, indented as the head; the same details give the same bytes."""
        text = bytearray()
        for piece in self._json():
            text += piece.encode()
        return gzip.compress(text, mtime=0)

    def _json(self) -> Iterator[str]:
        """Give what `model_dump_json(indent=1)` gives, a campaign at a time: that takes five times the memory."""
        rest = self.model_copy(update={"campaigns": {}}).model_dump_json(indent=1)
        begin, end = rest.split("{}", 1)
        lines = "{"
        for campaign_id, campaign in self.campaigns.items():
            yield f"{begin}{lines}\n  {json.dumps(campaign_id)}: "
            yield campaign.model_dump_json(indent=1).replace("\n", "\n  ")
            begin, lines = "", ","
        yield f"\n }}{end}" if self.campaigns else rest

    @classmethod
    def unpack(cls, packed: bytes, *, where: str) -> Self:
        """
        Read what `pack` wrote.

        Raises:
            DamagedObject: it is, or a newer version wrote it; names it.
        """
        remedy = "remove the day's manifest, and rebuild the day"
        try:
            return cls.model_validate_json(unpacked(packed, where, remedy=remedy))
        except ValidationError as error:
            first = first_mistake(error)
            what = f"{first.at}: {first.said}"
        except (EOFError, zlib.error) as error:
            what = type(error).__name__
        raise DamagedObject(f"the details {where} of a manifest cannot be read ({what}): {remedy}")


class Manifest(ManifestDetails, ManifestHead):
    """What a day consists of: head and details."""

    @classmethod
    def of(cls, head: ManifestHead, details: ManifestDetails) -> Self:
        """Put the two together."""
        return cls(**dict(head), **dict(details))

    @property
    def head_alone(self) -> ManifestHead:
        """The part that is the commit."""
        return ManifestHead.model_construct(**self._fields_of(ManifestHead))

    @property
    def details_alone(self) -> ManifestDetails:
        """The part that the head names."""
        return ManifestDetails.model_construct(**self._fields_of(ManifestDetails))

    def _fields_of(self, part: type[_Part]) -> dict[str, Any]:
        return {name: getattr(self, name) for name in part.model_fields}

    def named(self) -> Iterator[NamedKey]:
        """Give the keys that it names, each with what it has to be the key of."""
        yield from super().named()
        for campaign_id, campaign in self.campaigns.items():
            if campaign.snapshot is not None:
                yield NamedKey(campaign.snapshot, "raw", self.day, campaign_id)

    @property
    def known(self) -> dict[str, Known]:
        """The snapshots that the revision is made of, by campaign id."""
        return {key: known for key, campaign in self.campaigns.items() if (known := campaign.as_known())}
