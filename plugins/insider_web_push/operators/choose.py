"""choose: which days a refresh looks at, from what is published or from the form, before anything is spent."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from insider_web_push.dates import local_date, parse_day
from insider_web_push.days.days_to_look_at import (
    AT_WORK,
    RETRIED_UNTIL_AGE,
    Why,
    days_asked,
    days_due,
    oldest_day,
)
from insider_web_push.days.form import OF_A_RANGE
from insider_web_push.days.handover import LEFT, DayWork
from insider_web_push.days.looks import Depth, Mode
from insider_web_push.days.missing_days import missing_days
from insider_web_push.days.quiet_days import why_list_quiet
from insider_web_push.days.within_budget import affordable
from insider_web_push.errors import ContractViolation, InvalidRequest
from insider_web_push.lake.keys import read_raw_key
from insider_web_push.operators.base import InsiderOperator
from insider_web_push.operators.how_far import count_unpublished
from insider_web_push.vocabulary import DayStatus

if TYPE_CHECKING:
    from airflow.sdk import Context


class ChooseDaysOperator(InsiderOperator):
    """
    Choose the days that are due for another look; or those that the run's form names.

    Hands on, besides its result, the XCom `left`: the days that are due and left to the next runs.

    Args:
        every_day: Whether the account should have every day, so that one that nobody ever looked at is due as well.
            With a `start_day` in its rules it should in any case.

    Raises:
        InvalidRequest: the form cannot be right; nothing was sent.
    """

    def __init__(self, *, every_day: bool = True, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.every_day = every_day

    def execute(self, context: Context) -> list[DayWork]:
        """Choose, and say why."""
        form = self.form(context, OF_A_RANGE)
        today = local_date(datetime.now(UTC), self.timezone)
        first, last = (_day(form, name) for name in ("first_day", "last_day"))
        rebuild = bool(form.get("rebuild"))
        if rebuild and not (first or last):
            message = "rebuild needs days: give the first and the last one"
            raise InvalidRequest(message)
        if first or last:
            days = self._without_detailed(
                days_asked(first, last, today=today, swept=self.store.days_swept() if rebuild else None), _depth(form)
            )
        elif form.get("campaigns") or _mode(form) is not Mode.CHANGED or _depth(form) is not Depth.FULL:
            message = "campaigns, mode and depth need days: give the first and the last one"
            raise InvalidRequest(message)
        else:
            days, left = self._due(today)
            context["ti"].xcom_push(key=LEFT, value=[day.isoformat() for day in left])
        works = [_work(day, why, form, rebuild=rebuild) for day, why in days.items()]
        counts = {why: sum(found is why for found in days.values()) for why in Why}
        self.log.info(
            "%d days to look at: %s",
            len(works),
            ", ".join(f"{number} {why}" for why, number in counts.items() if number) or "nothing is due",
        )
        return works

    def _without_detailed(self, days: dict[date, Why], depth: Depth) -> dict[date, Why]:
        """Leave out days whose details are published already: totals alone would say less."""
        if depth is Depth.FULL:
            return days
        published = self.store.read_heads(day for day in self.store.days_published() if day in days)
        detailed = {head.day for head in published if head.status is not DayStatus.TOTALS}
        if detailed:
            self.log.info("%d of %d days have details already, and are left out", len(detailed), len(days))
        return {day: why for day, why in days.items() if day not in detailed}

    def _due(self, today: date) -> tuple[dict[date, Why], list[date]]:
        """Give the days to look at, and those that are due and left to the next runs."""
        days, since = set(self.store.days_published()), oldest_day(today=today, rules=self.rules)
        heads = self.store.read_heads(day for day in sorted(days) if day >= since)
        # Days of totals alone are years of history, which nobody wants looked at again.
        published = [head for head in heads if head.status is not DayStatus.TOTALS]
        recent = today - timedelta(days=RETRIED_UNTIL_AGE)
        swept = [day for day in self.store.days_swept() if day >= recent and day not in days]
        tried = [day for day in swept if self._is_incomplete(day)]
        wants_every_day = self.every_day or self.rules.start_day is not None
        missing = missing_days(self.store, today=today, rules=self.rules) if wants_every_day else []
        count_unpublished(self, [*missing, *tried], today=today)
        due = days_due(published, tried, missing, today=today, rules=self.rules)
        most = self.most_calls
        if most is None:
            return due, []
        chosen = affordable(due, published, today=today, rules=self.rules, most=most)
        left = [day for day in due if day not in chosen]
        if left:
            self.log.warning(
                "%d of %d due days are left to the next runs: this one may take %g hours of budget, %d calls",
                len(left), len(due), self.rules.approve_above_h, most,
            )  # fmt: skip
        return {day: due[day] for day in chosen}, left

    def _is_incomplete(self, day: date) -> bool:
        """Whether an unpublished day was tried, and is neither purged nor just being fetched."""
        tombstone = self.store.read_tombstone(day)
        read = [named.at for key in self.store.keys(self.store.at.lists(day)) if (named := read_raw_key(key))]
        if not read or (tombstone and tombstone.is_whole_day):
            return False
        if datetime.now(UTC) - max(read) > AT_WORK:
            return True
        sweep = self.store.newest_list(day)
        if sweep is None:  # it was refused just now, and its run is red for it
            return False
        # Nothing keeps anybody busy there: the day's own run reads its list every half hour, or has given up.
        try:
            return bool(why_list_quiet(self.store, day, sweep))
        except (ContractViolation, FileNotFoundError):
            return False


def _day(form: Any, name: str) -> date | None:
    text = form.get(name)
    return parse_day(str(text), name=name) if text else None


def _mode(form: Any) -> Mode:
    return Mode(form.get("mode") or Mode.CHANGED)


def _depth(form: Any) -> Depth:
    return Depth(form.get("depth") or Depth.FULL)


def _work(day: date, why: Why, form: Any, *, rebuild: bool) -> DayWork:
    asked = why is Why.ASKED
    mode = _mode(form) if asked else Mode.CHANGED
    return DayWork(
        day=day.isoformat(),
        why=str(why),
        mode=str(mode),
        depth=str(_depth(form) if asked else Depth.FULL),
        only=[str(campaign) for campaign in form.get("campaigns") or ()] if asked else [],
        closing=mode is Mode.CHANGED,
        rebuild=rebuild or why is Why.EVENT_OWED,
    )
