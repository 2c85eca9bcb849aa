"""
Two publishers of one lake, as with two Airflows or a pool that somebody has widened: nothing is lost.

INTERLEAVINGS=200 make test ARGS="-k two_publishers" lets them meet as often as decision 25 says: some two minutes.
"""

import json
import os
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from include.servers import S3_BUCKET, s3
from tests.builders import DAY
from tests.integration.competing_publishers import CAMPAIGNS, LOOKS, compete, conversions, lake_at

INTERLEAVINGS = int(os.environ.get("INTERLEAVINGS") or 40)
DAYS = [DAY + timedelta(days=number) for number in range(INTERLEAVINGS // LOOKS)]


def loses_nothing(url: str, **environment: str) -> None:
    """Let both commit from the same version, over and over, and hold what there is then against what they did."""
    commits = Counter(compete(url, DAYS, environment))
    assert [commit for commit, number in commits.items() if number > 1] == []
    reader = lake_at(url).reader
    for day in DAYS:
        assert reader.read(day)["conversions"].to_pylist() == [conversions(LOOKS - 1)] * len(CAMPAIGNS)
        rows = reader.read(day, "campaign_day_change").to_pylist()
        for campaign in CAMPAIGNS:
            moves = [
                (row["before"], row["after"])
                for row in rows
                if (row["table_name"], row["metric"], row["campaign_id"]) == ("campaign_day", "conversions", campaign)
            ]
            # What each revision moved is there, and begins where the one before it ended.
            assert [before for before, _ in moves[1:]] == [after for _, after in moves[:-1]]
            assert moves[-1][1] == str(conversions(LOOKS - 1))


def test_on_files(tmp_path: Path) -> None:
    """By a lock, and a comparison under it."""
    loses_nothing((tmp_path / "lake").as_uri())


def test_on_an_s3_server(monkeypatch: pytest.MonkeyPatch) -> None:
    """By `If-None-Match` for a day's first revision, and `If-Match` for the others."""
    with s3() as connection:
        said = json.dumps(connection)
        monkeypatch.setenv("AIRFLOW_CONN_TWO_PUBLISHERS", said)
        loses_nothing(f"s3://two_publishers@{S3_BUCKET}/two", AIRFLOW_CONN_TWO_PUBLISHERS=said)
