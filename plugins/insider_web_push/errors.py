"""
Every failure this package can raise, sorted by what the caller should do next.

InsiderError
  + RetryableError          a later attempt may succeed; says how much later, if it is known
    - Throttled             429, or 403 or 2xx that names the limit
    - ServiceUnavailable    5xx, 424 of an upstream service, timeout, dropped connection, 2xx of no JSON or an error
      . UpstreamFailed      424 that is not "Campaign not found": may be for one campaign alone
      . TurnedAway          403 without the API's own words: a firewall's page, which may pass
    - BudgetWait            the shared budget has no free slot within the time the caller can wait
    - BudgetUnavailable     the budget's store does not answer, so nothing may be sent
    - PagesDrifted          the list of campaigns changed each time it was read, and lacks some that it states
    - Overtaken             somebody else committed a day, or purged of it, while this task did
    - QuietDay              a list says that hardly anything happened: it may have been read too early
  + FatalError              trying again cannot help
    - ConfigurationError    a setting is missing or wrong; names it and where to set it
    - Unauthorized          401, or 403 in the API's own words, or one that lasts: every other call fails too
    - InvalidRequest        400, 422, other 4xx, a redirect, or an argument refused before anything was sent
    - CampaignNotFound      424 or 2xx "Campaign not found": only this campaign is affected
    - CampaignUnavailable   424 of an upstream service again after half a minute, while other campaigns are answered
    - ContractViolation     2xx whose JSON breaks the documented shape
        - DamagedObject     a stored object is damaged, or gone
        - ListTooLong       a list states more campaigns than the account can have
        - LostFile          a published file is gone, or not what was published
    - StorageNotWritable    the object storage refuses writes
    - PlanTooLarge          the plan needs more calls than the run may spend
    - TooManyQuestions      as many runs wait for approval as may, without keeping others from starting
    - StaleQuestion         Airflow would show the question of an earlier plan
    - IncompleteDay         campaigns of a day are missing; the day was not published
    - DeadlineMissed        a day is not published by the time that the account sets
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from pydantic import ValidationError


class InsiderError(Exception):
    """
    Base of all errors of this package. The message never holds a key or a response body.

    Attributes:
        place: What it is about, `campaign 40006 on 2026-11-22`; empty until somebody who knows says so.
    """

    place = ""

    def at(self, place: str, *, more: str = "") -> Self:
        """
        Give the same error with its place before the message, to be raised from this one.

        Args:
            place: See the attribute.
            more: A sentence to add: where the answer is kept.
        """
        placed = type(self)(f"{place}: {self}" + (f". {more}" if more else ""))
        vars(placed).update(vars(self) | {"place": place})
        return placed


class RetryableError(InsiderError):
    """
    A later attempt may succeed.

    Attributes:
        retry_after_s: Seconds to wait before the next attempt; None if nobody said.
    """

    def __init__(self, message: str, *, retry_after_s: float | None = None) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class Throttled(RetryableError):
    """The server refused the request for its rate limit."""


class ServiceUnavailable(RetryableError):
    """
    The server, or something behind it, did not do its work this time.

    Attributes:
        took_s: Seconds from sending to the failure, as far as that was measured.
    """

    took_s = 0.0


class UpstreamFailed(ServiceUnavailable):
    """A service behind the API failed; which may be for one campaign alone, and for ever."""


class TurnedAway(ServiceUnavailable):
    """A 403 without the API's own words, such as a firewall's page; if it lasts, the budget makes it `Unauthorized`."""


class BudgetWait(RetryableError):
    """No slot of the shared budget is free soon; `retry_after_s` says when one may be."""


class BudgetUnavailable(RetryableError):
    """The budget's store does not answer. Nothing was sent, since nobody can say how much room is left."""


class PagesDrifted(RetryableError):
    """Pages of a sweep have fewer campaigns than they state, also when read again and taken together."""


class Overtaken(RetryableError):
    """Somebody else committed a day, or noted a purge of it, while this task did, each time."""


class QuietDay(RetryableError):
    """
    Hardly anything happened on a day, though it did on those before; the list is kept.

    Only a run on the morning after raises it, and not on its last try: then the day is held by publish.
    """


class FatalError(InsiderError):
    """Trying again cannot help."""


class ConfigurationError(FatalError):
    """A setting is missing or wrong. The message names the setting and where to set it."""


class Unauthorized(FatalError):
    """The API does not accept the key, or not from this address."""


class InvalidRequest(FatalError):
    """
    The request cannot be right.

    Attributes:
        status: The API's status; None if it was refused before it was sent.
    """

    def __init__(self, message: str, *, status: int | None = None) -> None:
        super().__init__(message)
        self.status = status


class CampaignNotFound(FatalError):
    """The API knows no campaign of this id."""


