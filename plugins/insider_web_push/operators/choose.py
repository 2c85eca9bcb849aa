"""choose: which days a refresh looks at, from what is published or from the form, before anything is spent."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from airflow.sdk.configuration import conf

from insider_web_push.days import local_date
from insider_web_push.errors import InvalidRequest
from insider_web_push.operators.base import InsiderOperator
from insider_web_push.planning import Mode
from insider_web_push.refreshing import (
    AT_WORK,
    RETRIED_UNTIL_AGE,
    SeenDay,
    Why,
    affordable,
    days_asked,
    days_due,
    oldest_day,
)
from insider_web_push.requests_to_api import parse_day
from insider_web_push.snapshots import parse_file_name
from insider_web_push.work import DayWork

if TYPE_CHECKING:
    from airflow.sdk import Context


class ChooseDaysOperator(InsiderOperator):
    """
    Choose the days that are due for another look; or those that the run's form names.

    Raises:
        InvalidRequest: the form's days cannot be right; nothing was sent.
    """

    def execute(self, context: Context) -> list[DayWork]:
        """Choose, and say why."""
        form = context["params"]
        today = local_date(datetime.now(UTC), self.timezone)
        first, last = (_day(form, name) for name in ("first_day", "last_day"))
        rebuild = bool(form.get("rebuild"))
        if rebuild and not (first or last):
            message = "rebuild needs days: give the first and the last one"
            raise InvalidRequest(message)
        if first or last:
            days = days_asked(first, last, today=today, swept=self.store.days_swept() if rebuild else None)
        elif form.get("campaigns") or Mode(form.get("mode") or Mode.CHANGED) is not Mode.CHANGED:
            message = "campaigns and mode need days: give the first and the last one"
            raise InvalidRequest(message)
        else:
            days = self._due(today)
        works = [_work(day, why, form, rebuild=rebuild) for day, why in days.items()]
        counts = {why: sum(found is why for found in days.values()) for why in Why}
        self.log.info(
            "%d days to look at: %s",
            len(works),
            ", ".join(f"{number} {why}" for why, number in counts.items() if number) or "nothing is due",
        )
        return works

    def _due(self, today: date) -> dict[date, Why]:
        seen = self._seen(today)
        due = days_due(seen, today=today, rules=self.rules)
        most = conf.getint("core", "max_map_length")
        chosen = affordable(due, seen, today=today, rules=self.rules, most=most)
        if len(chosen) < len(due):
            self.log.warning(
                "%d of %d due days are left to the next runs: [core] max_map_length is %d",
                len(due) - len(chosen), len(due), most,
            )  # fmt: skip
        return {day: due[day] for day in chosen}

    def _seen(self, today: date) -> list[SeenDay]:
        """Read what is known of the days that a look can be due for."""
        published = self.store.days_published()
        since = oldest_day(today=today, rules=self.rules)
        seen = [
            SeenDay(
                day=manifest.day,
                looked_at=manifest.looked_at,
                is_partial=not manifest.is_complete,
                owes_event=manifest.event is not None,
                campaigns=manifest.files["campaign_day"].rows,
            )
            for manifest in self.store.read_heads(day for day in published if day >= since)
        ]
        recent = today - timedelta(days=RETRIED_UNTIL_AGE)
        tried = [day for day in self.store.days_swept() if day >= recent and day not in set(published)]
        return seen + [SeenDay(day=day) for day in tried if self._is_incomplete(day)]

    def _is_incomplete(self, day: date) -> bool:
        """Whether an unpublished day was tried, and is neither purged nor just being fetched."""
        tombstone, sweep = self.store.read_tombstone(day), self.store.newest_sweep(day)
        if sweep is None or (tombstone and tombstone.is_whole_day):
            return False
        swept = parse_file_name(sweep.rpartition("/")[2])
        return swept is None or datetime.now(UTC) - swept[0] > AT_WORK


def _day(form: Any, name: str) -> date | None:
    text = form.get(name)
    return parse_day(str(text), name=name) if text else None


def _work(day: date, why: Why, form: Any, *, rebuild: bool) -> DayWork:
    asked = why is Why.ASKED
    mode = Mode(form.get("mode") or Mode.CHANGED) if asked else Mode.CHANGED
    return DayWork(
        day=day.isoformat(),
        why=str(why),
        mode=str(mode),
        only=[str(campaign) for campaign in form.get("campaigns") or ()] if asked else [],
        closing=mode is Mode.CHANGED,
        rebuild=rebuild or why is Why.EVENT_OWED,
    )
