"""
Of a damaged answer no figure is ever wrong: it is right, or null with a failed check, or the answer is refused.

The oracle does not know the parser: it takes what stands in a row, and tells whether the answer spells that.
"""

import json
import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from fractions import Fraction
from io import BytesIO
from typing import Any, TypeVar

import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from insider_web_push.answers.day_list import parse_list_page
from insider_web_push.answers.decoding import json_object
from insider_web_push.answers.list_readings import campaigns_of
from insider_web_push.errors import ContractViolation, ServiceUnavailable
from insider_web_push.tables.campaign_day import TableRows
from insider_web_push.tables.files import to_arrow, to_parquet
from insider_web_push.tables.schemas import TABLES
from insider_web_push.vocabulary import NumberFormat
from tests.builders import campaign_day, parse_campaign_metrics, rows_of, sample
from tests.mutations import damaged, odd

OVERVIEW = {
    "targeted": ("total", "targeted"), "sent": ("targeted", "sent"), "dropped": ("targeted", "dropped"),
    "delivered": ("deliveryRate", "delivered"), "undelivered": ("deliveryRate", "undelivered"),
    "clicks": ("ctr", "clicks"), "conversions": ("conversionRate", "conversions"),
}  # fmt: skip
RATES = {"delivery_rate": "deliveryRate", "ctr": "ctr", "conversion_rate": "conversionRate"}
FIGURES_BELOW = {
    "campaign_day_device": ("sent", "delivered", "clicks", "conversions", "revenue"),
    "campaign_day_unsuccessful": ("outcome", "count", "percentage_reported"),
    "campaign_day_click": ("clicks", "click_ratio_reported"),
}
PARTS = {
    "delivery_rate": ("delivered", "sent"),
    "ctr": ("clicks", "delivered"),
    "conversion_rate": ("conversions", "clicks"),
}
T = TypeVar("T")
POINT, COMMA = NumberFormat
TURNED = str.maketrans(".,", ",.")
DIGITS = frozenset("0123456789")
EXAMPLES = max(300, settings.default.max_examples)
"""Most damage is to one of some sixty figures; a profile may ask for more."""
Figure = tuple[str, object, object, str]
"""Kind of figure, what the answer prints, what the row has, JSON path."""


@settings(max_examples=EXAMPLES, deadline=None)
@given(
    damaged(sample("campaign_metrics_older")) | damaged(sample("campaign_metrics_newer")),
    st.sampled_from([POINT, POINT, COMMA]),
)
def test_no_figure_of_a_damaged_answer_is_wrong(document: dict[str, Any], numbers: NumberFormat) -> None:
    """And every null has its reason, with the place; the rows still fit their tables. In either notation."""
    found = accepted(document, parse_campaign_metrics)
    if found is None:
        return
    decoded, answer = found
    tables = rows_of([campaign_day(answer, numbers=numbers)])
    (row,) = tables["campaign_day"]
    details = row["failed_check_details"]
    for kind, printed, value, path in figures_of(decoded, tables):
        if value is None:
            assert is_nothing(kind, printed) or any(f" {path}: " in said for said in details), (path, printed)
        else:
            turned = printed.translate(TURNED) if numbers is COMMA and isinstance(printed, str) else printed
            assert spells(kind, turned, value), (path, printed, value)
    for figures in (row, *tables["campaign_day_device"]):
        for rate, (part, whole) in PARTS.items():
            known = figures[part] is not None and figures[whole]
            assert figures[rate] == (figures[part] / figures[whole] if known else None)
    assert row["failed_checks"] == sorted({said.partition(":")[0] for said in details})
    assert_tables_hold(tables)


@settings(max_examples=EXAMPLES, deadline=None)
@given(
    st.sampled_from(["campaign_metrics_older", "campaign_metrics_newer"]).flatmap(
        lambda n: st.tuples(st.just(n), odd(sample(n)))
    )
)
def test_no_attribute_and_no_list_blocks_a_campaign(drawn: tuple[str, dict[str, Any]]) -> None:
    """Every figure of the campaign stands, and of the rows below it those that can be named; none is another."""
    name, document = drawn
    right = rows_of([campaign_day(parse_campaign_metrics(sample(name)))])
    found = rows_of([campaign_day(parse_campaign_metrics(json_object(json.dumps(document).encode())))])
    (row,), (whole,) = found["campaign_day"], right["campaign_day"]
    assert {column: row[column] for column in [*OVERVIEW, *RATES, "revenue", "currency"]} == {
        column: whole[column] for column in [*OVERVIEW, *RATES, "revenue", "currency"]
    }
    for table, figures in FIGURES_BELOW.items():
        said = [tuple(one[column] for column in figures) for one in right[table]]
        assert all(tuple(one[column] for column in figures) in said for one in found[table])
    assert row["failed_checks"] == sorted({said.partition(":")[0] for said in row["failed_check_details"]})
    assert_tables_hold(found)


