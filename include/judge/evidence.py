"""What the judge looks at: what is true, what the API was asked and gave, what Airflow kept, and the objects."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from include.simulator.campaigns import Campaign
from insider_web_push.lake.keys import Keys

Counts = tuple[int, ...]
COUNTERS = ("targeted", "sent", "dropped", "delivered", "undelivered", "clicks", "conversions")


class Truth(Protocol):
    """
    The account as it really is.

    Attributes:
        spoiled: Campaigns whose answers or rows were ever printed wrongly, by id.
        gone: Campaigns that left the list for a while or for good, by id.
    """

    spoiled: set[str]
    gone: set[str]
    zone: ZoneInfo

    def counts(self, campaign_id: str, day: date, as_of: datetime, /) -> Counts:
        """Give `COUNTERS` of a campaign on a day as of an instant."""

    def listed(self, day: date) -> list[Campaign]:
        """List the campaigns with activity that the list of a day has now."""


class Calls(Protocol):
    """
    What went over the wire.

    Attributes:
        given: As of which instants the API told of a day's campaign, or of its list, which is that of no campaign.
        sent: Instants at which requests reached the API.
        throttled: Those at which it refused one for its limit, and its sender heard of it.
        limits: The account's limit since an instant.
    """

    @property
    def given(self) -> Mapping[tuple[date, str], list[datetime]]: ...  # noqa: D102 — above

    sent: list[float]
    throttled: list[float]
    limits: list[tuple[float, int]]


class RunKept(Protocol):
    """
    One run.

    Attributes:
        form: Its conf.
        touched: Whether a process of it was killed, somebody marked a task of it as a success, or cleared one.
        errors: Why tasks of it failed for good.
    """

    dag_id: str
    run_id: str
    run_type: str
    form: Mapping[str, Any]
    run_after: datetime
    is_active: bool
    touched: bool

    @property
    def errors(self) -> list[str]: ...  # noqa: D102 — above
    def state_of(self, task_id: str, /) -> str | None:
        """Give the state of a task."""


class EventKept(Protocol):
    """An event of a published day."""

    @property
    def at(self) -> float: ...  # noqa: D102 — seconds since the epoch
    @property
    def partition_key(self) -> str: ...  # noqa: D102 — the day


class Kept(Protocol):
    """
    What Airflow knows.

    Attributes:
        runs: All that ever were, by DAG and run id.
        events: Partitions that were announced.
        plain_events: How many events had none.
        longest_wait_s: For which a task ever gave its worker back.
    """

    @property
    def runs(self) -> Mapping[tuple[str, str], RunKept]: ...  # noqa: D102 — above
    @property
    def events(self) -> Sequence[EventKept]: ...  # noqa: D102 — above

    plain_events: int
    longest_wait_s: float


class Objects(Protocol):
    """
    The object store.

    Attributes:
        objects: Bytes by name.
        at: What names objects.
    """

    objects: dict[str, bytes]
    at: Keys

    def keys(self, prefix: str) -> list[str]:
        """List all objects below a folder."""
