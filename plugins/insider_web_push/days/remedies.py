"""What to do about each cause: the one table that verify, alerts, the coverage page and the runbook read. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from insider_web_push.days.asks import Ask
from insider_web_push.days.troubles import Trouble
from insider_web_push.errors import first_of
from insider_web_push.vocabulary import DAILY, REFRESH, account_of_dag

THE_DAY = "the day"
_CLEAR = "clear the failed tasks with downstream"


@dataclass(frozen=True, slots=True)
class Remedy:
    """
    What a cause is, and what to do.

    Attributes:
        cause: What happened, as a sentence.
        step: What to do, with the fields of `Names`, and `{day}`, to fill in.
        asks: Those parts of the step that the refresh can be asked for, the first choice first.
    """

    cause: str
    step: str
    asks: tuple[Ask, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """
    What is called how for one account.

    Attributes:
        account: Its name in the accounts file.
        conn_id: Its Airflow connection.
        daily: The id of its daily DAG.
        refresh: The id of its refresh.
    """

    account: str = "default"
    conn_id: str = "insider_web_push_default"
    daily: str = DAILY
    refresh: str = REFRESH

    @classmethod
    def of_dag(cls, dag_id: str, *, conn_id: str) -> Names:
        """
        Tell the names of the account that a DAG belongs to, from the DAG's own: `…_refresh__brand` is of `brand`.

        A DAG that somebody wrote has another id, which tells nothing: then they are those of the account `default`.
        """
        account = account_of_dag(dag_id) or "default"
        of = "" if account == "default" else f"__{account}"
        return cls(account=account, conn_id=conn_id, daily=DAILY + of, refresh=REFRESH + of)


REMEDIES: dict[Trouble, Remedy] = {
    Trouble.UNAUTHORIZED: Remedy(
        "The API does not accept the key, or not from this address.",
        "Make a new key in InOne and put it into Admin > Connections > {conn_id}; or let InOne allow the addresses of "
        f"your workers. Then {_CLEAR}.",
    ),
    Trouble.CONFIGURATION: Remedy(
        "A setting is missing or wrong.", f"Correct the setting that the message names, then {_CLEAR}."
    ),
    Trouble.STORAGE: Remedy(
        "The storage refuses what is written.",
        f"Let the workers write to the storage of account {{account}} (policy, quota, disk), then {_CLEAR}. What was "
        "fetched is kept and costs no second call.",
    ),
    Trouble.THROTTLED: Remedy(
        "The API refused requests for its rate limit.",
        "Somebody else uses the key, or the vendor's limit is lower than the connection {conn_id} says: set its "
        f"requests per minute. The next {{refresh}} tries again; sooner: {_CLEAR}.",
    ),
    Trouble.UNAVAILABLE: Remedy(
        "The API, or something behind it, did not do its work, in every try.",
        "Wait: the API is not well, and the next {refresh} tries again by itself. If it is needed sooner, "
        f"{_CLEAR} when the API is back.",
    ),
    Trouble.BUDGET_STORE: Remedy(
        "The store of the shared budget does not answer, so nothing was sent.",
        f"Bring that store back (budget_conn_id of connection {{conn_id}} names it). Then {_CLEAR}.",
    ),
    Trouble.BUDGET_WAIT: Remedy(
        "Other runs use the account's whole budget.",
        "Wait: the next {refresh} tries again. If it is so every day, ask the vendor for more requests a minute.",
    ),
    Trouble.LIST_DRIFTED: Remedy(
        "The list of campaigns changed each time it was read, and what was read does not add up.",
        "Wait: the next {refresh} reads it again. Sooner: run {refresh} for {day}.",
        asks=(Ask.LOOK,),
    ),
    Trouble.LIST_TOO_LONG: Remedy(
        "The list states more campaigns than the account can have, and was not read.",
        "Look in InOne how many campaigns the day has. If that many: run {refresh} for {day} with max_calls as high as "
        "the message says. If not, tell the vendor; the next {refresh} asks again.",
        asks=(Ask.LOOK,),
    ),
    Trouble.REJECTED: Remedy(
        "An answer of the API has a shape that is not documented. It is kept in raw to look at, and never read again.",
        "When the API is well, fetch it again: run {refresh} for {day} with mode changed; where a fetch is red, "
        "clearing it with downstream does as well. If the answer stays so, report the message; after an update of the "
        "package fetch it again as well (rebuild only does not read what was rejected). A campaign can be done without "
        "meanwhile: its id in accept_missing.",
        asks=(Ask.LOOK, Ask.ACCEPT_MISSING),
    ),
    Trouble.DAMAGED_OBJECT: Remedy(
        "A stored object is damaged, or gone.",
        "Remove the object that the message names, if it is there; for a manifest's details, the manifest. Then, for "
        "an answer, run {refresh} for {day} with the campaign's id and mode all; for a list, with mode changed; for a "
        "manifest, with rebuild only. A tombstone is written anew by purging again.",
        asks=(Ask.FETCH_ALL, Ask.LOOK, Ask.REBUILD),
    ),
    Trouble.LOST_FILE: Remedy(
        "A published file is gone, or is not what was published.",
        "Run {refresh} for {day} with rebuild only: it is made anew from stored answers, without a call.",
        asks=(Ask.REBUILD,),
    ),
    Trouble.REFUSED: Remedy(
        "The API does not take the request.",
        "If the message names a form's field or a day, correct that and run again. Else the API's rules have changed: "
        "report the message.",
    ),
    Trouble.NOT_FOUND: Remedy(
        "The list has the campaign, with figures, and the API says that there is no such campaign.",
        f"It may pass: {_CLEAR} once, later. If it stays so, run {{refresh}} for {{day}} with the campaign's id in "
        "accept_missing: the list's figures stand for it.",
        asks=(Ask.FETCH_MISSING, Ask.ACCEPT_MISSING),
    ),
    Trouble.UNAVAILABLE_ALONE: Remedy(
        "The API answers for other campaigns, and not for this one, also half a minute later.",
        f"Wait: the next {{refresh}} asks again; sooner: {_CLEAR}. If it stays so, tell the vendor. To publish the day "
        "without it, run {refresh} for {day} with the campaign's id in accept_missing: the list's figures are taken.",
        asks=(Ask.FETCH_MISSING, Ask.ACCEPT_MISSING),
    ),
    Trouble.TOO_LARGE: Remedy(
        "The run needs more calls than it may spend.",
        "Trigger fewer days or campaigns, or raise max_calls in the form.",
    ),
    Trouble.UNANSWERED: Remedy(
        "A run needs approval, while as many runs wait for it as may.",
        f"Answer those in Browse > Required Actions; then {_CLEAR} of the run that did not ask.",
    ),
    Trouble.STALE_QUESTION: Remedy(
        "A run was cleared while it waited for approval, and Airflow would have shown its earlier question.",
        f"When the run has ended, {_CLEAR}: it asks anew, with what its present plan costs.",
    ),
    Trouble.LATE: Remedy(
        "A day is not published by the time that the account sets.",
        "Look at the runs of {daily}: failed (its own alert says why), still running, or none: then the DAG is paused, "
        "or the scheduler was down. Clear or trigger the day's run. Days that nobody looked at come with {refresh}.",
    ),
    Trouble.BEHIND: Remedy(
        "The refresh leaves more due days over from day to day: they need more calls than its runs may take.",
        "Set approve_above_h of account {account} higher, the hours of budget that a refresh may take; or have the "
        "vendor raise the limit; or look less often, with fewer ages. Until then, the youngest days go first, and each "
        "day has its last look.",
    ),
    Trouble.MISSING: Remedy(
        "Something of the day was not fetched.",
        f"See the logs of the failed tasks; then {_CLEAR}, or wait for the next {{refresh}}. If a campaign cannot be "
        "had, run {refresh} for {day} with its id in accept_missing.",
        asks=(Ask.FETCH_MISSING, Ask.ACCEPT_MISSING),
    ),
    Trouble.HAS_NOTHING: Remedy(
        "The API has nothing for so many campaigns that it looks like a fault of the API.",
        "Run {refresh} for {day} with the campaigns and mode all, later. If the API is right, run it with their ids in "
        "accept_missing.",
        asks=(Ask.FETCH_ALL, Ask.ACCEPT_MISSING),
    ),
    Trouble.HELD_CAMPAIGN: Remedy(
        "A campaign's newest answer says less than what is published of it, so its published figures stay.",
        "Compare the campaign with the vendor's panel. If it really has become less, run {refresh} for {day} with "
        "accept_fall. If not, wait: it is fetched again by each look at the day, until it says as much again.",
        asks=(Ask.LOOK, Ask.ACCEPT_FALL),
    ),
    Trouble.HELD_DAY: Remedy(
        "The day's counters fell so far that its published version stays.",
        "Compare the day with the vendor's panel. If it really has become less, run {refresh} for {day} with "
        "accept_fall. If not, run {refresh} for {day} with mode all when the API is well.",
        asks=(Ask.FETCH_ALL, Ask.ACCEPT_FALL),
    ),
    Trouble.QUIET_DAY: Remedy(
        "The day has hardly any activity, though each of the days before had.",
        "Wait: the figures may come late, and the next {refresh} reads them again. If the day really was quiet, run "
        "{refresh} for {day} with accept_quiet; if that is usual, set accept_quiet of account {account}.",
        asks=(Ask.LOOK, Ask.ACCEPT_QUIET),
    ),
    Trouble.NO_LIST: Remedy(
        "The list of campaigns was not read, so nobody knows what the days have.",
        "See the log of discover for the cause; when that is mended, clear the run.",
    ),
    Trouble.NOTHING_STORED: Remedy(
        "The day was never fetched, so it cannot be rebuilt.",
        "Run {refresh} for {day} without rebuild only.",
        asks=(Ask.LOOK,),
    ),
    Trouble.NOT_COMMITTED: Remedy(
        "The task publish failed, or did not run after the last fetch.",
        "Clear publish with downstream: what was fetched is kept, and no call is needed.",
    ),
    Trouble.OVERTAKEN: Remedy(
        "Somebody else committed the day, or purged of it, while this run did, each time.",
        "Clear publish with downstream, or the task purge: what was fetched is kept, and no call is needed. If it "
        "comes again, look for a second Airflow with this storage, and for a publish pool of more than one slot in "
        "Admin > Pools.",
    ),
    Trouble.CHECK: Remedy(
        "More campaigns fail a check than the account allows. The day is published; a figure that is not sure is null.",
        "See failed_check_details of campaign_day, and the stored answers. If the account is so by its nature, set "
        "check_thresholds of account {account}; else report the message, and after an update of the package run "
        "{refresh} for {day} with rebuild only: no call is needed.",
        asks=(Ask.REBUILD,),
    ),
    Trouble.CHECK_TIME_ZONE: Remedy(
        "The answers are about days of another time zone than the account's.",
        "Correct the timezone of account {account}, then run {refresh} for {day} with mode all.",
        asks=(Ask.FETCH_ALL,),
    ),
    Trouble.CHECK_LIST_FIGURES: Remedy(
        "The list has no readable figure for a counter, so that these campaigns are fetched at every look.",
        "Look at the stored list. If the API has changed it for good, update the package or report the message; if "
        "the account can live with it, set check_thresholds of account {account} to list_figures: 1.",
    ),
    Trouble.CHECK_LIST: Remedy(
        "Answers do not fit the list before them: the API may have added the day up anew between the two.",
        "Wait, or run {refresh} for {day}: at each look, campaigns that said less than the list are asked again. If it "
        "stays so, compare one with InOne, and set check_thresholds of account {account} to list: 1, or report it.",
        asks=(Ask.LOOK,),
    ),
    Trouble.LIST_UNSTEADY: Remedy(
        "The list changed each time it was read. The day has every campaign of all readings.",
        "Run {refresh} for {day}: it reads the list again. If it is so every day, set check_thresholds of account "
        "{account} to list_unsteady: 1.",
        asks=(Ask.LOOK,),
    ),
    Trouble.LISTED_TWICE: Remedy(
        "The list has a campaign twice, with different figures; the higher ones count.",
        "Compare the campaign with the vendor's panel. If it stays so, report it to the vendor, and set "
        "check_thresholds of account {account} to listed_twice: 1.",
    ),
    Trouble.ROW_WITHOUT_ID: Remedy(
        "The list has a row without a campaign's id, which is left out: often a draft.",
        "Look for the campaign in InOne. If it should count, report it to the vendor; if not, set check_thresholds of "
        "account {account} to row_without_id: 1.",
    ),
    Trouble.ACCOUNT_TOTALS: Remedy(
        "The campaigns of the list do not add up to the account's own totals.",
        "Run {refresh} for {day} later: both are read again. If they never agree, as make check tells, set "
        "check_thresholds of account {account} to account_totals: 1.",
        asks=(Ask.LOOK,),
    ),
    Trouble.FAILED_TASK: Remedy(
        "A task failed, though every day is complete from earlier answers.", f"Mend what its log says, then {_CLEAR}."
    ),
    Trouble.TRANSIENT: Remedy(
        "Something failed that may pass.", f"Wait: the next {{refresh}} tries again; sooner: {_CLEAR}."
    ),
    Trouble.LASTING: Remedy(
        "Something failed that another try does not mend.", f"See the message; when that is mended, {_CLEAR}."
    ),
    Trouble.WORKER_LOST: Remedy(
        "A task ended without a word.",
        f"The task's process was killed (out of memory, a lost machine) or never came to run: {_CLEAR}.",
    ),
    Trouble.OTHER: Remedy(
        "Something failed that this package does not know.", f"See the task's log; when that is mended, {_CLEAR}."
    ),
}


def what_to_do(trouble: Trouble, names: Names, *, days: Iterable[str] = ()) -> str:
    """
    Say what to do about a cause.

    Args:
        days: The days that it is about, YYYY-MM-DD; empty if they are unknown.
    """
    listed = list(days)
    day = listed[0] if len(listed) == 1 else "those days" if listed else THE_DAY
    return REMEDIES[trouble].step.format(
        account=names.account, conn_id=names.conn_id, daily=names.daily, refresh=names.refresh, day=day
    )


def steps(causes: Mapping[Trouble, Iterable[str]], names: Names, *, days: Iterable[str] = ()) -> str:
    """
    Say what to do about several causes, each once.

    Args:
        causes: The campaigns that each cause is about; none where it is about the day as a whole.
        days: See `what_to_do`.
    """
    of_days = list(days)
    ordered = sorted(causes.items(), key=lambda item: list(Trouble).index(item[0]))
    said = [(titled(trouble, campaigns), what_to_do(trouble, names, days=of_days)) for trouble, campaigns in ordered]
    if len(said) == 1:
        return said[0][1]
    return " ".join(f"[{title}] {step}" for title, step in said)


def titled(trouble: Trouble, campaigns: Iterable[str] = ()) -> str:
    """Name a cause as people read it, with the campaigns that it is about: `not found: 40006`."""
    ids = sorted(set(campaigns))
    return str(trouble).replace("_", " ") + (f": {first_of(ids)}" if ids else "")