@settings(deadline=None)
@given(damaged(sample("overall_metrics")))
def test_no_figure_of_a_damaged_list_is_wrong(document: dict[str, Any]) -> None:
    """It is right or null, in the campaign that it belongs to; no row costs another, and none is lost unnamed."""
    found = accepted(document, parse_list_page)
    if found is None:
        return
    decoded, page = found
    listed = {swept.campaign_id: swept for swept in campaigns_of([page])}
    inner = decoded["data"] if isinstance(decoded["data"], dict) and "data" in decoded["data"] else decoded
    rows = inner["data"].values() if isinstance(inner["data"], dict) else inner["data"] or []
    by_id: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        printed = row.get("builderId") if isinstance(row, dict) else None
        is_id = re.fullmatch("[0-9]{1,20}", str(printed)) and not isinstance(printed, bool)
        by_id.setdefault(str(printed) if is_id else "", []).append(row)
    nameless = by_id.pop("", [])
    assert listed.keys() == by_id.keys()
    assert len(page.rows_without_id) == len(nameless)
    for campaign_id, given_rows in by_id.items():
        for name in OVERVIEW:
            value = getattr(listed[campaign_id].totals, name)
            printings = [row.get(name) for row in given_rows]
            assert value is None or any(spells("count", printed, value) for printed in printings), (name, printings)
    missing = rows_of(
        campaign_day(None, campaign_id=key, swept=swept, status="missing") for key, swept in listed.items()
    )
    for row in missing["campaign_day"]:
        printings = [given_row.get("revenue") for given_row in by_id[row["campaign_id"]]]
        assert not row["revenue"] or any(is_rounded(row["revenue"], printed) for printed in printings), printings
    assert_tables_hold(missing)


def is_rounded(revenue: Decimal, printed: Any) -> bool:
    """Whether a plain number is this revenue, to the nine places of the table."""
    try:
        figure = number(format(Decimal(str(printed)), "f"), points=True, doubtful=False)
    except ArithmeticError:
        return False
    return figure is not None and abs(Fraction(revenue) - figure) * 10**9 <= Fraction(1, 2)


@pytest.mark.parametrize("body", [b'{"a": {"sent": "1", "sent": "2"}}', b'{"a": 1, "a": "1"}'])
def test_a_figure_that_stands_twice_is_refused(body: bytes) -> None:
    """Whichever of the two were taken, it could be the wrong one."""
    with pytest.raises(ContractViolation, match="stands twice"):
        json_object(body)


def accepted(document: dict[str, Any], parse: Callable[[dict[str, Any]], T]) -> tuple[dict[str, Any], T] | None:
    """Give an answer as decoded and as parsed; None where it is refused, for which there must be a place."""
    try:
        decoded = json_object(json.dumps(document).encode())
        return decoded, parse(decoded)
    except ContractViolation as refused:
        return None if refused.path.startswith("$") else pytest.fail(f"no path: {refused}")
    except ServiceUnavailable:
        return None if document["success"] is False else pytest.fail("the answer does not say so")


def figures_of(decoded: dict[str, Any], tables: TableRows) -> Iterator[Figure]:
    """Give every figure of an answer beside the column that it belongs in."""
    (row,) = tables["campaign_day"]
    overview = decoded["overview"]
    for column, (section, name) in OVERVIEW.items():
        yield "count", overview[section][name], row[column], f"$.overview.{section}.{name}"
    yield from rates_of(overview["total"], row, "$.overview.total")
    yield from money_of(overview, row, "$.overview")
    for path, device, found in first_of(decoded, "deviceMetrics", "device", tables["campaign_day_device"]):
        for name in ("sent", "delivered", "clicks", "conversions"):
            yield "count", device.get(name), found[name], f"{path}.{name}"
        yield from rates_of(device, found, path)
        yield from money_of(device, found, path)
    for outcome in ("dropped", "undelivered"):
        rows = [reason for reason in tables["campaign_day_unsuccessful"] if reason["outcome"] == outcome]
        sections = decoded.get("unsuccessfulMessages") or {}
        for path, reason, found in first_of(sections, outcome, "label", rows, "$.unsuccessfulMessages"):
            yield "count", reason.get("count"), found["count"], f"{path}.count"
            yield "rate", reason.get("percentage"), found["percentage_reported"], f"{path}.percentage"
    for path, click, found in first_of(decoded, "clickMetrics", "name", tables["campaign_day_click"]):
        yield "count", click.get("clicks"), found["clicks"], f"{path}.clicks"
        yield "rate", click.get("clickRatio"), found["click_ratio_reported"], f"{path}.clickRatio"


