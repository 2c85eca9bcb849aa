"""
Writes docs/data-dictionary.md, athena.sql, dbt/models/sources.yml, metrics.md and runbook-causes.md from the code.

    python -m include.data_dictionary            writes all of them
    python -m include.data_dictionary --check    exits with 1 where one of them is stale, and names it
"""

import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import StrEnum
from pathlib import Path

import pyarrow as pa

from include.causes_page import causes_page
from include.dbt_sources import dbt_sources
from include.metrics_page import metrics_page
from insider_web_push.tables.schemas import ALL_TABLES, CAMPAIGNS, CHANGES, PER_ACCOUNT, SCHEMA_VERSION, Table
from insider_web_push.vocabulary import Check, DayCheck, DayStatus, DetailStatus, Finality, RevenueSource

PROJECT = Path(__file__).resolve().parents[1]
_COMMAND = "python -m include.data_dictionary"

DICTIONARY_HEAD = f"""\
# Data dictionary

Written by `{_COMMAND}` from the schemas in the code. Version {SCHEMA_VERSION} of the tables; the schema only grows.
Each file carries these types and meanings itself. How to read the tables: [reading](reading.md).

Null is not zero: it says that there is no figure, or none that can be read. Counts are int64, rates fractions (0.34 is
34 %), money decimal(38, 9) beside its currency, instants UTC. Partition columns stand in the path and not in the file:
`partner_id` is text, `day` is a day of the account's time zone.

Money that the API gives with more than nine places is rounded, half to even. `currency` is what an amount is printed
in: null where none is printed, or only a sign such as €, which is no code and leaves the amount null as well. What the
answer says that it should be is `preferred_currency`, and in the table `campaign` `currency`.

## How days come and change

1. A day is published as a whole, as revision 1, once every campaign that it was expected to have is there; what is not
   there by the account's deadline makes it `partial`, and the manifest says so.
2. Figures move for months (messages are delivered late, purchases are attributed late), so a day is looked at again at
   fixed ages.
3. Where something moved, the whole day is published again as the next revision: its rows replace the ones before, and
   `campaign_day_change` gets one row a figure that moved. Left out are rates and shares (`delivery_rate`, `ctr`,
   `conversion_rate`, the same as reported, `percentage_reported`, `click_ratio_reported`), since they follow from
   counts; a revenue that is now rounded, or now precise, while the answers print the same (`revenue_source`); and what
   is no figure: `extra`, `failed_check_details`, `revenue_source`, `preferred_currency`, and where a row comes from.
4. Where nothing moved, there is neither a revision nor an event, and every row stays as it is, `fetched_at` too.
5. `finality` says of each row how settled it is; a correction that makes counters fall by more than 20 % is held until
   somebody has looked at it.
"""

ATHENA_HEAD = f"""\
-- Tables for Amazon Athena. Written by `{_COMMAND}` from the schemas in the code.
--
-- Put your own values in:
--   ${{storage}}    bucket and prefix of the account's storage: my-bucket/insider
--   ${{first_day}}  the first day that you publish: 2026-01-01. Earlier days are not seen.
-- and leave ${{partner_id}} and ${{day}} as they are: those are Athena's own. For instance:
--   sed 's|${{storage}}|my-bucket/insider|; s|${{first_day}}|2026-01-01|' docs/athena.sql
-- Athena takes one statement at a time.
--
-- Partitions are projected: no crawler, no MSCK REPAIR, and a new day is there at once. `partner_id` is injected, so
-- each query names it (WHERE partner_id = 'brand'); to query accounts without naming them, make it
--   'projection.partner_id.type' = 'enum', 'projection.partner_id.values' = 'brand,other'
-- `day` is text like '2026-11-22', which sorts as dates do. NOW is UTC's date: nowhere on earth does a day end before
-- UTC has begun it.
--
-- Instants become timestamps without a zone: read them as UTC.
-- https://docs.aws.amazon.com/athena/latest/ug/partition-projection-supported-types.html
-- https://docs.aws.amazon.com/athena/latest/ug/data-types.html
"""

_ATHENA_TYPES = {
    pa.string(): "string",
    pa.int64(): "bigint",
    pa.int32(): "int",
    pa.float64(): "double",
    pa.bool_(): "boolean",
    pa.date32(): "date",
    pa.timestamp("us", tz="UTC"): "timestamp",
    pa.decimal128(38, 9): "decimal(38,9)",
}
_SHORT_NAMES = {
    pa.string(): "text",
    pa.float64(): "float64",
    pa.bool_(): "bool",
    pa.date32(): "date",
    pa.timestamp("us", tz="UTC"): "instant, UTC, µs",
    pa.decimal128(38, 9): "decimal(38, 9)",
}


def data_dictionary() -> str:
    """Give docs/data-dictionary.md."""
    parts = [
        DICTIONARY_HEAD,
        *map(_table_section, ALL_TABLES),
        _values_section("Values of detail_status", meanings(DetailStatus)),
        _values_section("Values of finality", meanings(Finality)),
        _values_section("Values of revenue_source", meanings(RevenueSource)),
        _values_section("Status of a day, in its manifest", meanings(DayStatus)),
        _values_section("Checks, in failed_checks and in the manifest", {check: check.meaning for check in Check}),
        _values_section("Checks of a day as a whole, in its manifest", {check: check.meaning for check in DayCheck}),
    ]
    return "\n".join(parts)


