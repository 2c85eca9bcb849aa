"""Years in which something did not hold once, made small: each with what it showed."""

from include.year.events import DAY_S, Event, Kind, Seed

HOUR_S = 3600.0


def at(kind: Kind, at_s: float, lasts_s: float = 0.0, pick: int = 0) -> Event:
    """Make an event."""
    return Event(kind=kind, at=at_s, lasts_s=lasts_s, pick=pick)


CASES = {
    "a purged campaign came back with the next look's list": Seed(
        number=5, days=8, campaigns=2, limit=30, events=[at(Kind.PURGE_CAMPAIGN, 3.5 * DAY_S)]
    ),
    "a campaign was purged while it was fetched": Seed(
        number=5, days=8, campaigns=3, limit=20, events=[at(Kind.PURGE_CAMPAIGN, 3 * DAY_S + 5 * HOUR_S + 4.5, pick=40)]
    ),
    "an answer came after the purge of its campaign had ended": Seed(
        number=5, days=4, campaigns=3, limit=20, events=[at(Kind.PURGE_CAMPAIGN, 3 * DAY_S + 5 * HOUR_S + 2.4, pick=40)]
    ),
    "the key was rotated again before the first new one was in the connection": Seed(
        number=78,
        days=6,
        campaigns=1,
        limit=60,
        events=[
            at(Kind.KEY_ROTATED, 3 * DAY_S, lasts_s=300.0, pick=1),
            at(Kind.KEY_ROTATED, 3 * DAY_S + 60, 30.0, pick=2),
        ],
    ),
    "the API began to add a day up anew between its list and its answers": Seed(
        number=75,
        days=13,
        campaigns=1,
        limit=30,
        events=[at(Kind.LATE_AGGREGATION, 882_004.0, lasts_s=800.0)],
    ),
}
"""By what was found."""
