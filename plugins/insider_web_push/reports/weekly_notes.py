"""Says in sentences what a reader should know about a week's data. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal

from insider_web_push.reports.figures import COUNTS, Row, WeekInput
from insider_web_push.vocabulary import Check, DayCheck

_STATUSES = {
    "missing": "could not be fetched: the figures are the list's.",
    "skipped": "{is_are} zero: the API has nothing for {it_them}.",
    "quiet": "{is_are} zero in the list, so no call was made for {it_them}.",
}
_FINALITIES = {
    "provisional": "provisional: everything may still move",
    "delivery_closed": "closed for delivery: clicks, conversions and revenue may still move",
}


def notes_of(given: WeekInput) -> list[str]:
    """Say what is missing, failed, unsettled or corrected; empty if all is well."""
    rows = given.campaign_days
    return [
        *_comparison(given),
        *_statuses(rows),
        *_without_currency(rows),
        *_finality(rows),
        *_failed_checks(rows),
        *_day_checks(given),
        *_held(given),
        *_corrections(given),
    ]


def _comparison(given: WeekInput) -> Iterator[str]:
    if given.before is None and given.purged_before:
        days = ", ".join(f"{day:%a} {day.day}" for day in given.purged_before)
        were = "day of the week before was" if len(given.purged_before) == 1 else "days of the week before were"
        yield f"{len(given.purged_before)} {were} purged ({days}), so nothing is compared with it."
    elif given.before is None:
        yield "The week before is not complete, so nothing is compared with it."


def _statuses(rows: Iterable[Row]) -> Iterator[str]:
    counted = Counter(row["detail_status"] for row in rows)
    for status, said in _STATUSES.items():
        if number := counted[status]:
            one = number == 1
            words = said.format(is_are="is" if one else "are", it_them="it" if one else "them")
            yield f"{_number(number, 'campaign day')} {words}"


def _without_currency(rows: Iterable[Row]) -> Iterator[str]:
    if number := sum(bool(row["revenue"]) and not row["currency"] for row in rows):
        yield f"The revenue of {_number(number, 'campaign day')} has no currency, and is in no sum."


def _finality(rows: Iterable[Row]) -> Iterator[str]:
    counted = Counter(row["finality"] for row in rows)
    whole = _number(counted.total(), "campaign day")
    for finality, said in _FINALITIES.items():
        if number := counted[finality]:
            yield f"{number:,} of {whole} {'is' if number == 1 else 'are'} {said}."


def _failed_checks(rows: Iterable[Row]) -> Iterator[str]:
    failed = Counter(check for row in rows for check in row["failed_checks"])
    meanings = {str(check): check.meaning for check in Check}
    for check, number in sorted(failed.items()):
        meaning = f": {meanings[check]}" if check in meanings else "."
        yield f"Check {check} failed on {_number(number, 'campaign day')}{meaning}"


def _day_checks(given: WeekInput) -> Iterator[str]:
    """Name the days of each failed check of days as wholes; what exactly it found, their pages say."""
    meanings = {str(check): check.meaning for check in DayCheck}
    days: dict[str, list[date]] = {}
    for day, checks in sorted(given.day_checks.items()):
        for check in checks:
            days.setdefault(check, []).append(day)
    for check, found in sorted(days.items()):
        meaning = f": {meanings[check]}" if check in meanings else "."
        yield f"Check {check} failed for {_number(len(found), 'day')} as a whole ({_days(found)}){meaning}"


def _held(given: WeekInput) -> Iterator[str]:
    held = {day: campaigns for day, campaigns in sorted(given.held.items()) if campaigns}
    if number := sum(map(len, held.values())):
        keep = (
            "keeps its earlier figures, since its newest answer says"
            if number == 1
            else ("keep their earlier figures, since their newest answers say")
        )
        yield f"{_number(number, 'campaign day')} {keep} less ({_days(held)})."


def _corrections(given: WeekInput) -> Iterator[str]:
    corrected = sorted(day for day, revision in given.revisions.items() if revision > 1)
    if not corrected:
        return
    moved = [row for row in given.changes if row["table_name"] == "campaign_day" and row["delta"] is not None]
    counts: Counter[str] = Counter()
    revenue: dict[str, Decimal] = {}
    currencies = {(row["day"], row["campaign_id"]): row["currency"] for row in given.campaign_days}
    for row in moved:
        currency = currencies.get((row["day"], row["campaign_id"]))
        if row["metric"] in COUNTS:
            counts[row["metric"]] += int(row["delta"])
        elif row["metric"] == "revenue" and currency:
            revenue[currency] = revenue.get(currency, Decimal(0)) + row["delta"]
    said = [f"{counts[name]:+,} {name}" for name in COUNTS if counts[name]]
    said += [f"{amount:+,.2f} {currency} of revenue" for currency, amount in sorted(revenue.items()) if amount]
    days = _days(corrected)
    figures = f": {', '.join(said)}" if said else ""
    yield f"{_number(len(corrected), 'day')} corrected since first published ({days}){figures}."


def _days(days: Iterable[date]) -> str:
    return ", ".join(f"{day:%a} {day.day}" for day in days)


def _number(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"
