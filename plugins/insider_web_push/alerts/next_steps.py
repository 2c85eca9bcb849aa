"""What to do about each kind of failure. Pure: one table, by the classes of `errors`."""

from __future__ import annotations

from insider_web_push import errors
from insider_web_push.accounts.file import Account
from insider_web_push.vocabulary import DAILY, REFRESH

_CLEAR = "clear the failed tasks with downstream"

NEXT_STEPS: dict[type[errors.InsiderError], str] = {
    errors.Unauthorized: (
        "Make a new key in InOne and put it into Admin > Connections > {conn_id}; or let InOne allow the addresses of "
        f"your workers. Then {_CLEAR}."
    ),
    errors.ConfigurationError: f"Correct the setting that the message names, then {_CLEAR}.",
    errors.StorageNotWritable: (
        f"Let the workers write to the storage of account {{account}} (policy, quota, disk), then {_CLEAR}. What was "
        "fetched is kept and costs no second call."
    ),
    errors.Throttled: (
        "Somebody else uses the key, or the vendor's limit is lower than the connection {conn_id} says: set its "
        f"requests per minute. The next {{refresh}} tries again; sooner: {_CLEAR}."
    ),
    errors.ServiceUnavailable: (
        "Wait: the API is not well, and the next {refresh} tries again by itself. If it is needed sooner, "
        f"{_CLEAR} when the API is back."
    ),
    errors.BudgetUnavailable: (
        "Bring the budget's store back (connection {conn_id} names it in budget_conn_id). Nothing was sent meanwhile. "
        f"Then {_CLEAR}."
    ),
    errors.BudgetWait: (
        "Other runs use the account's whole budget. Wait: the next {refresh} tries again. If it is so every day, ask "
        "the vendor for more requests a minute."
    ),
    errors.PagesDrifted: (
        f"The list of campaigns changed while it was read. Wait: the next {{refresh}} reads it again; sooner: {_CLEAR}."
    ),
    errors.ContractViolation: (
        "The API, or a stored file, has another shape than is known; raw answers are kept. Update the package if there "
        "is a newer version, else report the message; then refresh the day with rebuild only: no call is needed."
    ),
    errors.InvalidRequest: (
        "If the message names a form's field or a day, correct that and run again. Else the API's rules have changed: "
        "report the message."
    ),
    errors.CampaignNotFound: (
        "The API no longer knows the campaign. To publish the day without it, run {refresh} for the day with the "
        "campaign in accept_missing."
    ),
    errors.PlanTooLarge: "Trigger fewer days or campaigns, or raise max_calls in the form.",
    errors.DeadlineMissed: (
        "Look at the runs of {daily}: failed (its own alert says why), still running, or none: then the DAG is paused, "
        "or the scheduler was down. Clear or trigger the day's run."
    ),
    errors.IncompleteDay: (
        f"See what the message names; {_CLEAR}, or wait for the next {{refresh}}. To publish without what cannot be "
        "had, run {refresh} for the day with accept_missing."
    ),
    errors.RetryableError: f"Wait: the next {{refresh}} tries again; sooner: {_CLEAR}.",
    errors.FatalError: f"See the message; when that is mended, {_CLEAR}.",
}
"""By error, in the order in which causes are named: what hits all campaigns comes first. `next_step` fills them in."""

WORKER_LOST = "worker lost"
OTHER = "other error"

_BY_KIND = {error.__name__: step for error, step in NEXT_STEPS.items()} | {
    WORKER_LOST: f"The task's process was killed (out of memory, a lost machine) or never came to run: {_CLEAR}.",
    OTHER: f"See the task's log; when that is mended, {_CLEAR}.",
}


def kind_of(error: BaseException) -> str:
    """Name an error by its class, or by the nearest base of it that has a next step."""
    return next((cls.__name__ for cls in type(error).__mro__ if cls in NEXT_STEPS), OTHER)


def next_step(kind: str, account: Account) -> str:
    """Say what to do about a failure of an account's run; its kind is one of `kind_of`, or `WORKER_LOST`."""
    return _BY_KIND[kind].format(
        account=account.name, conn_id=account.conn_id, daily=account.named(DAILY), refresh=account.named(REFRESH)
    )


def rank(kind: str) -> int:
    """Tell the place of a kind of failure among the causes of one run; 0 comes first."""
    return list(_BY_KIND).index(kind)
