"""The list of campaigns, and what can be wrong with it."""

from typing import Any

import pytest

from include.simulator.campaigns import CampaignChange
from include.simulator.faults import Fault, FaultKind
from tests.simulator.asking import TOTALS, ask, json_of, listed, service


def test_paging_shows_each_campaign_once_in_one_order() -> None:
    """41 + 4 campaigns: two sweeps are alike, and a page beyond the last is empty."""
    api = service(campaigns=41, quiet_campaigns=4)
    ids = [row["builderId"] for row in listed(api)]
    assert len(ids) == len(set(ids)) == 45
    assert ids == [row["builderId"] for row in listed(api)]
    assert json_of(ask(api, "overall-metrics", page="9"))["data"] == []


def test_a_page_has_ten_campaigns_by_default() -> None:
    """As documented."""
    page = json_of(ask(service(), "overall-metrics"))
    assert (page["page"], page["per_page"], page["total"], len(page["data"])) == (1, 10, 26, 10)


def test_quiet_campaigns_are_listed_with_zeros() -> None:
    """As many as set, and only they."""
    quiet = [row for row in listed(service(quiet_campaigns=3)) if not any(row[name] for name in TOTALS)]
    assert len(quiet) == 3


def test_an_account_without_campaigns_has_an_empty_list() -> None:
    """It is a day with nothing, not an error."""
    page = json_of(ask(service(campaigns=0, quiet_campaigns=0), "overall-metrics"))
    assert (page["total"], page["data"]) == (0, [])


def test_a_drifting_list_shows_a_campaign_twice_and_another_never() -> None:
    """As many rows as `total`, but not as many campaigns."""
    api = service(campaigns=25, quiet_campaigns=0)
    api.faults.add(Fault(kind=FaultKind.DRIFT))
    ids = [row["builderId"] for row in listed(api)]
    assert len(ids) == 25
    assert len(set(ids)) == 24


def test_a_shrinking_list_lets_one_fall_between_its_pages() -> None:
    """The pages state different totals, and there are as many campaigns as the last one says."""
    api = service(campaigns=25, quiet_campaigns=0)
    everyone = [row["builderId"] for row in listed(api)]
    api.faults.add(Fault(kind=FaultKind.SHRINK, times=2))
    pages = [json_of(ask(api, "overall-metrics", page=number, per_page="20")) for number in ("1", "2")]
    assert [page["total"] for page in pages] == [25, 24]
    assert [row["builderId"] for page in pages for row in page["data"]] == everyone[:20] + everyone[21:]


def test_a_short_page_lacks_a_row_that_is_counted() -> None:
    """Its last one."""
    api = service(campaigns=3, quiet_campaigns=0)
    plain = json_of(ask(api, "overall-metrics"))
    api.faults.add(Fault(kind=FaultKind.SHORT))
    assert json_of(ask(api, "overall-metrics")) == plain | {"data": plain["data"][:-1]}


def test_a_list_with_gaps_is_an_object() -> None:
    """As PHP prints it; the rows are the same."""
    api = service(campaigns=3, quiet_campaigns=0)
    plain = json_of(ask(api, "overall-metrics"))
    api.faults.add(Fault(kind=FaultKind.PHP_LIST))
    gaps = json_of(ask(api, "overall-metrics"))
    assert gaps == plain | {"data": dict(zip(("0", "2", "4"), plain["data"], strict=True))}


def test_a_row_of_the_list_may_be_spoiled() -> None:
    """The campaign's own answer is not."""
    api = service()
    first = listed(api)[0]
    api.account.changes[first["builderId"]] = CampaignChange(spoil_row={"builderId": None, "sent": "many"})
    assert listed(api)[0] == first | {"builderId": None, "sent": "many"}
    assert ask(api, "campaign-metrics", campaign_id=str(first["builderId"])).status == 200


@pytest.mark.parametrize("second", [{}, {"sent": 0}])
def test_a_campaign_may_stand_twice_in_the_list(second: dict[str, Any]) -> None:
    """At its end, and counted."""
    api = service()
    rows = listed(api)
    api.account.changes[rows[0]["builderId"]] = CampaignChange(second_row=second)
    assert listed(api) == [*rows, rows[0] | second]
    assert json_of(ask(api, "overall-metrics"))["total"] == len(rows) + 1
