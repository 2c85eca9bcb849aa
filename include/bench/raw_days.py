"""Days of raw answers, as the simulator's API would have given them: written without a server in between."""

import json
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from include.simulator import formats, world
from include.simulator.campaigns import Campaign, seeded_campaign
from include.simulator.figures import Figures
from include.simulator.formats import Style
from include.simulator.world import Window
from insider_web_push.answers.day_list import parse_list_page
from insider_web_push.answers.list_readings import campaigns_of
from insider_web_push.lake.raw import Snapshot, StoredList, StoredPage
from insider_web_push.lake.storage import Storage
from insider_web_push.vocabulary import CallOutcome

PARTNER, TIMEZONE = "bench", "Europe/Istanbul"
_SEED, _CREATED = 1, date(2018, 1, 1)
_ROWS_A_PAGE = 20
_PARALLEL_WRITES = 16


def write_day(store: Storage, day: date, campaigns: Iterable[int], *, at: datetime | None = None) -> None:
    """
    Write a day's list and one answer a campaign.

    Args:
        campaigns: Their numbers: an account has a campaign for each, and ids count up with them.
        at: When the API would have given them; None is the next morning.
    """
    every = [seeded_campaign(_SEED, number, _CREATED) for number in campaigns]
    window = _window(day, age=1, at=at)
    _write(store, day, window, every, {one.builder_id: world.figures(_SEED, one, window) for one in every}, every)


def move_campaigns(store: Storage, day: date, campaigns: int, *, moved: int) -> None:
    """Write the list of ten days later, where so many campaigns have figures of then, and the answers of those."""
    every = [seeded_campaign(_SEED, index, _CREATED) for index in range(campaigns)]
    young, old = _window(day, age=1), _window(day, age=10)
    known = {one.builder_id: world.figures(_SEED, one, young) for one in every[moved:]}
    known |= {one.builder_id: world.figures(_SEED, one, old) for one in every[:moved]}
    _write(store, day, old, every, known, every[:moved])


def campaign_id_of(number: int) -> str:
    """Tell the id of a campaign by its number."""
    return str(seeded_campaign(_SEED, number, _CREATED).builder_id)


def _window(day: date, *, age: int, at: datetime | None = None) -> Window:
    morning = datetime.combine(day + timedelta(days=age), time(2), UTC)
    return Window(start=day, end=day, now=at or morning, zone=ZoneInfo(TIMEZONE))


def _write(
    store: Storage,
    day: date,
    window: Window,
    every: list[Campaign],
    known: dict[int, Figures],
    answered: list[Campaign],
) -> None:
    """Write a list with the known figures of every campaign, and the answers of some."""
    at = window.now
    pages = list(_pages(every, known, window))
    store.write_list(StoredList(run_id="bench", partner_id=PARTNER, day=day, swept_at=at, pages=pages))
    totals = {
        swept.campaign_id: swept.totals for swept in campaigns_of(parse_list_page(json.loads(p.body)) for p in pages)
    }

    def write(campaign: Campaign) -> None:
        campaign_id = str(campaign.builder_id)
        body = formats.campaign_metrics(campaign, known[campaign.builder_id], window, _style(campaign))
        store.write_snapshot(
            Snapshot(
                run_id="bench",
                partner_id=PARTNER,
                day=day,
                campaign_id=campaign_id,
                outcome=CallOutcome.FETCHED,
                request={"campaign_id": campaign_id},
                status=200,
                fetched_at=at + timedelta(minutes=1),
                baseline=totals[campaign_id],
                body=json.dumps(body, ensure_ascii=False).encode(),
            )
        )

    with ThreadPoolExecutor(_PARALLEL_WRITES) as pool:
        list(pool.map(write, answered))


def _style(campaign: Campaign) -> Style:
    return Style(currency="TRY", older=campaign.older)


def _pages(every: list[Campaign], known: dict[int, Figures], window: Window) -> Iterator[StoredPage]:
    for first in range(0, len(every), _ROWS_A_PAGE):
        rows = [
            formats.overall_row(campaign, known[campaign.builder_id], window, _style(campaign))
            for campaign in every[first : first + _ROWS_A_PAGE]
        ]
        page = formats.overall_page(
            rows, page=first // _ROWS_A_PAGE + 1, per_page=_ROWS_A_PAGE, total=len(every), style=Style(currency="TRY")
        )
        yield StoredPage(request={}, status=200, body=json.dumps(page, ensure_ascii=False).encode())
