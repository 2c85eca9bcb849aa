"""docs/dbt, run by the real dbt on DuckDB over days that the real publisher published. `make test-dbt`."""

import json
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest

from tests.builders import DAY, SWEPT_AT, sample, swept
from tests.conftest import PROJECT_ROOT
from tests.lake import Lake

DBT = PROJECT_ROOT / ".venv-dbt" / "bin" / "dbt"
"""Of an environment of its own: dbt needs other versions of what is in ours."""


@dataclass(frozen=True)
class Dbt:
    """The project over one lake."""

    folder: Path
    lake: Lake

    def build(self, *selected: str) -> dict[str, str]:
        """Run the models and tests; gives how each ended."""
        shutil.copytree(PROJECT_ROOT / "docs" / "dbt", self.folder / "project", dirs_exist_ok=True)
        done = subprocess.run(  # noqa: S603 — a pinned package's command
            [
                DBT, "build", *selected, "--profiles-dir", ".", "--log-path", str(self.folder / "logs"),
                "--target-path", str(self.folder / "target"),
                "--vars", json.dumps({"insider_storage": str(self.lake.root)}),
            ],
            cwd=self.folder / "project",
            env=os.environ | {"DBT_DUCKDB_FILE": str(self.database), "DBT_SEND_ANONYMOUS_USAGE_STATS": "false"},
            capture_output=True,
            text=True,
            check=False,
        )  # fmt: skip
        results = self.folder / "target" / "run_results.json"
        assert results.exists(), done.stdout + done.stderr
        assert "Deprecat" not in done.stdout, done.stdout
        ended = json.loads(results.read_text())["results"]
        return {result["unique_id"].split(".")[2]: result["status"] for result in ended}

    @property
    def database(self) -> Path:
        """Where the models are."""
        return self.folder / "lake.duckdb"

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Ask the models."""
        with duckdb.connect(str(self.database), read_only=True) as connection:
            return connection.execute(query).fetchall()


@pytest.fixture
def dbt(tmp_path: Path) -> Dbt:
    """Two days of two campaigns; clicks of the first moved twice after that, and the campaign was renamed."""
    lake = Lake(tmp_path / "lake")
    for days, name in ((1, "Before"), (0, "After")):
        day, at = DAY - timedelta(days=days), SWEPT_AT - timedelta(days=days)
        lake.list_day([swept("1", name), swept("2", "Other", sent=0)], day=day, at=at)
        _answered(lake, "1,234", name, day, seconds=0)
        lake.publish(day=day, now=at + timedelta(hours=1))
    for seconds, clicks in ((60, "1,240"), (120, "1,250")):
        _answered(lake, clicks, "Before", DAY - timedelta(days=1), seconds=seconds)
        lake.publish(day=DAY - timedelta(days=1), now=SWEPT_AT + timedelta(hours=seconds))
    return Dbt(tmp_path, lake)


def _answered(lake: Lake, clicks: str, name: str, day: date, *, seconds: int) -> None:
    body = sample("campaign_metrics_older") | {"name": name}
    body["overview"]["ctr"]["clicks"] = clicks
    at = SWEPT_AT - (DAY - day) + timedelta(seconds=seconds)
    lake.answer("1", day=day, fetched_at=at, body=json.dumps(body).encode())


def test_all_models_and_tests_run_and_hold(dbt: Dbt) -> None:
    """The sources' keys and closed sets among them."""
    ended = dbt.build()
    assert {name: status for name, status in ended.items() if status not in {"success", "pass"}} == {}
    assert {"campaign_daily", "corrections"} <= ended.keys()
    assert len(ended) > 50


def test_a_renamed_campaign_has_one_name(dbt: Dbt) -> None:
    """And each day its own figures, as they are now."""
    dbt.build()
    rows = dbt.rows("select day, campaign_name, clicks from campaign_daily where campaign_id = '1' order by day")
    assert rows == [(DAY - timedelta(days=1), "After", 1250), (DAY, "After", 1234)]


def test_a_correction_is_told_from_first_to_last(dbt: Dbt) -> None:
    """However often it moved in between."""
    dbt.build()
    rows = dbt.rows(
        "select day, first_value, last_value, delta, times, last_revision from corrections where metric = 'clicks'"
    )
    assert [(*row[:3], int(row[3]), *row[4:]) for row in rows] == [(DAY - timedelta(days=1), "1234", "1250", 16, 2, 3)]


def test_before_the_first_correction_its_table_is_left_out(dbt: Dbt) -> None:
    """As the page says: DuckDB refuses to read files that are not there."""
    shutil.rmtree(dbt.lake.root / "tables" / "campaign_day_change")
    page = (PROJECT_ROOT / "docs" / "dbt" / "README.md").read_text(encoding="utf-8")
    ((option, selected),) = re.findall(r"`(--exclude) (\S+)`", page)
    ended = dbt.build(option, selected)
    assert set(ended.values()) == {"success", "pass"}
    assert "campaign_daily" in ended


@pytest.mark.parametrize(("column", "value"), [("finality", "for ever"), ("campaign_id", "2")])
def test_a_row_that_breaks_the_promise_is_found(dbt: Dbt, column: str, value: str) -> None:
    """A value of no closed set, or a key that is there twice: dbt's tests are no decoration."""
    file = dbt.lake.root / "tables" / "campaign_day" / "partner_id=brand" / f"day={DAY}" / "part-0.parquet"
    table = pq.read_table(file, partitioning=None)
    broken = table.set_column(
        table.schema.get_field_index(column), table.schema.field(column), [[value] * table.num_rows]
    )
    pq.write_table(broken, file)
    ended = dbt.build()
    assert [name for name, status in ended.items() if status == "fail"]
