"""What moved between two revisions, and what fell too far."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from hashlib import sha256
from io import BytesIO
from typing import Any

import pyarrow.parquet as pq
import pytest

from insider_web_push.answers.falls import GUARDED
from insider_web_push.tables.campaign_day import TableRows
from insider_web_push.tables.changes import (
    Fall,
    Move,
    change_rows,
    content_hash,
    fallen,
    figures_moved,
    moves_between,
    printed,
)
from insider_web_push.tables.files import to_arrow, to_parquet
from insider_web_push.tables.schemas import CHANGES, NO_FIGURES, SCHEMA_VERSION, TABLES
from tests.builders import CAMPAIGN, FETCHED_AT, campaign_day, detail, rows_of

LATER = FETCHED_AT + timedelta(days=1)


def day(table: str = "campaign_day", **row: Any) -> TableRows:
    """Give a day's rows: none but one of *table*."""
    key = dict.fromkeys(TABLES[table].key, "a") | {"campaign_id": CAMPAIGN}
    return {name: [] for name in TABLES} | {table: [key | row]}


def as_stored(rows: TableRows) -> TableRows:
    """Give rows as they are read back from the files of a revision."""
    stamp = {"revision": 1, "schema_version": SCHEMA_VERSION}
    stored = {name: to_parquet(to_arrow(TABLES[name], [row | stamp for row in rows[name]])) for name in rows}
    return {name: pq.read_table(BytesIO(data)).to_pylist() for name, data in stored.items()}


def test_rows_that_were_stored_have_not_moved() -> None:
    """What a file changes in a value is no move: Decimal scales, absent columns, time zones."""
    rows = rows_of([campaign_day(detail()), campaign_day(None, campaign_id="2")])
    assert all(rows.values())
    assert moves_between(as_stored(rows), rows) == []


@pytest.mark.parametrize(
    ("metric", "before", "after", "move"),
    [
        pytest.param("clicks", 10, 12, ("10", "12", Decimal(2)), id="count"),
        pytest.param("clicks", 12, None, ("12", None, None), id="figure-that-became-unreadable"),
        pytest.param("clicks", None, 0, (None, "0", None), id="null-is-not-zero"),
        pytest.param(
            "revenue", Decimal("2480.000000000"), Decimal("2631.3"), ("2480", "2631.3", Decimal("151.3")), id="money"
        ),
        pytest.param("is_ttl_ended", False, True, ("false", "true", None), id="flag"),
        pytest.param("name", "12", "13", ("12", "13", None), id="a-name-of-digits-is-no-number"),
        pytest.param("failed_checks", [], ["unreadable"], ("[]", '["unreadable"]', None), id="list"),
        pytest.param(
            "ends_at",
            datetime(2026, 11, 22, 20, 59, 59, 999999, tzinfo=UTC),
            datetime(2026, 11, 23, 21, 0, tzinfo=timezone(timedelta(hours=3))),
            ("2026-11-22T20:59:59.999999Z", "2026-11-23T18:00:00Z", None),
            id="instant",
        ),
    ],
)
def test_a_move_says_what_was_and_what_is(metric: str, before: object, after: object, move: tuple[Any, ...]) -> None:
    """In print; and by how much, where both are numbers."""
    moves = moves_between(day(**{metric: before}), day(**{metric: after}))
    assert moves == [Move(CAMPAIGN, "campaign_day", "", metric, *move)]


@pytest.mark.parametrize(
    ("metric", "before", "after"),
    [
        pytest.param("revenue", Decimal("5.000000000"), Decimal(5), id="scale"),
        pytest.param("failed_checks", ["a"], ("a",), id="tuple"),
        pytest.param(
            "ends_at", datetime(2026, 11, 22, 21, tzinfo=UTC),
            datetime(2026, 11, 23, 0, tzinfo=timezone(timedelta(hours=3))), id="zone",
        ),
        pytest.param("ctr", 0.1, 0.2, id="recomputed-rate"),
        pytest.param("ctr_reported", 0.1, 0.2, id="reported-rate"),
        pytest.param("failed_check_details", ["a"], ["b"], id="words-of-a-check"),
        pytest.param("extra", None, '{"$.new":1}', id="undocumented-field"),
        pytest.param("fetched_at", FETCHED_AT, LATER, id="provenance"),
    ],
)  # fmt: skip
def test_what_is_no_move(metric: str, before: object, after: object) -> None:
    """Equal values in other types, and what only follows or comments."""
    assert moves_between(day(**{metric: before}), day(**{metric: after})) == []


