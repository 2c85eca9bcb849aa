"""
One campaign over one day, over its neighbours, and over all of them: do they add up, does the list say the same, and
whose dates does the answer show? Pure.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from insider_web_push.answers.day_list import COUNTERS, Totals
from insider_web_push.answers.instants import parse_instant
from insider_web_push.answers.printed_numbers import parse_count
from insider_web_push.answers.shapes import CampaignMetrics
from insider_web_push.api.heard import Heard
from insider_web_push.probing.asking import Questions, campaigns_in, detail_in
from insider_web_push.probing.notation import notation_finding, notations_in, printed_counts
from insider_web_push.probing.report import Finding, Verdict
from insider_web_push.vocabulary import NumberFormat

DAYS = 3
_ENOUGH_DAYS = 2
"""Days with messages that the sum needs to say something: if only one has some, the others add nothing to it."""
_LARGEST_OFFSET = timedelta(hours=14)
"""The largest distance of a time zone from UTC."""
_A_SECOND = timedelta(seconds=1)

Counts = Mapping[str, int | None]


@dataclass(frozen=True, slots=True)
class Window:
    """
    Days from *first* to *last*, both included, and what the API said of them.

    Attributes:
        numbers: How the account's figures are printed.
    """

    first: date
    last: date
    heard: Heard
    numbers: NumberFormat = NumberFormat.POINT

    @property
    def detail(self) -> CampaignMetrics | None:
        """The campaign's figures; None if the answer has none."""
        found = detail_in(self.heard)
        return found if isinstance(found, CampaignMetrics) else None

    @property
    def name(self) -> str:
        """How findings call the window: `2026-03-01` or `2026-03-01..2026-03-03`."""
        return str(self.first) if self.first == self.last else f"{self.first}..{self.last}"

    @property
    def counts(self) -> Counts:
        """The campaign's counters; empty without figures."""
        printed = printed_counts(self.detail) if self.detail else {}
        return {name: parse_count(raw, self.numbers).value for name, raw in printed.items()}

    @property
    def dates(self) -> tuple[datetime | None, datetime | None]:
        """The instants that the answer shows as the window's start and end."""
        if not self.detail:
            return None, None
        return parse_instant(self.detail.start_date).value, parse_instant(self.detail.end_date).value

    @property
    def shift(self) -> timedelta | None:
        """How far the shown dates lie east of the asked days; None if they do not repeat the asked days."""
        starts, ends = self.dates
        if starts is None or ends is None:
            return None
        shift = datetime.combine(self.first, time.min, UTC) - starts
        # Two hours of play, since the clocks may change within the window; the end may be without a fraction.
        late = ends - (datetime.combine(self.last, time.max, UTC) - shift)
        return shift if abs(shift) <= _LARGEST_OFFSET and abs(late) <= timedelta(hours=2) + _A_SECOND else None


def campaign_of_several_days(day_rows: Mapping[str, Totals], range_rows: Mapping[str, Totals]) -> str | None:
    """
    Choose the campaign that says most: figures on the day, and on the days before it.

    Args:
        day_rows: The list's figures of each campaign on the last day.
        range_rows: The same over the whole window.

    Returns:
        Its id; the busiest of the day if none sent on several days; None if none sent at all.
    """

    def on_both(campaign_id: str) -> tuple[int, int]:
        sent = day_rows[campaign_id].sent or 0
        before = range_rows[campaign_id].sent if campaign_id in range_rows else None
        return max(0, min(sent, (before or 0) - sent)), sent

    best = max(day_rows, key=on_both, default=None)
    return best if best and on_both(best) != (0, 0) else None


def window_findings(
    questions: Questions, *, campaign_id: str, last: date, listed: Totals, timezone: str, numbers: NumberFormat
) -> Iterator[Finding]:
    """
    Judge one campaign's windows: four calls, and one more for each comparison that does not hold.

    Args:
        last: The newest of the days.
        listed: What the list says of the campaign on that day.
        timezone: The configured one, an IANA name.
        numbers: How figures are printed, as configured; where they show another notation, they are compared in that.
    """

    def ask(first: date, until: date) -> Window:
        return Window(first, until, questions.campaign(campaign_id, first, until), shown)

    shown = numbers
    days = [ask(last - timedelta(days=n), last - timedelta(days=n)) for n in reversed(range(DAYS))]
    notations = notations_in(days[-1].detail, listed) if days[-1].detail else {}
    shown = next(iter(notations)) if len(notations) == 1 else numbers
    days = [replace(day, numbers=shown) for day in days]
    whole = ask(days[0].first, last)
    wrong = _unlike_sum(days, whole)
    moved = bool(wrong) and ask(whole.first, last).counts != whole.counts
    yield _adds_up(days, whole, wrong=wrong, moved=moved)
    yield _agrees_with_list(questions, campaign_id, days[-1], listed)
    yield notation_finding(notations, day=last, configured=numbers)
    yield _dates(days[-1], whole)
    yield _time_zone(days[-1], whole, timezone)


