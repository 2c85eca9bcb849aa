"""The account's API and its budget, without a socket: the simulator answers the hook, and calls go wrong between."""

import json
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from http import HTTPStatus
from types import SimpleNamespace
from typing import Any, cast

from requests import PreparedRequest, Response, Session

from include.simulator.faults import Fault, FaultKind
from include.simulator.journal import Entry
from include.simulator.limits import Limit
from include.simulator.replies import Reply
from include.simulator.service import Service
from include.simulator.world import day_start
from include.year.events import Kind
from include.year.weather import Weather
from insider_web_push.api.connection import ConnectionSettings
from insider_web_push.budget.lease import RateLimit
from insider_web_push.budget.ledger import Ledger
from insider_web_push.budget.slots import Budget, Slot
from insider_web_push.budget.sql_store import SQLStore
from insider_web_push.errors import BudgetUnavailable, ServiceUnavailable
from insider_web_push.hook import InsiderWebPushHook

_LIES = (
    FaultKind.ERROR_200, FaultKind.THROTTLED_200, FaultKind.NOT_FOUND_200, FaultKind.HTML_200, FaultKind.LIST_200,
    FaultKind.TRUNCATED_JSON, FaultKind.UPSTREAM_424, FaultKind.NOT_FOUND, FaultKind.INVALID_400, FaultKind.FORBIDDEN,
    FaultKind.PHP_LIST,
)  # fmt: skip
_LIST_LIES = {Kind.LIST_DRIFTS: (FaultKind.DRIFT, FaultKind.SHRINK), Kind.LIST_SHORT: (FaultKind.SHORT,)}
_HARMLESS = {None, FaultKind.PHP_LIST}


class Ledgers(SQLStore):
    """The budget's store: the package's steps on its own ledger, in memory, on a clock that can be set back."""

    def __init__(self, weather: Weather) -> None:
        self._weather = weather
        self._ledgers: dict[str, Ledger] = {}
        self.behind_s = 0.0

    @contextmanager
    def _locked(self, key: str, limit: RateLimit) -> Iterator[tuple[Ledger, float]]:
        del limit
        if self._weather.going_on(Kind.BUDGET_DOWN):
            raise BudgetUnavailable("the budget's store does not answer; nothing was sent")
        yield self._ledgers.setdefault(key, Ledger()), self._weather.time.now - self.behind_s