@pytest.mark.parametrize(
    ("table", "item"),
    [
        ("campaign_day_device", "a"),
        ("campaign_day_unsuccessful", "a/a"),
        ("campaign_day_click", "a"),
        ("campaign_day_goal", "a"),
    ],
)
def test_every_table_below_the_campaign_is_compared(table: str, item: str) -> None:
    """An item is the rest of the key."""
    metric = {"campaign_day_unsuccessful": "count", "campaign_day_goal": "label"}.get(table, "clicks")
    (move,) = moves_between(day(table, **{metric: 1}), day(table, **{metric: 2}))
    assert (move.table_name, move.item, move.metric) == (table, item, metric)


PRECISE, ROUNDED, OTHER = Decimal("2479.660011292"), Decimal(2480), Decimal(2500)


@pytest.mark.parametrize(
    ("before", "after", "moved"),
    [
        pytest.param((PRECISE, ROUNDED, "list"), (ROUNDED, ROUNDED, "answer"), False, id="to-the-rounded-one"),
        pytest.param((ROUNDED, ROUNDED, "answer"), (PRECISE, ROUNDED, "list"), False, id="to-the-precise-one"),
        pytest.param((PRECISE, ROUNDED, None), (ROUNDED, ROUNDED, "answer"), False, id="of-before-the-column"),
        pytest.param((ROUNDED, ROUNDED, None), (PRECISE, ROUNDED, "list"), False, id="rounded-before-the-column"),
        pytest.param((PRECISE, ROUNDED, "list"), (PRECISE + 1, ROUNDED, "list"), True, id="both-of-the-list"),
        pytest.param((PRECISE, ROUNDED, None), (PRECISE + 1, ROUNDED, "list"), True, id="both-before-the-column"),
        pytest.param((PRECISE, ROUNDED, "list"), (OTHER, OTHER, "answer"), True, id="another-printed-one"),
        pytest.param((PRECISE, None, "list"), (ROUNDED, ROUNDED, "answer"), True, id="never-printed"),
        pytest.param((PRECISE, ROUNDED, "list"), (None, None, None), True, id="gone"),
    ],
)
def test_a_revenue_that_is_only_rounded_has_not_moved(before: Any, after: Any, *, moved: bool) -> None:
    """One revision has it by the list, the other by the answer, and both are printed alike."""
    columns = ("revenue", "revenue_reported", "revenue_source")
    old, new = (day(**dict(zip(columns, values, strict=True))) for values in (before, after))
    assert ("revenue" in {move.metric for move in moves_between(old, new)}) is moved


@pytest.mark.parametrize("column", sorted(NO_FIGURES))
def test_a_column_that_is_no_figure_moves_nothing(column: str) -> None:
    """Days that were published before it came are not published again for it."""
    old, new = day(clicks=1), day(**{"clicks": 1, column: "x"})
    assert moves_between(old, new) == []
    assert content_hash(old) == content_hash(new)


def test_a_hash_is_of_the_sorted_lines_of_each_table() -> None:
    """Written down here, since manifests have it: equal figures must hash as they did in every version before."""
    rows: TableRows = {"b": [], "a": [{"y": "ü", "x": 2}, {"x": None}, {"x": Decimal("1.50")}, {"x": 10}]}
    lines = '{"x": "1.50"}', '{"x": 10}', '{"x": 2, "y": "\\u00fc"}', '{"x": null}'
    written = "\n".join(["a", *lines]) + "b\n"
    assert content_hash(rows) == sha256(written.encode()).hexdigest()


def test_a_move_that_totals_cannot_show_is_seen() -> None:
    """Three clicks from one device to another."""
    before = day("campaign_day_device", device="Desktop", clicks=5)
    before["campaign_day_device"] += day("campaign_day_device", device="Mobile", clicks=5)["campaign_day_device"]
    after = {name: [dict(row) for row in rows] for name, rows in before.items()}
    for row, clicks in zip(after["campaign_day_device"], (2, 8), strict=True):
        row["clicks"] = clicks
    moves = moves_between(before, after)
    assert [(move.item, move.before, move.after, move.delta) for move in moves] == [
        ("Desktop", "5", "2", Decimal(-3)),
        ("Mobile", "5", "8", Decimal(3)),
    ]


