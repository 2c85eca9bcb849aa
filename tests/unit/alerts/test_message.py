"""The one message about a failed run."""

import json
from dataclasses import asdict, replace

import pytest

from insider_web_push.accounts import Account
from insider_web_push.alerts.kinds import OTHER, WORKER_LOST
from insider_web_push.alerts.message import (
    FailedRun,
    Failure,
    alert_of,
    backlog_of,
    days_of,
    failure_of,
    failures_of_run,
)
from insider_web_push.days.handover import LeftOver
from insider_web_push.days.remedies import what_to_do
from insider_web_push.days.troubles import Trouble
from insider_web_push.errors import (
    ConfigurationError,
    DeadlineMissed,
    IncompleteDay,
    ServiceUnavailable,
    Unauthorized,
)

DAILY, REFRESH = "insider_web_push_campaign_metrics__brand", "insider_web_push_refresh__brand"
RUN = FailedRun(
    account=Account(name="brand", conn_id="insider_brand", timezone="Europe/Istanbul", storage="lake"),
    dag_id=DAILY,
    run_id="manual__2026-11-23T05:00:00+00:00",
    days=("2026-11-22",),
    base_url="https://airflow.example.com/",
)
RED = Failure("verify", "IncompleteDay", "2026-11-22: 400 of 400 campaigns are missing")
STEP = (
    "Make a new key in InOne and put it into Admin > Connections > insider_brand; or let InOne allow the addresses of "
    "your workers. Then clear the failed tasks with downstream."
)
REFUSED = "the API does not accept the key of connection 'insider_brand'"


def refused(number: int) -> list[Failure]:
    """As many campaigns whose fetch met a revoked key."""
    return [failure_of(f"fetch[{index}]", Unauthorized(REFUSED)) for index in range(number)]


def test_the_message_says_what_why_what_to_do_and_where() -> None:
    """In this order, and nothing else."""
    alert = alert_of(RUN, RED, refused(400))
    assert alert.text.splitlines() == [
        "Insider web push, account brand, 2026-11-22: Unauthorized",
        f"DAG {DAILY}, run manual__2026-11-23T05:00:00+00:00",
        f"Unauthorized in fetch[0], fetch[1], fetch[2], fetch[3], fetch[4], and 395 more: {REFUSED}",
        f"What to do: {STEP}",
        "verify: 2026-11-22: 400 of 400 campaigns are missing",
        f"Run: https://airflow.example.com/dags/{DAILY}/runs/manual__2026-11-23T05%3A00%3A00%2B00%3A00",
        "2026-11-22: https://airflow.example.com/insider-web-push/brand/2026-11-22",
    ]


def test_each_cause_is_named_once_what_hits_all_first() -> None:
    """A run may fail for several reasons."""
    failures = [failure_of("fetch[9]", ServiceUnavailable("500")), *refused(2), failure_of("publish", None)]
    alert = alert_of(RUN, RED, failures)
    assert alert.title.endswith(": Unauthorized and ServiceUnavailable and Worker lost")
    assert [line.partition(":")[0] for line in alert.lines[1:-1:2]] == [
        "Unauthorized in fetch[0], fetch[1]",
        "ServiceUnavailable in fetch[9]",
        "Worker lost in publish",
    ]


def test_without_an_earlier_failure_the_last_task_is_the_cause() -> None:
    """A failed check, a held day, a late day."""
    alert = alert_of(RUN, RED, [])
    assert alert.lines[1] == "IncompleteDay in verify: 2026-11-22: 400 of 400 campaigns are missing"
    assert f"wait for the next {REFRESH}" in alert.lines[2]
    assert len(alert.lines) == 3


@pytest.mark.parametrize(
    ("trouble", "step"),
    [
        (Trouble.HELD_DAY, f"run {REFRESH} for 2026-11-22 with accept_fall"),
        (Trouble.QUIET_DAY, f"run {REFRESH} for 2026-11-22 with accept_quiet"),
        (Trouble.CHECK, "set check_thresholds of account brand"),
        (Trouble.NOT_FOUND, f"run {REFRESH} for 2026-11-22 with the campaign's id in accept_missing"),
    ],
)
def test_what_helps_goes_by_the_cause_and_not_by_the_error(trouble: Trouble, step: str) -> None:
    """Verify has one error for all that may be wrong with a day; the way out is another one each time."""
    error = IncompleteDay("… What to do: …", days=("2026-11-22",), said="it is held", troubles=(str(trouble),))
    alert = alert_of(RUN, failure_of("verify", error), [])
    assert alert.lines[1] == "IncompleteDay in verify: it is held"
    assert step in alert.lines[2]
    assert len(alert.lines) == 3
    assert alert.title.endswith(f": IncompleteDay ({str(trouble).replace('_', ' ')})")


