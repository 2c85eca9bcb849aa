"""What a run sends to a StatsD: read from a real socket, and held against the table of names."""

import re
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

import pytest
from airflow.sdk._shared.observability.metrics.base_stats_logger import NoStatsLogger
from airflow.sdk.observability import stats
from airflow.sdk.observability.metrics.stats_utils import get_stats_factory

from include.simulator.process import Simulator
from insider_web_push import metrics
from insider_web_push.days.rules import Rules
from insider_web_push.errors import IncompleteDay, Throttled
from insider_web_push.hook import InsiderWebPushHook
from insider_web_push.metrics import METRICS, Kind
from insider_web_push.vocabulary import Check
from tests.integration.helpers import list_page
from tests.integration.pipeline import DAY, Pipeline

Clock = Callable[[float], None]

LETTER = {Kind.COUNTER: "c", Kind.GAUGE: "g", Kind.TIMER: "ms"}
"""How StatsD calls them."""


@dataclass(frozen=True)
class Received:
    """One value that came, without the prefix `airflow.`."""

    name: str
    tags: dict[str, str]
    value: float
    kind: str


class Listener:
    """A StatsD: a UDP socket on loopback, which keeps what comes."""

    def __init__(self) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self._socket.setblocking(False)
        self.port = int(self._socket.getsockname()[1])

    def received(self) -> list[Received]:
        """Take what the package has sent since it was asked last; Airflow sends its own as well."""
        lines: list[str] = []
        while True:
            try:
                lines += self._socket.recv(65536).decode().splitlines()
            except BlockingIOError:
                return [item for item in map(_read, lines) if item.name.startswith("insider_web_push.")]

    def close(self) -> None:
        """Close it."""
        self._socket.close()


def _read(line: str) -> Received:
    found = re.fullmatch(r"airflow\.([\w.]+)((?:,\w+=[^,:]+)*):([-0-9.e]+)\|(\w+)", line)
    assert found, line
    tags = dict(tag.split("=") for tag in found[2].split(",") if tag)
    return Received(found[1], tags, float(found[3]), found[4])


@pytest.fixture
def statsd(monkeypatch: pytest.MonkeyPatch) -> Iterator[Listener]:
    """Listen, and let Airflow's stats send there, as a task process sets them up."""
    listener = Listener()
    for name, value in {
        "STATSD_ON": "True",
        "STATSD_HOST": "127.0.0.1",
        "STATSD_PORT": str(listener.port),
        "STATSD_INFLUXDB_ENABLED": "True",
    }.items():
        monkeypatch.setenv(f"AIRFLOW__METRICS__{name}", value)
    stats.initialize(factory=get_stats_factory(), export_legacy_names=False)
    yield listener
    stats.initialize(factory=NoStatsLogger, export_legacy_names=False)
    listener.close()


def own(received: list[Received], metric: metrics.Metric) -> list[tuple[dict[str, str], float]]:
    """Give what came of one metric, the account left out, which is the same everywhere."""
    assert all(item.tags["account"] == "brand" for item in received)
    return [
        ({name: value for name, value in item.tags.items() if name != "account"}, item.value)
        for item in received
        if item.name == metric.name
    ]


@pytest.fixture
def checked(sim: Simulator, day: Pipeline, at_age: Clock) -> Pipeline:
    """A day that is over, with a campaign that fails a check, and an account that lives with it."""
    at_age(1)
    sim.campaign(day.plan_of_one(), spoil={"overview.ctr.clicks": "1.234"})
    day.rules = Rules(check_thresholds=dict.fromkeys(Check, 0.5))
    return day


def test_everything_that_is_sent_is_in_the_table(
    checked: Pipeline, statsd: Listener, sim: Simulator, at_age: Clock
) -> None:
    """By name, kind and tags; and nothing of the table is never sent."""
    checked.refresh(first_day=DAY, last_day=DAY)
    at_age(3)
    checked.refresh()
    sim.patch(limit_requests=0)
    with pytest.raises(Throttled):
        list_page(InsiderWebPushHook(checked.conn_id))
    sent = {(item.name, item.kind, frozenset(item.tags)) for item in statsd.received()}
    assert sent == {(metric.name, LETTER[metric.kind], frozenset(metric.tags)) for metric in METRICS}


def test_a_day_is_counted_once(checked: Pipeline, statsd: Listener) -> None:
    """Its campaigns, its answers, and the check that one of them fails."""
    checked.refresh(first_day=DAY, last_day=DAY)
    received = statsd.received()
    assert own(received, metrics.CAMPAIGN_DAYS) == [({"outcome": "fetched"}, 1)] * 3
    assert {tags["check"]: value for tags, value in own(received, metrics.CHECKS_FAILED)}["unreadable"] == 1
    answers = own(received, metrics.REQUESTS)
    assert answers == [({"outcome": "ok", "status": "200"}, 1)] * len(answers)
    assert [used for _, used in own(received, metrics.BUDGET_USED)] == list(range(2, len(answers) + 2))
    checked.run_id = "manual__2"
    checked.refresh(first_day=DAY, last_day=DAY)
    assert own(statsd.received(), metrics.CHECKS_FAILED) == []  # nothing moved, so nothing was published


def test_how_far_the_days_have_come(checked: Pipeline, statsd: Listener, at_age: Clock) -> None:
    """As of the last verify, and of the last scheduled refresh, which finds the days that nobody looked at."""
    checked.refresh(first_day=DAY, last_day=DAY)
    assert own(statsd.received(), metrics.DAYS_BEHIND) == [({}, 0)]
    at_age(4)
    checked.every_day = True
    checked.choose()
    received = statsd.received()
    assert own(received, metrics.UNPUBLISHED) == [({}, 2)]  # yesterday is the daily run's
    assert own(received, metrics.OLDEST_UNPUBLISHED) == [({}, 3)]
    checked.verify([])
    assert own(statsd.received(), metrics.DAYS_BEHIND) == [({}, 3)]


def test_an_account_that_never_published_begins_with_its_start_day(
    day: Pipeline, statsd: Listener, at_age: Clock
) -> None:
    """Without one nobody knows when it should have begun."""
    at_age(2)
    day.verify([])
    assert own(statsd.received(), metrics.DAYS_BEHIND) == []
    day.rules = Rules(start_day=date.fromisoformat(DAY))
    day.verify([])
    assert own(statsd.received(), metrics.DAYS_BEHIND) == [({}, 2)]


def test_a_storage_that_cannot_be_listed_costs_verify_no_word(day: Pipeline) -> None:
    """Discover has failed for it already, and verify says so at once."""
    day.folder.parent.mkdir(parents=True, exist_ok=True)
    day.folder.write_text("a file where a folder should be")
    with pytest.raises(IncompleteDay, match="the days are unknown, since discover did not finish"):
        day.verify(None)
