"""An account's rules for its days: when to look again, and what may be published. Pure."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from insider_web_push.vocabulary import CampaignId, Check, DayCheck, Finality, NumberFormat

DELIVERY_CLOSED_AGE = 11
"""Days. A message lives up to 240 h (vendor's documentation), so ten days after its day ended nothing is delivered."""
DEFAULT_AGES = (2, 3, 7, 11, 14, 30, 60, 102)
"""Dense while delivery goes on. The last one: 11 days of delivery, 90 of attribution, and a day to spare."""
DEFAULT_CHECK_THRESHOLD = 0.05
MOST_SKIPPED = 0.05
"""Share of a day's campaigns that the API may have nothing for; more of them look like a fault of the API."""


def _ladder(ages: tuple[int, ...]) -> tuple[int, ...]:
    if any(later <= earlier for earlier, later in pairwise(ages)):
        message = "ages must increase from one look to the next"
        raise ValueError(message)
    if ages[-1] < DELIVERY_CLOSED_AGE:
        message = f"the last look must be at {DELIVERY_CLOSED_AGE} days or later, when delivery has closed"
        raise ValueError(message)
    return ages


def _ids_as_text(ids: object) -> object:
    return tuple(str(item) if isinstance(item, int) else item for item in ids) if isinstance(ids, list) else ids


Age = Annotated[int, Field(ge=1, le=800)]


class Rules(BaseModel):
    """
    How an account's days are looked at and published.

    Attributes:
        ages: Days after which a published day is looked at again. At the first one from 11 on (delivery has closed) and
            at the last one (attribution has closed) every campaign of the day is fetched, moved or not.
        partial_after_h: Hours after the end of a day from which it is published as `partial` if something is still
            missing; null waits for the missing ones.
        accept_missing: Campaigns that a day may go without: they count as there, with the figures of the list.
        approve_above_h: Hours of budget above which a run that somebody triggered waits for approval; a scheduled
            refresh leaves the days beyond it to the next one. Null: neither.
        check_thresholds: Share of the day's campaigns, 0 to 1, that may fail a check before verify fails, by the name
            of the check; 0.05 for those that are not named. Of `account_totals`: by what share they may differ.
        accept_quiet: Whether a day is published without a question on which hardly anything happened, though each of
            the seven published days before it had pushes.
        number_format: How campaign-metrics prints the account's figures: "1,234.56", or "1.234,56".
        start_day: The first day that the account should have: from it on, the refresh fetches days that nobody ever
            looked at. Null: the first day that is published with details.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    ages: Annotated[tuple[Age, ...], Field(min_length=1), AfterValidator(_ladder)] = DEFAULT_AGES
    partial_after_h: Annotated[float, Field(ge=0, le=2400)] | None = None
    accept_missing: Annotated[tuple[CampaignId, ...], BeforeValidator(_ids_as_text)] = ()
    approve_above_h: Annotated[float, Field(gt=0, le=2400)] | None = 2.0
    check_thresholds: dict[Check | DayCheck, Annotated[float, Field(ge=0, le=1)]] = {}
    accept_quiet: bool = False
    number_format: NumberFormat = NumberFormat.POINT
    start_day: date | None = None

    @property
    def final_age(self) -> int:
        """The last look, after which nothing moves."""
        return self.ages[-1]

    @property
    def closing_ages(self) -> tuple[int, int]:
        """The two looks that fetch every campaign: totals cannot show what moved between devices or reasons."""
        return next(age for age in self.ages if age >= DELIVERY_CLOSED_AGE), self.final_age

    def is_due(self, *, looked_at: int, age: int) -> bool:
        """Tell whether a look falls between the highest age that was looked at and the present one."""
        return any(looked_at < look <= age for look in self.ages)

    def closed_at(self, age: int) -> int | None:
        """Tell the newest closing look that a day of this age has reached; None if it has reached none."""
        return max((closing for closing in self.closing_ages if closing <= age), default=None)

    def threshold(self, check: str) -> float:
        """Tell the share of campaigns that may fail a check."""
        return next((share for name, share in self.check_thresholds.items() if name == check), DEFAULT_CHECK_THRESHOLD)


def finality_of(*, is_ttl_ended: bool | None, age: int, final_age: int) -> Finality:
    """
    Tell how settled figures are by when they were given.

    Args:
        is_ttl_ended: The answer's `isTTLEnded`; None if there is no answer, or it does not say.
        age: Days from the day to the answer, in the account's time zone.
        final_age: The account's last look.
    """
    if age >= final_age:
        return Finality.FINAL
    # On the day itself a recurring campaign goes on sending, whatever the flag says.
    if age >= DELIVERY_CLOSED_AGE or (is_ttl_ended and age >= 1):
        return Finality.DELIVERY_CLOSED
    return Finality.PROVISIONAL
