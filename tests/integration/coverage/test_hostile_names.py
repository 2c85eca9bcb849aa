"""A hostile name on the coverage pages, also where an older version published it as it came."""

import json
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient

from insider_web_push.answers.texts import clean_name
from insider_web_push.coverage.index import unpublished_entry
from insider_web_push.coverage.keeping import keep
from tests.builders import DAY, SWEPT_AT, sample, swept
from tests.hostile_texts import HOSTILE, unfit
from tests.integration.coverage.conftest import DAY_PAGE, GRID, shown
from tests.lake import Lake

LATER = SWEPT_AT + timedelta(hours=1)


@pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_name_is_shown_as_text(admin: TestClient, lake: Lake, name: str) -> None:
    """On the day's page, and on the grid where an error names it: nothing of it steers the page or hides."""
    cleaned = str(clean_name(name))
    lake.list_day([swept("11111", name)], at=LATER)
    lake.answer("11111", body=json.dumps(sample("campaign_metrics_older") | {"name": name}).encode(), fetched_at=LATER)
    lake.publish(now=LATER)
    for manifest in (None, lake.whole_manifest()):
        if manifest is not None:
            manifest["campaigns"]["11111"]["name"] = name.encode("utf-8", "replace").decode()
            lake.store_manifest(manifest)
        answer = admin.get(DAY_PAGE)
        assert (answer.status_code, unfit(answer.text, lines=True)) == (200, [])
        assert shown(cleaned) in answer.text
    keep(lake.store, {DAY: unpublished_entry("incomplete", why=f"11111 {cleaned!r} is missing")})
    grid = admin.get(GRID)
    assert (grid.status_code, unfit(grid.text, lines=True)) == (200, [])
    assert "<script>alert" not in grid.text