class CampaignUnavailable(FatalError):
    """The API answers for other campaigns, and not for this one. The next look at the day asks again."""


class ContractViolation(FatalError):
    """
    A 2xx answer breaks the documented shape.

    Attributes:
        path: Where, as a JSON path such as `$.overview.total`.
    """

    def __init__(self, message: str, *, path: str = "$") -> None:
        super().__init__(message)
        self.path = path


class DamagedObject(ContractViolation):
    """A stored object is damaged, or gone. The message names it."""


class ListTooLong(ContractViolation):
    """A list states more campaigns than can be believed; nothing but its first page was asked for."""


class LostFile(ContractViolation):
    """A published file is gone, or not what was published. The message names it."""


class StorageNotWritable(FatalError):
    """The object storage refuses writes."""


class PlanTooLarge(FatalError):
    """The plan needs more calls than the run may spend."""


class TooManyQuestions(FatalError):
    """As many runs wait for a person as may: one more would keep runs from starting that need nobody."""


class StaleQuestion(FatalError):
    """Airflow would show the question of an earlier plan: whoever answers it would approve another cost."""


class _AboutDays(FatalError):
    """
    Something is wrong with days.

    Attributes:
        days: Those days, YYYY-MM-DD; empty if they are unknown.
    """

    def __init__(self, message: str, *, days: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.days = days


class IncompleteDay(_AboutDays):
    """
    Something of days is missing, held or wrong.

    Attributes:
        said: What is wrong, without what to do about it; the whole message if nobody told them apart.
        troubles: Its causes, words of `days.troubles.Trouble`; empty if they are unknown.
    """

    def __init__(
        self, message: str, *, days: tuple[str, ...] = (), said: str = "", troubles: tuple[str, ...] = ()
    ) -> None:
        super().__init__(message, days=days)
        self.said = said or message
        self.troubles = troubles


class DeadlineMissed(_AboutDays):
    """A day is not published by the time that the account sets."""


AS_IN_A_URI = "%2F for /, %3F for ?, %23 for #, %40 for @, %5B for [, %25 for %"
"""How a URI has what would cut it; Airflow takes connections as JSON as well, which needs none of that."""


def no_connection(conn_id: str, what_to_do: str, *, environ: Mapping[str, str], what: str = "") -> ConfigurationError:
    """
    Make the error of a connection that Airflow does not find.

    Airflow says the same of one that is not there and of one that it cannot read: a URI with a key that cuts it.

    Args:
        what_to_do: How it is added.
        environ: The process's environment, where Airflow looks for connections as well.
        what: What it is for, `, the budget's store,`.
    """
    variable = f"AIRFLOW_CONN_{conn_id.upper()}"
    if environ.get(variable):
        return ConfigurationError(
            f"connection {conn_id!r}{what} cannot be read, though {variable} is set: it must be a URI whose key or "
            f"password has {AS_IN_A_URI}, or JSON"
        )
    return ConfigurationError(f"connection {conn_id!r}{what} does not exist: {what_to_do}")


def first_of(names: Iterable[str], *, most: int = 20, separator: str = ", ") -> str:
    """Name the first of many, and say how many more there are: a message of thousands of names is read by nobody."""
    every = list(names)
    more = [f"and {len(every) - most} more"] if len(every) > most else []
    return separator.join(every[:most] + more)


def meant(written: str, known: Iterable[str]) -> str:
    """Say what was probably meant; empty if nothing known is like it. A time zone may lack its continent."""
    names = list(known)
    close = [name for name in names if name.lower().rpartition("/")[2] == written.lower()]
    close += get_close_matches(written, names, n=2, cutoff=0.7)
    return f"; did you mean {' or '.join(dict.fromkeys(close[:3]))}?" if close else ""


@dataclass(frozen=True, slots=True)
class Mistake:
    """
    The first thing that a model refuses.

    Attributes:
        at: Names and positions that lead there: `("accounts", 0, "timezone")`.
        kind: Pydantic's name of it: `extra_forbidden`.
        said: Pydantic's words.
        value: What stands there. It may be a secret, or of any size.
    """

    at: tuple[str | int, ...]
    kind: str
    said: str
    value: object

    @property
    def path(self) -> str:
        """Where, as a JSON path: `$.data[3].builderId`."""
        return "$" + "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in self.at)

    @property
    def name(self) -> str:
        """Where, as people write settings: `accounts.0.timezone`."""
        return ".".join(map(str, self.at))


def first_mistake(error: ValidationError) -> Mistake:
    """Tell the first of pydantic's complaints: one error, one thing to mend."""
    first = error.errors(include_url=False)[0]
    return Mistake(first["loc"], first["type"], first["msg"], first["input"])
