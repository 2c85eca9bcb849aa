"""Builds the rows of a day's tables from what is known of its campaigns. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from insider_web_push.answers.day_list import COUNTERS, ListedCampaign, Totals
from insider_web_push.answers.instants import wrong_zone
from insider_web_push.answers.printed_money import as_held
from insider_web_push.answers.shapes import CampaignMetrics
from insider_web_push.answers.undocumented import extra_of, plain_json
from insider_web_push.tables import revenue
from insider_web_push.tables.answer_columns import amounts, attributes, overview, rows_below
from insider_web_push.tables.failures import Reading
from insider_web_push.tables.identities import RATES, breakdown_failures, counts_agree, list_failures, sum_failures
from insider_web_push.tables.schemas import PROVENANCE, TABLES
from insider_web_push.vocabulary import Check, NumberFormat, RevenueSource

TableRows = dict[str, list[dict[str, Any]]]
"""Rows by table name, without the columns that only a revision knows."""
_EMPTY = dict.fromkeys(name for name in TABLES["campaign_day"].schema.names if name not in PROVENANCE)


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignDay:
    """
    What is known of one campaign on one day.

    Attributes:
        timezone: The account's, an IANA name.
        numbers: How its figures are printed in answers.
        name: The campaign's name, from the answer or else the list.
        type: Its type, from the list.
        swept: Its row of the newest list; None if it is no longer listed.
        detail: The answer of campaign-metrics; None if there is none.
        baseline: The totals that were swept before the detail was fetched; of a missing campaign that is no longer
            listed, those that stand for it.
        status: fetched, quiet, skipped, missing or totals.
        finality: provisional, delivery_closed or final.
        seen_at: When the figures were given, UTC.
        unmoved: Its row in the revision before, if its rows stand; its answer is not looked at then.
    """

    campaign_id: str
    day: date
    timezone: str
    name: str | None
    type: str | None
    swept: ListedCampaign | None
    detail: CampaignMetrics | None
    baseline: Totals | None
    status: str
    finality: str
    seen_at: datetime
    numbers: NumberFormat = NumberFormat.POINT
    unmoved: Mapping[str, Any] | None = None


def no_rows() -> TableRows:
    """Give all tables, without a row."""
    return {name: [] for name in TABLES}


def add_rows(tables: TableRows, day: CampaignDay) -> None:
    """Add the rows of one campaign; of one whose rows stand, only the one that says what the day has of it."""
    stamp = {"campaign_id": day.campaign_id, "fetched_at": day.seen_at}
    of_the_day = {
        "name": day.name,
        "type": day.type,
        "listed": day.swept is not None,
        "detail_status": str(day.status),
        "finality": str(day.finality),
    }
    for name, rows in ({"campaign_day": [day.unmoved]} if day.unmoved else _read(day)).items():
        tables[name] += [{**row, **stamp, **(of_the_day if name == "campaign_day" else {})} for row in rows]


def _read(day: CampaignDay) -> TableRows:
    """Build the rows of a campaign day from its answer and its row of the list, with what is wrong with them."""
    reading = Reading(day.numbers)
    found = _detailed(day, day.detail, reading) if day.detail else _undetailed(day, reading)
    if day.swept and (unreadable := day.swept.totals.unreadable):
        reading.note(Check.LIST_FIGURES, f"the list has no readable {', '.join(unreadable)}")
    found["campaign_day"][0] |= {
        "failed_checks": reading.names,
        "failed_check_details": list(map(str, reading.failures)),
    }
    return found


def _detailed(day: CampaignDay, detail: CampaignMetrics, reading: Reading) -> TableRows:
    """Build the rows of a campaign day that the API answered for."""
    tables = no_rows()
    money = amounts(detail, revenue.precise(day.baseline.revenue) if day.baseline else None, reading)
    row = _EMPTY | attributes(detail, reading) | overview(detail, money, reading)
    seen: set[tuple[str, ...]] = set()
    for table, path, found in rows_below(detail, money, reading):
        key = tuple(found[name] for name in TABLES[table].key[1:])
        if (table, *key) in seen:
            reading.note(Check.DUPLICATE, f"{path}: a second {', '.join(key)}")
            continue
        seen.add((table, *key))
        tables[table].append(found)
    reading.note_all(sum_failures(row))
    reading.note_all(breakdown_failures(row, tables))
    reading.note_all(list_failures(row, day.baseline))
    if wrong := wrong_zone(day.day, day.timezone, row["starts_at"], row["ends_at"]):
        reading.note(Check.TIME_ZONE, wrong)
    extra = extra_of(detail)
    row |= _believed_revenue(row, day, reading)
    row |= {"preferred_currency": money.preferred, "extra": plain_json(extra) if extra else None}
    tables["campaign_day"].append(row)
    return tables


def _believed_revenue(row: dict[str, Any], day: CampaignDay, reading: Reading) -> dict[str, Any]:
    printed, baseline = row["revenue"], day.baseline
    if printed is None:
        return {"revenue": None, "revenue_reported": None, "revenue_source": None}
    # The newest list may be newer than the one before the answer: a fetch that is cleared has the list of then.
    newest = day.swept.totals.revenue if day.swept else None
    amount, source = revenue.believed(printed, baseline.revenue if baseline else None, newest)
    is_listed = baseline is not None and revenue.precise(baseline.revenue) is not None
    if source is RevenueSource.ANSWER and baseline and is_listed and counts_agree(row, baseline):
        reading.note(Check.REVENUE, f"{printed} printed, but {baseline.revenue} in the list")
    return {"revenue": amount, "revenue_reported": as_held(printed), "revenue_source": str(source)}


def _undetailed(day: CampaignDay, reading: Reading) -> TableRows:
    """
    Build the row of a campaign day without an answer.

    A missing one has the list's figures. A quiet or skipped one has zeros, which is what its totals say; nothing was
    reported in detail.
    """
    figures: dict[str, Any] = dict.fromkeys(COUNTERS, 0) | {"revenue": as_held(Decimal(0))}
    if day.status in {"missing", "totals"}:
        totals = day.swept.totals if day.swept else day.baseline
        figures = {name: getattr(totals, name, None) for name in COUNTERS}
        figures["revenue"] = revenue.precise(totals.revenue if totals else None)
        # A list without revenue says nothing wrong.
        expected = (*COUNTERS, "revenue") if totals and totals.revenue is not None else COUNTERS
        for name in expected:
            if figures[name] is None:
                reading.note(Check.UNREADABLE, f"the list has no readable {name}")
    figures["revenue_source"] = None if figures["revenue"] is None else str(RevenueSource.LIST)
    row = _EMPTY | figures | {rate.name: rate.of(figures) for rate in RATES}
    reading.note_all(sum_failures(row))
    return {"campaign_day": [row]}
