"""Parts of `make bench-data` that play Airflow for our operators on a real S3 server, and of what they are made."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from include.bench import campaign_table, purge_once, store_requests
from include.bench.counted import Asked, methods_of
from include.servers import S3_BUCKET, s3


@pytest.fixture
def lake(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Iterator[str]:
    """Give an empty lake. Airflow keeps the client of a connection, so each test has one of its own."""
    conn_id = request.node.name
    with s3() as connection:
        monkeypatch.setenv(f"AIRFLOW_CONN_{conn_id.upper()}", json.dumps(connection))
        for made in ("BENCH_REQUESTS", "BENCH_PURGE"):
            monkeypatch.setenv(f"AIRFLOW_CONN_{made}", "")  # so that it is taken back
        yield f"s3://{conn_id}@{S3_BUCKET}/bench"


def test_the_requests_of_runs_are_counted(lake: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Each answer is written once, by a fetch; and a fetch asks nothing else."""
    store_requests.main(lake, campaigns=40)
    daily, refresh = rows_in(capsys.readouterr().out)
    assert [daily["fetched"], refresh["days"]] == [40, 8]
    assert refresh["fetched"] >= 8 * 2
    for run in (daily, refresh):
        (fetched,) = (part for part in run["of"] if part["task"] == "fetch")
        assert fetched == {
            "task": "fetch", "kind": "raw/campaign_metrics", "PUT": run["fetched"], "GET": 0, "LIST": 0, "HEAD": 0,
            "DELETE": 0,
        }  # fmt: skip
        for method in ("PUT", "GET", "LIST", "HEAD", "DELETE"):
            assert run[method] == sum(part[method] for part in run["of"])


def test_a_purge_tells_which_days_it_opens(lake: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Whatever it opens, not fewer than have the campaign."""
    purge_once.main(lake, days=6)
    one, all_of_them = rows_in(capsys.readouterr().out)
    assert [one["days_asked"], all_of_them["days_asked"]] == [1, 6]
    assert [one["with_it"], all_of_them["with_it"]] == [1, 2]
    assert all(6 >= row["details"] >= row["with_it"] for row in (one, all_of_them))


def test_the_table_of_campaigns_is_measured(tmp_path: Any, capsys: pytest.CaptureFixture[str]) -> None:
    """A day touches the files of its campaigns: of new ones the last, of all ages all."""
    campaign_table.main(tmp_path.as_uri(), ever=4_000, sizes=(5, 10, 1_500))
    *new, young, of_all_ages, one_file = rows_in(capsys.readouterr().out)
    assert [row["written"] for row in new[:2]] == [1, 1]
    assert young["ever"] == 400
    assert [of_all_ages["written"], one_file["written"]] == [4, 4]


@pytest.mark.parametrize(
    ("key", "kind"),
    [
        ("raw/campaign_metrics/partner_id=p/day=2026-03-10/campaign_id=1/x.json.gz", "raw/campaign_metrics"),
        ("raw/overall_metrics/partner_id=p", "raw/overall_metrics"),
        ("revisions/partner_id=p/day=2026-03-10/rev=1/details-0a1b.json.gz", "revisions, details"),
        ("revisions/partner_id=p/day=2026-03-10/rev=1/campaign_day-0a1b.parquet", "revisions"),
        ("manifests/partner_id=p/day=2026-03-10.json", "manifests"),
        ("tables/campaign/partner_id=p/part-0.parquet", "tables/campaign"),
        ("state/partner_id=p/coverage.json", "state/coverage.json"),
    ],
)
def test_a_request_tells_the_kind_of_its_object(key: str, kind: str) -> None:
    """By the folder that it lies in."""
    assert Asked("publish", "GET", key).kind == kind


def test_a_request_of_no_usual_method_is_counted_by_its_own_name() -> None:
    """Nothing is left out."""
    asked = [Asked("publish", method, "manifests") for method in ("GET", "GET", "CreateMultipartUpload")]
    assert methods_of(asked) == {"PUT": 0, "GET": 2, "LIST": 0, "HEAD": 0, "DELETE": 0, "CreateMultipartUpload": 1}


def rows_in(printed: str) -> list[dict[str, Any]]:
    """Read the lines of a benchmark's child."""
    return [json.loads(line) for line in printed.splitlines() if line.startswith("{")]