def test_a_row_that_appears_or_vanishes_moves_in_every_column_that_it_fills() -> None:
    """Null on the side where there is no row, and no delta."""
    none: TableRows = {name: [] for name in TABLES}
    there = day("campaign_day_device", device="Tablet", sent=7, clicks=0, conversions=None)
    appeared, vanished = moves_between(none, there), moves_between(there, none)
    key = (CAMPAIGN, "campaign_day_device", "Tablet")
    assert appeared == [Move(*key, "sent", None, "7"), Move(*key, "clicks", None, "0")]
    assert vanished == [Move(*key, "sent", "7", None), Move(*key, "clicks", "0", None)]


def test_a_table_that_an_older_revision_lacks_appears() -> None:
    """The schema grows."""
    assert len(moves_between({}, day(clicks=1))) == 1


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, None),
        (True, "true"),
        (9_223_372_036_854_775_807, "9223372036854775807"),
        (Decimal("99999999999999999999999999999.123456789"), "99999999999999999999999999999.123456789"),
        (Decimal("1E+3"), "1000"),
        (Decimal("-0.00"), "0"),
        (Decimal("-1.50"), "-1.5"),
        (["ş", "b"], '["ş", "b"]'),
        ("as it is ", "as it is "),
    ],
)
def test_equal_values_have_one_print(value: object, text: str | None) -> None:
    """No exponent, no trailing zeros, no rounding."""
    assert printed(value) == text


def test_a_delta_that_the_column_cannot_hold_is_left_out() -> None:
    """It must not keep the day from being published."""
    most = Decimal("9" * 29)
    (move,) = moves_between(day(revenue=-most), day(revenue=most))
    assert (move.after, move.delta) == ("9" * 29, None)


def test_moves_become_rows_of_the_table() -> None:
    """As the file holds them."""
    moves = moves_between(
        day(clicks=1, revenue=Decimal(1)) | {"campaign_day_device": []}, day(clicks=3, revenue=Decimal("1.5"))
    )
    rows = change_rows(moves, from_revision=4, revision=5, changed_at=LATER, fetched_at={CAMPAIGN: FETCHED_AT})
    stored = to_arrow(CHANGES, [row | {"schema_version": SCHEMA_VERSION} for row in rows]).to_pylist()
    assert stored[0] == {
        "campaign_id": CAMPAIGN,
        "table_name": "campaign_day",
        "item": "",
        "metric": "clicks",
        "before": "1",
        "after": "3",
        "delta": Decimal(2),
        "from_revision": 4,
        "changed_at": LATER,
        "revision": 5,
        "fetched_at": FETCHED_AT,
        "schema_version": SCHEMA_VERSION,
    }
    assert [row["delta"] for row in stored] == [Decimal(2), Decimal("0.5")]


def test_a_campaign_that_left_the_day_has_the_instant_of_the_change() -> None:
    """Nothing was fetched of it."""
    rows = change_rows(
        moves_between(day(clicks=1), {name: [] for name in TABLES}),
        from_revision=1, revision=2, changed_at=LATER, fetched_at={},
    )  # fmt: skip
    assert [row["fetched_at"] for row in rows] == [LATER]


def test_the_manifest_names_the_campaigns_figures_alone() -> None:
    """Devices and reasons are in the table."""
    before, after = day(clicks=1, sent=5), day(clicks=3, sent=5)
    after["campaign_day_device"] = day("campaign_day_device", clicks=3)["campaign_day_device"]
    assert figures_moved(moves_between(before, after)) == {CAMPAIGN: {"clicks": ["1", "3"]}}


@pytest.mark.parametrize("metric", GUARDED)
@pytest.mark.parametrize(
    ("before", "after", "held"),
    [
        pytest.param(1000, 799, True, id="more-than-a-fifth"),
        pytest.param(1000, 800, False, id="a-fifth"),
        pytest.param(10, 0, True, id="ten"),
        pytest.param(9, 0, False, id="fewer-than-ten"),
        pytest.param(1000, 1500, False, id="growth"),
        pytest.param(0, 0, False, id="nothing"),
    ],
)
def test_counters_that_fall_too_far_are_told(metric: str, before: int, after: int, *, held: bool) -> None:
    """By more than 20 %, unless the numbers are small."""
    falls = fallen({metric: before}, {metric: after})
    assert falls == ([Fall(metric, before, after)] if held else [])


@pytest.mark.parametrize("metric", ["undelivered", "dropped"])
def test_counters_that_fall_rightly_are_not_told(metric: str) -> None:
    """Undelivered falls whenever a late delivery comes in."""
    assert fallen({metric: 1000}, {metric: 0}) == []


def test_a_fall_says_so_in_words() -> None:
    """For the log, and for whoever reviews the day."""
    assert str(Fall("clicks", 12_000, 8_000)) == "clicks fell from 12,000 to 8,000 (33 %)"
