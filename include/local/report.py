"""The end of the demo: the day's campaigns, read back from Parquet, and where everything lies."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from include.local.home import shown
from insider_web_push.answers.texts import clean_name

Row = Mapping[str, Any]

_HEADERS = ("id", "sent", "delivered", "rate", "clicks", "ctr", "conv.", "revenue")
_NARROWEST_NAME = 12
_MOST_ROWS = 40


@dataclass(frozen=True, slots=True)
class PublishedDay:
    """A day as the reader gives it."""

    rows: list[dict[str, Any]]
    revision: int
    manifest: str
    """Key below the storage, as are the others."""
    tables: dict[str, tuple[str, int]]
    """Copy for SQL and number of rows, by table."""
    fetched: int
    """Answers of the API that the day's figures come from."""


def read_day(storage: str, partner_id: str, day: date) -> PublishedDay:
    """
    Read a day back, as any script beside Airflow can.

    Airflow's configuration must be in the environment before the first call.

    Raises:
        IncompleteDay: the day is not published.
    """
    from insider_web_push.reader import DayReader  # noqa: PLC0415 - imports Airflow, which reads its configuration

    reader = DayReader(storage if "://" in storage else Path(storage).as_uri(), partner_id)
    manifest = reader.manifest(day)
    partition = f"partner_id={partner_id}/day={day}"
    return PublishedDay(
        rows=reader.read(day).to_pylist(),
        revision=manifest.revision,
        manifest=f"manifests/{partition}.json",
        tables={
            name: (f"tables/{name}/{partition}/part-0.parquet", file.rows) for name, file in manifest.files.items()
        },
        fetched=sum(campaign.snapshot is not None for campaign in manifest.campaigns.values()),
    )


def campaign_table(day: date, rows: list[dict[str, Any]], *, width: int) -> Table:
    """
    Make the table of the day's campaigns, the busiest first, with a line of totals.

    Args:
        width: Columns of the screen; where they do not suffice, names are cut and figures are not.
    """
    busiest = sorted(rows, key=lambda row: -(row["sent"] or 0))[:_MOST_ROWS]
    figures = [_figures(row) for row in busiest]
    totals = _totals(rows)
    widest = [max(cell_len(cell) for cell in cells) for cells in zip(_HEADERS, totals, *figures, strict=True)]
    title = f"Web push campaigns of {day}"
    table = Table(title=title, title_justify="left", show_footer=True, box=SIMPLE_HEAD, padding=(0, 0, 0, 1))
    not_shown = f", {len(rows) - len(busiest)} not shown" if len(busiest) < len(rows) else ""
    table.add_column("campaign", f"{len(rows)} campaigns{not_shown}", no_wrap=True)
    for header, total in zip(_HEADERS, totals, strict=True):
        table.add_column(header, total, justify="right", no_wrap=True)
    columns = len(_HEADERS) + 1
    for_names = max(_NARROWEST_NAME, width - sum(widest) - 2 * columns - 1)
    for row, cells in zip(busiest, figures, strict=True):
        name = Text(clean_name(row["name"]) or "")  # an older version published names as they came
        name.truncate(for_names, overflow="ellipsis")
        table.add_row(name, *map(Text, cells))
    return table


def show_written(console: Console, storage: str, partner_id: str, day: date, published: PublishedDay) -> None:
    """Print where everything lies."""
    root = storage if "://" in storage else shown(Path(storage))
    main_copy, rows = published.tables["campaign_day"]
    raw = f"raw/campaign_metrics/partner_id={partner_id}/day={day}/"
    written = {
        published.manifest: f"the day's manifest, revision {published.revision}",
        main_copy: f"{rows} rows, and {len(published.tables) - 1} more tables beside it",
        raw: f"{published.fetched} answers of the API, verbatim",
    }
    console.print(f"\nWritten below {root}/", markup=False)
    for key, what in written.items():
        console.print(f"  {key:<{max(map(len, written))}}  {what}", markup=False, soft_wrap=True)


def _figures(row: Row) -> list[str]:
    return [
        row["campaign_id"],
        _count(row["sent"]),
        _count(row["delivered"]),
        _percent(row["delivery_rate"]),
        _count(row["clicks"]),
        _percent(row["ctr"]),
        _count(row["conversions"]),
        _money(row["revenue"], row["currency"]),
    ]


def _totals(rows: list[dict[str, Any]]) -> list[str]:
    sent, delivered, clicks, conversions = (
        sum(row[name] or 0 for row in rows) for name in ("sent", "delivered", "clicks", "conversions")
    )
    rate, ctr = (_percent(part / whole if whole else None) for part, whole in ((delivered, sent), (clicks, delivered)))
    return ["", _count(sent), _count(delivered), rate, _count(clicks), ctr, _count(conversions), _revenue(rows)]


def _revenue(rows: list[dict[str, Any]]) -> str:
    """Add up where that makes sense: campaigns of one currency."""
    earning = [(row["revenue"], row["currency"]) for row in rows if row["revenue"]]
    currencies = {currency for _, currency in earning}
    return _money(sum((revenue for revenue, _ in earning), Decimal(0)), *currencies) if len(currencies) == 1 else ""


def _count(value: int | None) -> str:
    return "" if value is None else f"{value:,}"


def _percent(value: float | None) -> str:
    return "" if value is None else f"{value:.1%}"


def _money(value: Decimal | None, currency: str | None) -> str:
    return "" if value is None else f"{value:,.0f} {currency or ''}".rstrip()
