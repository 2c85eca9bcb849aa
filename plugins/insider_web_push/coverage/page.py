"""
The coverage pages: days and accounts, a day or several, a manifest, a stored answer. For readers of the daily DAG.

They only show: none of them changes anything, so that nothing can be gained by making somebody's browser open one. What
their buttons start, Airflow's own API is asked for (`docs/decisions/0022-buttons-of-the-page.md`).
"""

from __future__ import annotations

import json
import logging
from datetime import UTC, date, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, FastAPI, HTTPException, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException as AnyHTTPException

from insider_web_push.accounts.file import Account, configured_accounts
from insider_web_push.coverage.access import readable
from insider_web_push.coverage.addresses import SEVERAL_DAYS, Addresses
from insider_web_push.coverage.airflow_parts import GetUserDep, get_user, owner_of_run
from insider_web_push.coverage.day_facts import DayFacts
from insider_web_push.coverage.day_view import local_time, printed, view_of
from insider_web_push.coverage.grid import State
from insider_web_push.coverage.html import json_page, page
from insider_web_push.coverage.keeping import usable_index
from insider_web_push.coverage.panel import Panel, panel_of, read_day, read_days
from insider_web_push.coverage.purged import shown_manifest
from insider_web_push.coverage.sources import SourceUnreadable, blocks_of, read_from
from insider_web_push.dates import local_date, parse_day
from insider_web_push.days.days_to_look_at import days_asked
from insider_web_push.errors import ConfigurationError, InvalidRequest
from insider_web_push.lake.manifest import Manifest, PublishedCampaign
from insider_web_push.lake.raw import Snapshot
from insider_web_push.lake.storage import Storage
from insider_web_push.lake.tombstones import Tombstone
from insider_web_push.vocabulary import DAILY, PURGE, REFRESH, is_campaign_id

_SHOWN_DAYS, _MOST_DAYS = 400, 4000
_MOST_TOGETHER = 92
"""Days of one page: a quarter. Its manifests are read one by one."""
_TITLES = {401: "Not logged in", 403: "Not allowed", 404: "Not found", 502: "Cannot be read"}

log = logging.getLogger(__name__)
router = APIRouter(dependencies=[Depends(get_user)])


def _addresses(request: Request) -> Addresses:
    return Addresses(here=request.scope["root_path"], airflow=request.scope.get("app_root_path", ""))


def _accounts() -> list[Account]:
    try:
        return configured_accounts()
    except ConfigurationError:
        # Who may read which account, only the file could tell: nobody is told more.
        log.exception("The accounts file cannot be read")
        raise HTTPException(503, "The API server cannot tell the accounts; its log says why.") from None


def _readable(user: GetUserDep) -> list[Account]:
    accounts = _accounts()
    allowed = readable(accounts, user)
    if accounts and not allowed:
        raise HTTPException(403, "You may not read the DAG of any account.")
    return allowed


def _account(account: str, user: GetUserDep) -> Account:
    found = [item for item in _accounts() if item.name == account]
    for allowed in readable(found, user):
        return allowed
    # One answer for both: otherwise it would tell which accounts there are.
    raise HTTPException(404, f"There is no account {account!r} whose daily DAG you may read.")


def _day(day: str) -> date:
    try:
        return parse_day(day)
    except InvalidRequest:
        raise HTTPException(404, f"{day!r} is not a day such as 2026-11-22.") from None


AddressesDep = Annotated[Addresses, Depends(_addresses)]
AccountDep = Annotated[Account, Depends(_account)]
DayDep = Annotated[date, Depends(_day)]
DaysQuery = Annotated[int, Query(ge=1, le=_MOST_DAYS)]


@router.get("/")
def coverage(
    accounts: Annotated[list[Account], Depends(_readable)], at: AddressesDep, days: DaysQuery = _SHOWN_DAYS
) -> Response:
    """Show the days of every account that the user may see."""
    return _grid(accounts, at, days)


@router.get("/{account}")
def coverage_of_one(account: AccountDep, at: AddressesDep, days: DaysQuery = _SHOWN_DAYS) -> Response:
    """Show the days of one account."""
    return _grid([account], at, days)


@router.get(f"/{{account}}/{SEVERAL_DAYS}")
def several_days(account: AccountDep, at: AddressesDep, user: GetUserDep, first: str = "", last: str = "") -> Response:
    """Show days in a row, from their manifests, and what can be started about all of them."""
    now = datetime.now(UTC)
    try:
        days = list(
            days_asked(
                parse_day(first, name="first"), parse_day(last, name="last"), today=local_date(now, account.timezone)
            )
        )
    except InvalidRequest as error:
        raise HTTPException(422, f"These days cannot be shown: {error}.") from None
    if len(days) > _MOST_TOGETHER:
        named = f"{first} to {last} are {len(days)} days; a page shows {_MOST_TOGETHER}"
        raise HTTPException(422, f"{named}. For more, fill in the form of {account.named(REFRESH)}, or backfill.")

    def read(store: Storage) -> tuple[list[DayFacts], Panel]:
        found = read_days(store, days)
        return found, panel_of(account, found, store, user, now=now)

    found, panel = read_from(account, read)
    return page(
        "days.html.j2", account=account, at=at, days=found, panel=panel, daily=DAILY, refresh=REFRESH,
    )  # fmt: skip


