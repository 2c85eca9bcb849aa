"""What the vendor does not document can be set: which campaigns are listed, whether days add up, how old they get."""

from collections.abc import Callable

import httpx
import pytest

from include.simulator.process import Simulator
from include.simulator.settings import SimulatorSettings

Post = Callable[..., httpx.Response]


def total(post: Post, day: str) -> int:
    """Tell how many campaigns a day's list has."""
    return int(post("overall-metrics", start_date=day, end_date=day).json()["total"])


@pytest.mark.parametrize(("listed", "before_creation", "after"), [("created", 0, 5), ("all", 5, 5), ("active", 0, 3)])
def test_the_list_has_the_campaigns_that_were_set(
    sim: Simulator, post: Post, listed: str, before_creation: int, after: int
) -> None:
    """Of three active ones and two quiet ones, all of them from 2026."""
    sim.patch(listed=listed, campaigns=3, quiet_campaigns=2, campaigns_created="2026-01-01")
    assert (total(post, "2025-12-31"), total(post, "2026-03-10")) == (before_creation, after)


@pytest.mark.parametrize("adds_up", [True, False])
def test_days_add_up_or_not(sim: Simulator, post: Post, *, adds_up: bool) -> None:
    """If not, a range has the figures of its busiest day; single days are the same either way."""
    sim.patch(windows_add_up=adds_up)
    campaign_id = str(post("overall-metrics").json()["data"][0]["builderId"])

    def targeted(first: str, last: str) -> int:
        answer = post("campaign-metrics", campaign_id=campaign_id, start_date=first, end_date=last).json()
        return int(answer["overview"]["total"]["targeted"].replace(",", ""))

    days = [targeted(day, day) for day in ("2026-03-08", "2026-03-09", "2026-03-10")]
    assert targeted("2026-03-08", "2026-03-10") == (sum(days) if adds_up else max(days))


@pytest.mark.parametrize(("day", "status"), [("2025-03-20", 200), ("2025-03-19", 406)])
@pytest.mark.parametrize("endpoint", ["overall-metrics", "campaign-metrics", "top-metrics"])
def test_what_is_too_old_is_refused(sim: Simulator, post: Post, endpoint: str, day: str, status: int) -> None:
    """365 days before the frozen clock, on every endpoint; without a retention nothing is too old."""
    campaign_id = str(post("overall-metrics").json()["data"][0]["builderId"])
    question = {"start_date": day, "end_date": day, "campaign_id": campaign_id}
    assert post(endpoint, **question).status_code == 200
    sim.patch(retention_days=365)
    assert post(endpoint, **question).status_code == status


def test_larger_pages_can_be_allowed(sim: Simulator, post: Post) -> None:
    """20 are the documented most."""
    assert post("overall-metrics", per_page="50").status_code == 422
    sim.patch(most_per_page=50, campaigns=60)
    assert len(post("overall-metrics", per_page="50").json()["data"]) == 50
    assert post("overall-metrics", per_page="51").status_code == 422


def test_by_default_it_behaves_as_documented() -> None:
    """None of these doubts changes what the other tests see."""
    settings = SimulatorSettings()
    assert (settings.windows_add_up, settings.retention_days, settings.most_per_page) == (True, None, 20)
