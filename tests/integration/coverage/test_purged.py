"""What is purged is shown no more from the tombstone on, though its objects may still be there."""

from datetime import UTC, datetime

import pytest
from fastapi.testclient import TestClient

from insider_web_push.coverage.addresses import page_path
from insider_web_push.coverage.keeping import usable_index
from insider_web_push.lake.removal import bury
from tests.builders import DAY
from tests.integration.coverage.conftest import DAY_PAGE, SCRIPT, shown
from tests.lake import Lake


@pytest.mark.parametrize("campaigns", [["11111"], []], ids=["campaign", "whole day"])
def test_the_answer_about_a_purged_campaign_is_not_shown(admin: TestClient, lake: Lake, campaigns: list[str]) -> None:
    """A purge that was interrupted leaves it there until the next one."""
    assert shown(SCRIPT) in admin.get(f"{DAY_PAGE}/11111").text
    bury(lake.store, DAY, campaigns, at=datetime(2026, 11, 25, tzinfo=UTC), run_id="manual__purge")
    answer = admin.get(f"{DAY_PAGE}/11111")
    assert (answer.status_code, shown(SCRIPT) in answer.text) == (404, False)
    assert "was purged by manual__purge" in answer.text


PAGES_OF_THE_DAY = [
    pytest.param(DAY_PAGE, id="day"),
    pytest.param(f"{page_path('default', 'days')}?first={DAY}&last={DAY}", id="several days"),
    pytest.param(f"{DAY_PAGE}/manifest", id="manifest"),
]


@pytest.mark.parametrize("address", PAGES_OF_THE_DAY)
@pytest.mark.parametrize("campaigns", [["11111"], []], ids=["campaign", "whole day"])
def test_a_page_shows_nothing_of_what_was_purged_though_it_is_still_there(
    admin: TestClient, lake: Lake, address: str, campaigns: list[str]
) -> None:
    """Neither by id nor by name: in rows, in what moved, is held or failed, and in sentences about the day."""
    said = f"11111 ({SCRIPT}) is not there"
    sentences = {"reason": said, "day_checks": {"list": [said]}, "held": {"11111": said}, "checks": {"rate": ["11111"]}}
    moved = {"11111": {"sent": [1, 2]}}
    lake.store.write_manifest(lake.manifest().model_copy(update={**sentences, "moved": moved}))
    index = usable_index(lake.store)
    assert index is not None
    troubled = index.days[DAY].model_copy(update={"why": said, "lacks": said, "trouble": "held_campaign"})
    lake.store.write(lake.store.at.coverage, index.with_days({DAY: troubled}).to_json())
    assert "11111" in admin.get(address).text
    bury(lake.store, DAY, campaigns, at=datetime(2026, 11, 25, tzinfo=UTC), run_id="manual__purge")
    answer = admin.get(address)
    is_gone = address.endswith("manifest") and not campaigns
    assert answer.status_code == (404 if is_gone else 200)
    shown_text = answer.text.replace("&#34;", '"')
    assert [text for text in ("11111", SCRIPT, shown(SCRIPT), said) if text in shown_text] == []
    assert ("22222" in shown_text) == (bool(campaigns) and "first=" not in address)
    assert ("purged by manual__purge" in shown_text) == (not campaigns)


def test_a_manifest_that_has_nothing_purged_is_given_whole(admin: TestClient, lake: Lake) -> None:
    """The tombstone of a purge that is over stays for ever."""
    bury(lake.store, DAY, ["99999"], at=datetime(2026, 11, 25, tzinfo=UTC), run_id="manual__purge")
    assert admin.get(f"{DAY_PAGE}/manifest").content == lake.manifest().to_json()
