"""Which look of its ladder a day has had. Pure."""

from __future__ import annotations

from insider_web_push.dates import start_of_age
from insider_web_push.days.gathered_day import GatheredDay
from insider_web_push.days.looks import Mode


def looked_at(day: GatheredDay) -> int:
    """
    Give the highest age at which the whole day was looked at.

    A held campaign counts with the answer that is held: its look was had, and it is asked again as `looks.Cause.HELD`.

    A look at some of the campaigns does not count as one at the day; nor does one that left answers from before a
    closing count as the look of that closing.
    """
    had = day.before.looked_at if day.before else 0
    answers = [known for key, known in day.known.items() if key in day.swept and key not in day.accepted]
    is_fresh = all(known.fetched_at >= day.look.since for known in answers)
    if not is_fresh and (day.look.only or day.look.mode is not Mode.CHANGED):
        return had
    closed = day.rules.closed_at(day.age)
    if closed and any(known.fetched_at < start_of_age(day.day, closed, day.timezone) for known in answers):
        return max(had, min(day.age, closed - 1))
    return max(had, day.age)