def rates_of(part: dict[str, Any], row: dict[str, Any], path: str) -> Iterator[Figure]:
    """Give the rates of a campaign or a device."""
    for column, name in RATES.items():
        yield "rate", part.get(name), row[f"{column}_reported"], f"{path}.{name}"


def money_of(part: dict[str, Any], row: dict[str, Any], path: str) -> Iterator[Figure]:
    """Give the revenue of a campaign or a device, with its currency."""
    value = None if row["revenue"] is None else (row["revenue"], row["currency"])
    yield "money", part.get("revenue"), value, f"{path}.revenue"


def first_of(
    part: dict[str, Any], section: str, name: str, rows: list[dict[str, Any]], path: str = "$"
) -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
    """Give path, entry and row of a section: of entries with one name only the first has a row, without one none."""
    first: dict[str, tuple[str, dict[str, Any]]] = {}
    for position, entry in enumerate(listed(part.get(section))):
        if named := text_of((entry or {}).get(name)).strip() and text_of(entry[name]):
            first.setdefault(named, (f"{path}.{section}[{position}]", entry))
    assert len(rows) == len(first)
    column = {"label": "reason"}.get(name, name)
    found = {row[column]: row for row in rows}
    return ((place, entry, found[key]) for key, (place, entry) in first.items())


def listed(section: Any) -> list[Any]:
    """Give the entries of a list that PHP may have printed as an object."""
    return [section[key] for key in sorted(section, key=int)] if isinstance(section, dict) else section or []


def text_of(printed: object) -> str:
    """Give the text of an attribute; "" where it is none."""
    if isinstance(printed, str):
        return printed
    is_number = isinstance(printed, int | float) and not isinstance(printed, bool) and abs(printed) != float("inf")
    return json.dumps(printed) if is_number and printed == printed else ""  # noqa: PLR0124 — NaN


def is_nothing(kind: str, printed: object) -> bool:
    """Whether the answer gives no figure at all."""
    text = printed.strip() if isinstance(printed, str) else printed
    is_bare = kind == "money" and isinstance(text, str) and len(text) == 3 and text.isascii() and text.isupper()
    return text is None or text == "" or (is_bare and text.isalpha())


def spells(kind: str, printed: object, value: Any) -> bool:
    """Whether the answer prints exactly this value, in the documented notation or as a plain number."""
    if isinstance(printed, bool) or not isinstance(printed, int | float | str):
        return False
    if kind == "money":
        amount, _, currency = str(printed).strip().replace("\u00a0", " ").partition(" ")
        read = number(amount, points=True, doubtful=currency.strip() != "KWD")
        return isinstance(printed, str) and (rounded(read), currency.strip()) == (value[0], value[1])
    if not isinstance(printed, str):
        return value == printed if kind == "count" else float(Fraction(str(Decimal(repr(printed)))) / 100) == value
    if kind == "count":
        return number(printed.strip(), points=False) == value
    figure = printed.strip()
    has_sign = figure.endswith("%")
    figure = figure.removesuffix("%").strip()
    read = None if "," in figure and "." not in figure else number(figure, points=True, doubtful=not has_sign)
    return read is not None and float(read / 100) == value


def rounded(figure: Fraction | None) -> Fraction | None:
    """Round an amount to the nine places of the tables, half to even."""
    return None if figure is None else Fraction(round(figure * 10**9), 10**9)


def number(text: str, *, points: bool, doubtful: bool = True) -> Fraction | None:
    """Read a number as it is documented, digit by digit; None if it is none, or if it could be two."""
    sign = -1 if text.startswith("-") else 1
    whole, point, fraction = text.removeprefix("-").partition(".")
    plain = whole.replace(",", "")
    if not plain or set(plain + fraction) - DIGITS or bool(point) != bool(fraction) or (point and not points):
        return None
    if "," in whole and whole != f"{int(plain):,}":
        return None
    if doubtful and len(fraction) == 3 and whole == f"{int(plain)}" and 0 < int(plain) < 1000:
        return None
    return sign * (Fraction(int(plain)) + Fraction(int(fraction or "0"), 10 ** len(fraction)))


def assert_tables_hold(tables: TableRows) -> None:
    """The rows fit the types of their tables, and what is kept as JSON is JSON."""
    for name, rows in tables.items():
        data = to_arrow(TABLES[name], [row | {"revision": 1, "schema_version": 2} for row in rows])
        assert pq.ParquetFile(BytesIO(to_parquet(data))).read().equals(data)
    for row in tables["campaign_day"]:
        json.loads(row["extra"] or "{}", parse_constant=pytest.fail)