class Api:
    """What lies between hook and simulator; it keeps the judge's `Calls`."""

    def __init__(self, service: Service, weather: Weather) -> None:
        self.given: defaultdict[tuple[date, str], list[datetime]] = defaultdict(list)
        self.sent: list[float] = []
        self.throttled: list[float] = []
        self.limits: list[tuple[float, int]] = []
        self.weather = weather
        self._service = service

    def send(self, endpoint: str, asked: dict[str, str], key: str, slot: Slot) -> Response:
        """Send one request; a ServiceUnavailable is what `api.transport.send` makes of no whole answer in time."""
        weather, time, raw = self.weather, self.weather.time, json.dumps(asked)
        stalled = weather.taken(Kind.STALL)
        time.sleep(stalled.lasts_s if stalled else weather.dice.uniform(0.005, 0.05))
        weather.before(f"call {endpoint} {raw}")
        self._in_time(endpoint, slot)  # the watchdog of `api.cutoff` lets nothing leave after that
        reply = self._answered(endpoint.rpartition("/")[2], asked, raw.encode(), key)
        hangs = weather.going_on(Kind.API_HANGS) or (weather.going_on(Kind.API_LOSES_ANSWERS) and weather.happens(0.5))
        time.sleep(slot.send_by - time.now if hangs else weather.dice.uniform(0.05, 0.9))
        self._in_time(endpoint, slot)
        slot.stamp()
        if reply.status == HTTPStatus.TOO_MANY_REQUESTS:
            self.throttled.append(time.now)
        weather.after(f"call {endpoint}")
        response = Response()
        response.status_code, response._content = reply.status, reply.content  # noqa: SLF001 — where requests keeps it
        response.headers.update(reply.headers)
        response.url = endpoint
        return response

    def _in_time(self, endpoint: str, slot: Slot) -> None:
        if self.weather.time.now >= slot.send_by:
            raise ServiceUnavailable(f"{endpoint}: no complete answer in time")

    def _answered(self, endpoint: str, asked: dict[str, str], raw: bytes, key: str) -> Reply:
        weather, service, now = self.weather, self._service, self.weather.time.now
        self.sent.append(now)
        if weather.going_on(Kind.OTHERS_USE_KEY):
            limit = Limit(requests=service.settings.limit_requests, window_s=service.settings.limit_window_s)
            for _ in range(weather.dice.randrange(8)):
                service.limiter.admit(limit, now=now)
        fault = self._fault(endpoint)
        if fault:
            service.faults.add(Fault(kind=fault, times=1))
        day = date.fromisoformat(asked["start_date"])
        as_of = self._as_of(day, weather.time.instant)
        entry = Entry(arrived_at=now, at=as_of, endpoint=endpoint)
        reply = service.answer(entry, authorization=f"Bearer {key}", raw=raw)
        service.faults.clear()
        service.journal.entries.clear()
        if reply.status == HTTPStatus.OK and fault in _HARMLESS and endpoint != "top-metrics":
            self.given[day, asked.get("campaign_id", "")].append(as_of)
        return reply

    def _as_of(self, day: date, now: datetime) -> datetime:
        """Tell as of when the API answers: some of its servers may have added up hours of the last days, or none."""
        zone, dice = self._service.settings.zone, self.weather.dice
        is_young = day >= now.astimezone(zone).date() - timedelta(days=1)
        late = self.weather.going_on(Kind.LATE_AGGREGATION) if is_young else None
        if late is None or (late.pick % 3 and self.weather.happens(0.3)):
            return now
        added_up_h = dice.uniform(1, 24) if late.pick % 2 else 0.0
        return min(now, day_start(day, zone) + timedelta(hours=added_up_h))

    def _fault(self, endpoint: str) -> FaultKind | None:
        weather = self.weather
        if endpoint == "overall-metrics":
            for kind, lies in _LIST_LIES.items():
                if weather.going_on(kind):
                    return weather.dice.choice(lies)
        if weather.going_on(Kind.API_FAILS) and weather.happens(0.8):
            return FaultKind.ERROR_500
        if weather.going_on(Kind.API_HTML):
            return FaultKind.ERROR_520_HTML
        return weather.dice.choice(_LIES) if weather.going_on(Kind.API_LIES) and weather.happens(0.4) else None


class YearHook(InsiderWebPushHook):
    """The package's hook, but for the wire, the budget's store, and *connection*: it is here as Airflow has it now."""

    def __init__(self, api: Api, ledgers: Ledgers, connection: ConnectionSettings) -> None:
        super().__init__()
        self.connection, self._api, self._ledgers = connection, api, ledgers

    @property
    def settings(self) -> ConnectionSettings:
        """The connection as it is now."""
        return self.connection

    def run(self, endpoint: str | None = None, *_: Any, **request: Any) -> Response:
        """Ask, without the cost of preparing a request that no wire gets."""
        asked = cast("PreparedRequest", SimpleNamespace(path_url=endpoint, body=request["json"]))
        return self.run_and_check(cast("Session", SimpleNamespace(settings=self.settings)), asked, {})

    def _send(self, session: Session, request: PreparedRequest, slot: Slot) -> Response:
        key = cast("Any", session).settings.api_key.get_secret_value()
        return self._api.send(str(request.path_url), cast("Any", request.body), key, slot)

    def _budget(self, settings: ConnectionSettings) -> Budget:
        return Budget(
            self._ledgers, settings.budget_key, api_key=settings.api_key.get_secret_value(), limit=settings.limit,
            limit_now=lambda: self.settings.limit, sleep=self._api.weather.time.sleep,
        )  # fmt: skip
