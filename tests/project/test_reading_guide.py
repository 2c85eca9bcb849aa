"""What docs/reading.md shows is run, on days that the real publisher published."""

import json
import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from insider_web_push.days.rules import Rules
from insider_web_push.errors import IncompleteDay
from insider_web_push.vocabulary import DayOutcome
from tests.builders import DAY, SWEPT_AT, sample, swept
from tests.conftest import PROJECT_ROOT
from tests.lake import Lake

GUIDE = (PROJECT_ROOT / "docs" / "reading.md").read_text(encoding="utf-8")
CORRECTED, WHOLE, PARTIAL = DAY - timedelta(days=1), DAY, DAY + timedelta(days=1)


def blocks(language: str) -> list[str]:
    """Give the guide's blocks of a language, in their order."""
    return re.findall(rf"^```{language}\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)


def answered(lake: Lake, day: Any, clicks: str, at: datetime) -> None:
    """Keep an answer whose clicks are as printed."""
    body = sample("campaign_metrics_older")
    body["overview"]["ctr"]["clicks"] = clicks
    lake.answer("1", day=day, fetched_at=at, body=json.dumps(body).encode())


@pytest.fixture
def lake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lake:
    """A corrected day, a whole one and a partial one, in `lake` below the working directory."""
    monkeypatch.chdir(tmp_path)
    lake = Lake(tmp_path / "lake")
    for day in (CORRECTED, WHOLE, PARTIAL):
        at = SWEPT_AT + (day - DAY)
        lake.list_day([swept("1"), *([swept("2")] if day == PARTIAL else [])], day=day, at=at)
        answered(lake, day, "1,234", at)
        lake.publish(day=day, now=at + timedelta(hours=1), rules=Rules(partial_after_h=0))
    answered(lake, CORRECTED, "1,240", SWEPT_AT)
    assert lake.publish(day=CORRECTED).outcome is DayOutcome.PUBLISHED
    assert [lake.manifest(day).revision for day in (CORRECTED, WHOLE)] == [2, 1]
    return lake


@pytest.mark.usefixtures("lake")
def test_every_sql_statement_runs_and_finds_rows() -> None:
    """In their order, in one database: views are used by what comes after them."""
    statements = [statement for block in blocks("sql") for statement in duckdb.extract_statements(block)]
    assert len(statements) >= 9
    with duckdb.connect() as connection:
        for statement in statements:
            rows = connection.execute(statement).fetchall()
            assert rows or statement.type is not duckdb.StatementType.SELECT, statement.query


@pytest.mark.usefixtures("lake")
def test_the_strict_query_leaves_partial_days_out() -> None:
    """As the reader does."""
    statements = [statement for block in blocks("sql") for statement in duckdb.extract_statements(block)]
    views = [statement for statement in statements if statement.type is duckdb.StatementType.CREATE]
    with duckdb.connect() as connection:
        for view in views:
            connection.execute(view)
        assert connection.execute(statements[-1]).fetchall() == [(CORRECTED, 1240), (WHOLE, 1234)]


@pytest.mark.usefixtures("lake")
def test_a_partner_id_of_digits_stays_a_text(tmp_path: Path) -> None:
    """The reason for hive_types."""
    (tmp_path / "lake/tables/campaign_day/partner_id=brand").rename(
        tmp_path / "lake/tables/campaign_day/partner_id=007"
    )
    with duckdb.connect() as connection:
        connection.execute(blocks("sql")[0])
        assert set(connection.execute("SELECT partner_id FROM campaign_day").fetchall()) == {("007",)}


def test_every_python_block_runs(lake: Lake) -> None:
    """In their order, in one namespace; the storage is the only thing that is not as it stands there."""
    shown = '"s3://aws_default@my-bucket/insider"'
    python = "\n".join(blocks("python"))
    assert python.count(shown) == 1
    names: dict[str, Any] = {"__file__": str(PROJECT_ROOT / "dags" / "somebodys_own.py")}
    exec(python.replace(shown, repr(lake.root.as_uri())), names)  # noqa: S102 — the guide's own blocks
    assert names["day"].num_rows == 1
    assert names["devices"]["day"].unique().to_pylist() == [CORRECTED, WHOLE]
    assert [(day, clicks) for day, clicks, _ in names["by_day"].fetchall()] == [(CORRECTED, 1240), (WHOLE, 1234)]
    assert names["all_there_is"]["detail_status"].to_pylist() == ["fetched", "fetched", "fetched", "missing"]
    assert list(names["manifest"].moved) == ["1"]


def test_the_reader_refuses_the_partial_day(lake: Lake) -> None:
    """The guide says so of a range without `allow_partial`."""
    with pytest.raises(IncompleteDay, match=rf"{PARTIAL} \(partial\)"):
        lake.reader.read_range(CORRECTED, PARTIAL)