def test_several_causes_of_one_day_have_a_line_each() -> None:
    """With their names, since one of them helps nothing against the other."""
    error = IncompleteDay("…", days=("2026-11-22",), troubles=("held_campaign", "check", "held_campaign"))
    alert = alert_of(RUN, failure_of("verify", error), [])
    assert [line.partition(":")[0] for line in alert.lines[2:]] == [
        "What to do (held campaign)",
        "What to do (check)",
    ]


def test_what_is_wrong_besides_the_failed_tasks_has_its_line_as_well() -> None:
    """That something is missing is explained already."""
    error = IncompleteDay("…", days=("2026-11-22",), troubles=("missing", "unauthorized", "held_campaign"))
    alert = alert_of(RUN, failure_of("verify", error), refused(2))
    steps = [line for line in alert.lines if line.startswith("What to do")]
    assert len(steps) == 2
    assert "accept_fall" in steps[1]


def test_a_note_survives_its_way_through_xcom() -> None:
    """Which makes lists of tuples; one of an older version has no causes."""
    error = IncompleteDay("…", troubles=("held_day",))
    noted = json.loads(json.dumps(asdict(failure_of("verify", error))))
    assert Failure(**noted).causes == [Trouble.HELD_DAY]
    del noted["troubles"]
    assert Failure(**noted).causes == [Trouble.MISSING]


def test_words_of_errors_that_are_not_ours_are_not_passed_on() -> None:
    """A library's message may hold an address with a key in it."""
    failure = failure_of("publish", ValueError("https://user:secret@store/"))
    assert (failure.kind, failure.message) == (OTHER, "ValueError, see the task's log")


@pytest.mark.parametrize(
    ("states", "failures"),
    [
        ({"discover": "success", "fetch[0]": "failed"}, [Failure("fetch[0]", "Unauthorized", "no")]),
        ({"discover": "success", "fetch[0]": "success"}, []),
        ({"fetch[0]": "removed", "plan": "upstream_failed", "publish": None}, []),
        ({"fetch[1]": "failed"}, [Failure("fetch[1]", WORKER_LOST, "its process ended without a word")]),
    ],
    ids=["noted", "mended-since", "not-failed", "killed"],
)
def test_states_tell_what_failed_and_notes_why(states: dict[str, str | None], failures: list[Failure]) -> None:
    """A note outlives the failure that it is about; a killed worker leaves none."""
    assert failures_of_run(states, [asdict(Failure("fetch[0]", "Unauthorized", "no"))]) == failures


@pytest.mark.parametrize(
    ("error", "days"),
    [
        (IncompleteDay("…", days=("2026-11-22", "2026-11-23")), ("2026-11-22", "2026-11-23")),
        (DeadlineMissed("…", days=("2026-11-22",)), ("2026-11-22",)),
        (ConfigurationError("…"), ()),
        (None, ()),
    ],
)
def test_an_error_tells_its_days(error: BaseException | None, days: tuple[str, ...]) -> None:
    """The message links them."""
    assert days_of(error) == days


def test_names_can_neither_call_a_channel_nor_bring_script() -> None:
    """A campaign may have any name."""
    alert = alert_of(RUN, Failure("verify", "IncompleteDay", "<!channel> & <script>"), [])
    assert "&lt;!channel&gt; &amp; &lt;script&gt;" in alert.slack
    assert "<!channel>" not in alert.slack
    assert "<script>" not in alert.html
    assert '<a href="https://airflow.example.com/insider-web-push/brand/2026-11-22">2026-11-22</a>' in alert.html


def test_a_message_stays_readable_however_much_failed() -> None:
    """Of 8 days with 400 campaigns each."""
    alert = alert_of(RUN, Failure("verify", "IncompleteDay", "x" * 100_000), refused(3_200))
    assert len(alert.text) < 3_000
    assert "… (see the task's log)" in alert.text


def test_a_backlog_that_grows_is_told_of_though_nothing_failed() -> None:
    """With its course, the oldest day, and what to set."""
    rest = LeftOver(days=["2026-11-20", "2026-08-14"], due=30, course=[0, 1, 1, 2])
    behind = backlog_of("plan", rest)
    assert behind is not None
    run = replace(RUN, dag_id=REFRESH, days=())
    lines = alert_of(run, behind, []).text.splitlines()
    assert lines[0] == "Insider web push, account brand: Refresh behind"
    said = (
        "2 of 30 due days are left to the next runs, the oldest of them 2026-08-14; the last refreshes left 0, 1, 1, 2"
    )
    todo = what_to_do(Trouble.BEHIND, RUN.account.names)
    assert lines[2:-1] == [f"Refresh behind in plan: {said}", f"What to do: {todo}"]
    assert "approve_above_h of account brand" in lines[3]


@pytest.mark.parametrize("course", [[], [2], [2, 2, 2, 2], [9, 6, 3, 1]])
def test_a_backlog_that_does_not_grow_is_none_of_anybodys_business(course: list[int]) -> None:
    """It is on the coverage page and in the metrics."""
    assert backlog_of("plan", LeftOver(days=["2026-11-20"], due=2, course=course)) is None
    assert backlog_of("plan", None) is None