def _unlike_sum(days: Sequence[Window], whole: Window) -> list[str]:
    sums = {name: sum(day.counts.get(name) or 0 for day in days) for name in COUNTERS}
    return [
        f"{name} {sums[name]} by days and {whole.counts[name]} as a range"
        for name in COUNTERS
        if whole.counts and all(day.counts for day in days) and sums[name] != whole.counts[name]
    ]


def _adds_up(days: Sequence[Window], whole: Window, *, wrong: Sequence[str], moved: bool) -> Finding:
    unread = next((window for window in (*days, whole) if not window.detail), None)
    active = sum(bool(day.counts.get("sent")) for day in days)
    never = ", ".join(name for name in COUNTERS if not any(day.counts.get(name) for day in days))
    do = ""
    if unread:
        verdict, found = Verdict.UNKNOWN, f"{unread.name}: {detail_in(unread.heard)}"
    elif wrong and moved:
        verdict, found = Verdict.UNKNOWN, "the figures moved while they were asked for: check again later"
    elif wrong:
        verdict, found = Verdict.DIFFERS, "; ".join(wrong)
        do = "report it; sums over days, as in the weekly report, are not what the panel shows for a range"
    elif active < _ENOUGH_DAYS:
        verdict = Verdict.UNKNOWN
        found = f"no campaign with messages on several days was found: this one has some on {active} of {DAYS}"
    else:
        verdict, found = Verdict.AS_ASSUMED, f"they add up, with messages on {active} of {DAYS} days"
    if never and not unread and not wrong:
        found += f" (nothing to see of: {never})"
    return Finding(
        topic="days add up", asked=f"a campaign of {days[-1].name}, {DAYS} days alone and {whole.name}", found=found,
        assumed="the figures of days add up to those of the range", verdict=verdict, do=do,
    )  # fmt: skip


def _agrees_with_list(questions: Questions, campaign_id: str, day: Window, listed: Totals) -> Finding:
    unlike = _unlike_list(day, listed)
    moved = False
    if unlike:
        again = campaigns_in(questions.list_page(day.first, day.last))
        moved = any(row.campaign_id == campaign_id and row.totals != listed for row in again)
    do = ""
    if not day.detail:
        verdict, found = Verdict.UNKNOWN, f"{day.name}: {detail_in(day.heard)}"
    elif moved:
        verdict, found = Verdict.UNKNOWN, "the figures moved while they were asked for: check again later"
    elif unlike:
        verdict, found = Verdict.DIFFERS, "; ".join(unlike)
        do = "report it: the list decides what is fetched again, and the check `list` will fail"
    else:
        verdict, found = Verdict.AS_ASSUMED, "all seven counters are equal"
    return Finding(
        topic="list and detail", asked=f"a campaign of {day.name}, by overall-metrics and by campaign-metrics",
        found=found, assumed="both have the same figures", verdict=verdict, do=do,
    )  # fmt: skip


def _unlike_list(day: Window, listed: Totals) -> list[str]:
    return [
        f"{name} {getattr(listed, name)} in the list and {value} in the detail"
        for name, value in day.counts.items()
        if value != getattr(listed, name)
    ]


def _dates(day: Window, whole: Window) -> Finding:
    if None in (*day.dates, *whole.dates):
        verdict, found, do = Verdict.UNKNOWN, "an answer without readable dates", ""
    elif day.shift is not None and whole.shift is not None:
        verdict, found, do = Verdict.AS_ASSUMED, "the window that was asked for", ""
    elif day.dates == whole.dates:
        verdict, found, do = Verdict.AS_ASSUMED, "the campaign's own, whatever was asked for", ""
    else:
        verdict, found = Verdict.NOTED, f"neither: {_shown(day)} for {day.name}, {_shown(whole)} for {whole.name}"
        do = "report it: nothing is read from them"
    return Finding(
        topic="startDate, endDate", asked=f"the same campaign over {day.name} and over {whole.name}", found=found,
        assumed="either the window or the campaign's own dates", verdict=verdict, do=do,
    )  # fmt: skip


def _time_zone(day: Window, whole: Window, timezone: str) -> Finding:
    zone = ZoneInfo(timezone)
    offsets = {datetime.combine(day.first, at, zone).utcoffset() for at in (time.min, time.max)}
    # In one answer alone, the own dates of a campaign of one day could be taken for the asked day.
    if day.shift is None or whole.shift is None:
        verdict = Verdict.UNKNOWN
        found = "the answer does not show the window that was asked for"
        do = f"compare a day's totals with the panel, which shows the account's zone: {timezone}?"
    elif day.shift in offsets:
        verdict, found, do = Verdict.AS_ASSUMED, f"the day is one of {_offset(day.shift)}", ""
    else:
        verdict, found = Verdict.DIFFERS, f"the day is one of {_offset(day.shift)}"
        do = "set the account's timezone to the one that InOne shows"
    return Finding(
        topic="time zone", asked=f"the window shown for {day.name}", found=found,
        assumed=f"days of {timezone}", verdict=verdict, do=do,
    )  # fmt: skip


def _shown(window: Window) -> str:
    return " to ".join(str(at) for at in window.dates)


def _offset(shift: timedelta) -> str:
    minutes = int(shift.total_seconds() // 60)
    return f"UTC{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"