def athena() -> str:
    """Give docs/athena.sql."""
    return "\n".join([ATHENA_HEAD, *map(_create_table, ALL_TABLES)])


DOCUMENTS: dict[str, Callable[[], str]] = {
    "docs/data-dictionary.md": data_dictionary,
    "docs/athena.sql": athena,
    "docs/dbt/models/sources.yml": lambda: dbt_sources(_COMMAND),
    "docs/metrics.md": lambda: metrics_page(_COMMAND),
    "docs/runbook-causes.md": lambda: causes_page(_COMMAND),
}


def main(arguments: Sequence[str], *, root: Path = PROJECT) -> int:
    """Write the documents, or tell which are stale; gives the exit code."""
    texts = {root / name: give() for name, give in DOCUMENTS.items()}
    stale = [path for path, text in texts.items() if _read(path) != text]
    for path in stale:
        if "--check" in arguments:
            print(f"{path.relative_to(root)} is stale: run {_COMMAND}")
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(texts[path], encoding="utf-8")
            print(f"{path.relative_to(root)} is written")
    return 1 if stale and "--check" in arguments else 0


def meanings(kind: type[StrEnum]) -> dict[str, str]:
    """
    Read what the members of an enum mean from its docstring, which says `member: meaning.` of each.

    Raises:
        ValueError: the docstring leaves a member out.
    """
    names = "|".join(kind)
    text = " ".join((kind.__doc__ or "").split())
    found = dict(re.findall(rf"\b({names}): (.*?)(?= (?:{names}): |$)", text))
    lacking = sorted(set(kind) - found.keys())
    if lacking:
        raise ValueError(f"the docstring of {kind.__name__} does not say what {', '.join(lacking)} means: say it there")
    return {name: found[name] for name in kind}


def _table_section(table: Table) -> str:
    columns = [
        (f"`{field.name}`", _short_name(field.type), "" if field.nullable else "not null", _description(field))
        for field in table.schema
    ]
    lines = [
        f"## {table.name}",
        "",
        f"A row is {table.grain}. Key: {_code(table.key)}, within a partition by {_code(table.partition)}.",
        "",
        f"`{_path(table)}`",
        "",
        *_markdown(("column", "type", "", "meaning"), columns),
    ]
    return "\n".join(lines) + "\n"


def _values_section(title: str, values: dict[str, str]) -> str:
    rows = [(f"`{name}`", meaning) for name, meaning in values.items()]
    return "\n".join([f"## {title}", "", *_markdown(("value", "meaning"), rows)]) + "\n"


def _path(table: Table) -> str:
    folders = {"partner_id": "partner_id=P", "day": "day=D"}
    # One file a revision: what moved is never rewritten. Campaigns from an id on: a day touches few of them.
    file = {CHANGES.name: "rev-00002.parquet", CAMPAIGNS.name: "part-N.parquet"}.get(table.name, "part-0.parquet")
    return "/".join(["tables", table.name, *(folders[name] for name in table.partition), file])


def _create_table(table: Table) -> str:
    location = f"s3://${{storage}}/tables/{table.name}/"
    columns = ",\n".join(f"  `{field.name}` {_athena_type(field.type)}" for field in table.schema)
    partition = ", ".join(f"`{name}` string" for name in table.partition)
    template = location + "".join(f"{name}=${{{name}}}/" for name in table.partition)
    properties = {"projection.enabled": "true", "projection.partner_id.type": "injected"}
    if table.partition != PER_ACCOUNT:
        properties |= {
            "projection.day.type": "date",
            "projection.day.format": "yyyy-MM-dd",
            "projection.day.range": "${first_day},NOW",
            "projection.day.interval": "1",
            "projection.day.interval.unit": "DAYS",
        }
    properties["storage.location.template"] = template
    written = ",\n".join(f"  '{name}' = '{value}'" for name, value in properties.items())
    return (
        f"-- A row is {table.grain}.\n"
        f"CREATE EXTERNAL TABLE IF NOT EXISTS `{table.name}` (\n{columns}\n)\n"
        f"PARTITIONED BY ({partition})\n"
        "STORED AS PARQUET\n"
        f"LOCATION '{location}'\n"
        f"TBLPROPERTIES (\n{written}\n);\n"
    )


def _athena_type(kind: pa.DataType) -> str:
    return f"array<{_athena_type(kind.value_type)}>" if pa.types.is_list(kind) else _ATHENA_TYPES[kind]


def _short_name(kind: pa.DataType) -> str:
    return f"list of {_short_name(kind.value_type)}" if pa.types.is_list(kind) else _SHORT_NAMES.get(kind, str(kind))


def _description(field: pa.Field) -> str:
    return str(field.metadata[b"description"].decode())


def _code(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _markdown(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    for row in rows:
        yield f"| {' | '.join(cell.replace('|', '&#124;') for cell in row)} |"


def _read(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.exists() else None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
