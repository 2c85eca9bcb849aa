"""What can be wrong with a day, or with a run: one word for each cause that has a remedy of its own. Pure."""

from __future__ import annotations

from enum import StrEnum

from insider_web_push import errors
from insider_web_push.vocabulary import Check, DayCheck


class Trouble(StrEnum):
    """
    A cause, as verify, alerts, the coverage page and the runbook tell it apart; `remedies` says what to do about it.

    What hits every campaign comes first: alerts name causes in this order. XComs hold the words.
    """

    UNAUTHORIZED = "unauthorized"
    CONFIGURATION = "configuration"
    STORAGE = "storage"
    THROTTLED = "throttled"
    UNAVAILABLE = "unavailable"
    BUDGET_STORE = "budget_store"
    BUDGET_WAIT = "budget_wait"
    LIST_DRIFTED = "list_drifted"
    LIST_TOO_LONG = "list_too_long"
    REJECTED = "rejected"
    DAMAGED_OBJECT = "damaged_object"
    LOST_FILE = "lost_file"
    REFUSED = "refused"
    NOT_FOUND = "not_found"
    UNAVAILABLE_ALONE = "unavailable_alone"
    TOO_LARGE = "too_large"
    UNANSWERED = "unanswered"
    STALE_QUESTION = "stale_question"
    LATE = "late"
    BEHIND = "behind"
    MISSING = "missing"
    HAS_NOTHING = "has_nothing"
    HELD_CAMPAIGN = "held_campaign"
    HELD_DAY = "held_day"
    QUIET_DAY = "quiet_day"
    NO_LIST = "no_list"
    NOTHING_STORED = "nothing_stored"
    NOT_COMMITTED = "not_committed"
    OVERTAKEN = "overtaken"
    CHECK = "check"
    CHECK_TIME_ZONE = "check_time_zone"
    CHECK_LIST_FIGURES = "check_list_figures"
    CHECK_LIST = "check_list"
    LIST_UNSTEADY = "list_unsteady"
    LISTED_TWICE = "listed_twice"
    ROW_WITHOUT_ID = "row_without_id"
    ACCOUNT_TOTALS = "account_totals"
    FAILED_TASK = "failed_task"
    TRANSIENT = "transient"
    LASTING = "lasting"
    WORKER_LOST = "worker_lost"
    OTHER = "other"


OF_ERRORS: dict[type[errors.InsiderError], Trouble] = {
    errors.Unauthorized: Trouble.UNAUTHORIZED,
    errors.ConfigurationError: Trouble.CONFIGURATION,
    errors.StorageNotWritable: Trouble.STORAGE,
    errors.Throttled: Trouble.THROTTLED,
    errors.ServiceUnavailable: Trouble.UNAVAILABLE,
    errors.UpstreamFailed: Trouble.UNAVAILABLE,
    errors.TurnedAway: Trouble.UNAVAILABLE,
    errors.CampaignUnavailable: Trouble.UNAVAILABLE_ALONE,
    errors.BudgetUnavailable: Trouble.BUDGET_STORE,
    errors.BudgetWait: Trouble.BUDGET_WAIT,
    errors.PagesDrifted: Trouble.LIST_DRIFTED,
    errors.Overtaken: Trouble.OVERTAKEN,
    errors.QuietDay: Trouble.QUIET_DAY,
    errors.ContractViolation: Trouble.REJECTED,
    errors.ListTooLong: Trouble.LIST_TOO_LONG,
    errors.DamagedObject: Trouble.DAMAGED_OBJECT,
    errors.LostFile: Trouble.LOST_FILE,
    errors.InvalidRequest: Trouble.REFUSED,
    errors.CampaignNotFound: Trouble.NOT_FOUND,
    errors.PlanTooLarge: Trouble.TOO_LARGE,
    errors.TooManyQuestions: Trouble.UNANSWERED,
    errors.StaleQuestion: Trouble.STALE_QUESTION,
    errors.DeadlineMissed: Trouble.LATE,
    errors.IncompleteDay: Trouble.MISSING,
    errors.RetryableError: Trouble.TRANSIENT,
    errors.FatalError: Trouble.LASTING,
}
"""The cause that each error stands for; an error that is not here stands for that of its nearest base."""

_OF_CHECKS = {
    Check.TIME_ZONE: Trouble.CHECK_TIME_ZONE,
    Check.LIST_FIGURES: Trouble.CHECK_LIST_FIGURES,
    Check.LIST: Trouble.CHECK_LIST,
}


def error_in_table(error: BaseException) -> type[errors.InsiderError] | None:
    """Give the class of an error, or the nearest base of it, that stands for a cause; None if it is not ours."""
    return next((cls for cls in type(error).__mro__ if cls in OF_ERRORS), None)


def trouble_of(error: BaseException) -> Trouble:
    """Tell the cause that an error stands for."""
    found = error_in_table(error)
    return OF_ERRORS[found] if found else Trouble.OTHER


def trouble_named(word: str) -> Trouble:
    """Read a cause's word; one of another version is `Trouble.OTHER`."""
    return Trouble(word) if word in set(Trouble) else Trouble.OTHER


def trouble_of_check(name: str) -> Trouble:
    """Tell the cause that a failed check stands for: one of a campaign, or one of a day as a whole."""
    if name in set(DayCheck):
        return Trouble(name)
    return _OF_CHECKS.get(Check(name), Trouble.CHECK) if name in set(Check) else Trouble.CHECK