@router.get("/{account}/{day}")
def one_day(account: AccountDep, day: DayDep, at: AddressesDep, user: GetUserDep) -> Response:
    """Show a day, from its manifest."""

    def read(store: Storage) -> tuple[DayFacts, Panel, str]:
        facts = read_day(store, day, usable_index(store))
        why_not = "" if facts.manifest else f"It {store.why_not_published(day)}."
        return facts, panel_of(account, [facts], store, user, now=datetime.now(UTC)), why_not

    facts, panel, why_not = read_from(account, read)
    manifest, noted = facts.manifest, facts.noted
    view = view_of(day, manifest, noted, rules=account.rules, names=account.names, why_not=why_not)
    run_id = manifest.run_id if manifest else noted.run if noted else ""
    ours = [noted.dag if noted else "", *(account.named(dag) for dag in (DAILY, REFRESH, PURGE))]
    dag = owner_of_run(run_id, ours) if run_id else None
    return page(
        "day.html.j2", account=account, at=at, day=day, view=view, manifest=manifest, run_id=run_id, dag=dag,
        panel=panel, daily=DAILY, refresh=REFRESH, before=_beside(day, -1), after=_beside(day, 1),
    )  # fmt: skip


@router.get("/{account}/{day}/manifest")
def manifest_of(account: AccountDep, day: DayDep) -> Response:
    """Give a day's manifest with its details, but for what was purged."""

    def read(store: Storage) -> tuple[Manifest | None, Tombstone | None]:
        tombstone = store.read_tombstone(day)
        is_gone = tombstone is not None and tombstone.is_whole_day
        return (None if is_gone else shown_manifest(store.read_manifest(day), tombstone)), tombstone

    manifest, tombstone = read_from(account, read)
    if tombstone and tombstone.is_whole_day:
        raise HTTPException(404, f"{day} of account {account.name!r} was purged by {tombstone.run_id}.")
    if manifest is None:
        raise HTTPException(404, f"{day} of account {account.name!r} is not published: it has no manifest.")
    return json_page(manifest.to_json())


@router.get("/{account}/{day}/{campaign_id}")
def stored_answer(account: AccountDep, day: DayDep, campaign_id: str, at: AddressesDep) -> Response:
    """Show the answer that a campaign's published figures stand in, or else the newest one that is stored."""
    if not is_campaign_id(campaign_id):
        raise HTTPException(404, f"{campaign_id!r} is not a campaign's id, which is a number.")

    def read(store: Storage) -> tuple[str, PublishedCampaign | None, str | None, Snapshot | None]:
        manifest, tombstone = store.read_manifest(day), store.read_tombstone(day)
        if tombstone and tombstone.covers(campaign_id):  # its objects go later, or at the next purge
            return f"Campaign {campaign_id} of {day} was purged by {tombstone.run_id}.", None, None, None
        campaign = manifest.campaigns.get(campaign_id) if manifest else None
        key = (campaign.snapshot if campaign else None) or store.newest_answer(day, campaign_id)
        return "", campaign, key, store.read_snapshots([key])[key] if key else None

    gone, campaign, key, snapshot = read_from(account, read)
    if campaign is None and snapshot is None:
        not_there = f"Campaign {campaign_id} is not published on {day}, and no answer about it is stored."
        raise HTTPException(404, gone or not_there)
    return page(
        "answer.html.j2", account=account, at=at, day=day, campaign_id=campaign_id, campaign=campaign, key=key,
        snapshot=snapshot, body=printed(snapshot.body) if snapshot else "",
        asked=printed(json.dumps(snapshot.request).encode()) if snapshot else "",
        fetched_at=local_time(snapshot.fetched_at if snapshot else None, account.timezone),
    )  # fmt: skip


def _beside(day: date, step: int) -> date | None:
    """Give the day before or after; the calendar ends somewhere."""
    try:
        return day + timedelta(days=step)
    except OverflowError:
        return None


def _grid(accounts: list[Account], at: Addresses, days: int) -> Response:
    now = datetime.now(UTC)
    return page(
        "grid.html.j2", blocks=blocks_of(accounts, now=now, days=days), at=at, states=list(State), now=now,
        all_days=_MOST_DAYS, daily=DAILY, refresh=REFRESH,
    )  # fmt: skip


def _refused(request: Request, error: Exception) -> Response:
    """Say in a page what is wrong."""
    match error:
        case AnyHTTPException(status_code=401):
            status, text = 401, "Log in to Airflow first."
        case AnyHTTPException(status_code=status, detail=detail):
            text = str(detail)
        case SourceUnreadable():
            status, text = 502, str(error)
        case _:
            status, text = 422, f"The address asks for something impossible; days is a number from 1 to {_MOST_DAYS}."
    title = _TITLES.get(status, "Cannot be shown")
    return page("message.html.j2", status=status, at=_addresses(request), title=title, text=text)


def make_app() -> FastAPI:
    """Make the application, to be mounted below Airflow's."""
    app = FastAPI(title="Web push coverage", docs_url=None, redoc_url=None, openapi_url=None)
    app.include_router(router)
    for kind in (AnyHTTPException, RequestValidationError, SourceUnreadable):
        app.add_exception_handler(kind, _refused)
    return app
