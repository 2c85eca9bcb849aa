"""Looks at a day with the older sample, some of whose figures are others."""

import json
from datetime import datetime, timedelta

from insider_web_push.answers.day_list import COUNTERS, ListedCampaign
from insider_web_push.vocabulary import DayOutcome
from tests.builders import SWEPT_AT, sample, swept
from tests.lake import Lake

LATER = timedelta(days=2)


def body(**figures: str) -> bytes:
    """Give the older sample with other conversions, clicks or sent."""
    document = sample("campaign_metrics_older")
    overview = document["overview"]
    places = {"conversions": overview["conversionRate"], "clicks": overview["ctr"], "sent": overview["targeted"]}
    for name, value in figures.items():
        places[name][name] = value
    return json.dumps(document).encode()


def listed(*campaigns: str, **figures: str) -> list[ListedCampaign]:
    """Give campaigns as the list has them when the answer is `body(**figures)`."""
    overview = json.loads(body(**figures))["overview"]
    counts = overview["total"] | overview["targeted"] | overview["deliveryRate"] | overview["ctr"]
    counts |= overview["conversionRate"]
    return [
        swept(campaign, **{name: int(counts[name].replace(",", "")) for name in COUNTERS}) for campaign in campaigns
    ]


def first(lake: Lake, *campaigns: str, **figures: str) -> None:
    """Publish revision 1."""
    look(lake, *campaigns, at=SWEPT_AT, **figures)
    assert lake.publish().outcome is DayOutcome.PUBLISHED


def look(lake: Lake, *campaigns: str, at: datetime = SWEPT_AT + LATER, **figures: str) -> None:
    """List and answer, by default two days later."""
    lake.list_day(listed(*campaigns, **figures), at=at)
    for campaign in listed(*campaigns, **figures):
        lake.answer(
            campaign.campaign_id,
            fetched_at=at + timedelta(minutes=1),
            baseline=campaign.totals,
            body=body(**figures),
        )
