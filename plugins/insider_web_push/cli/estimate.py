"""`estimate`: what a backfill or a refresh of many days will cost, from what is published, a few calls, or a guess."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from insider_web_push.accounts.file import Account
from insider_web_push.answers.day_list import read_list_page
from insider_web_push.answers.list_readings import campaigns_of
from insider_web_push.dates import days_between, local_date, parse_day
from insider_web_push.days.cost import Cost, Typical, cost_of, duration
from insider_web_push.days.looks import Depth, is_quiet
from insider_web_push.days.stored_day import typical_day
from insider_web_push.errors import InvalidRequest
from insider_web_push.hook import InsiderWebPushHook
from insider_web_push.lake.storage import Storage
from insider_web_push.vocabulary import DayStatus

_RETENTION_DAYS = 365
"""How long the vendor keeps the data of its other channels, by its documentation; `check` says what is served here."""


def add_to(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("--first", required=True, help="first day, YYYY-MM-DD")
    parser.add_argument("--last", help="last day, inclusive; default: yesterday")
    parser.add_argument("--depth", choices=[*Depth], default=str(Depth.FULL), help="as in the refresh form")
    parser.add_argument("--campaigns", type=int, help="assume so many listed, active campaigns a day; nothing is read")
    parser.add_argument(
        "--ask", type=int, default=0, metavar="N", help="read the first page of the lists of N days: N calls"
    )


def run(account: Account, given: argparse.Namespace) -> int:
    """Estimate what a range of days will cost, and print it."""
    yesterday = local_date(datetime.now(UTC), account.timezone) - timedelta(days=1)
    first = parse_day(given.first, name="--first")
    last = parse_day(given.last, name="--last") if given.last else yesterday
    if not first <= last <= yesterday:
        raise InvalidRequest(
            f"--first {first} to --last {last}: the first must not be after the last, nor that after {yesterday}"
        )
    days, depth = days_between(first, last), Depth(given.depth)
    hook = InsiderWebPushHook(account.conn_id)
    done: set[date] = set()
    if given.campaigns is None:
        store = Storage(account.storage, hook.settings.partner_id)
        heads = store.read_heads(day for day in store.days_published() if first <= day <= last)
        done = {head.day for head in heads if depth is Depth.TOTALS or head.status is not DayStatus.TOTALS}
        typical = _asked(hook, account, _spread(days, given.ask)) if given.ask else _published(store)
    else:
        typical = Typical(given.campaigns, given.campaigns, "as assumed")
    limit = hook.settings.limit
    left = [day for day in days if day not in done]
    cost = cost_of(len(left), typical, depth=depth, limit=limit.requests, window_s=limit.window_s)
    _print(account, first, last, cost, typical, done=len(done))
    too_old = sum(day < yesterday - timedelta(days=_RETENTION_DAYS) for day in left)
    if too_old:
        print(f"{too_old} days are older than a year: the API may refuse them. `check` says what it serves.")  # noqa: T201 — a command talks to people
    return 0


def _published(store: Storage) -> Typical:
    typical = typical_day(store)
    if typical is None:
        message = "nothing is published yet that this could be told from: give --campaigns, or --ask for some calls"
        raise InvalidRequest(message)
    return typical


def _asked(hook: InsiderWebPushHook, account: Account, days: Sequence[date]) -> Typical:
    listed, shown, active = 0, 0, 0
    for day in days:
        answer = hook.overall_metrics(day=day, page=1, timezone=account.timezone)
        page = read_list_page(answer.body)
        campaigns = campaigns_of([page])
        listed += page.total
        shown += len(campaigns)
        active += sum(not is_quiet(item, None) for item in campaigns)
    share = active / shown if shown else 0
    return Typical(listed / len(days), share * listed / len(days), f"as in the lists of {len(days)} days, first pages")


def _spread(days: Sequence[date], number: int) -> list[date]:
    """Take so many days, evenly spread."""
    number = max(1, min(number, len(days)))
    return [days[(2 * position + 1) * len(days) // (2 * number)] for position in range(number)]


def _print(account: Account, first: date, last: date, cost: Cost, typical: Typical, *, done: int) -> None:
    already = f", {done} of them are published and left out" if done else ""
    print(  # noqa: T201 — a command talks to people
        f"Account {account.name}, {first} to {last}: {cost.days + done} days{already}.\n"
        f"A day has {typical.listed:.0f} listed campaigns, {typical.active:.0f} of them active, {typical.source}.\n"
        f"{cost.calls:,} calls: {cost.lists:,} for lists and account totals, {cost.details:,} for the campaigns.\n"
        f"At least {duration(cost.seconds)} at {cost.limit} calls in {cost.window_s:.0f} s, if nobody else asks."
    )
