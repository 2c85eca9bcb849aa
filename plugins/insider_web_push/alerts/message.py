"""The one message about a failed run: what failed, why, what to do, where to look. Pure."""

from __future__ import annotations

import html
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from insider_web_push.accounts.file import Account
from insider_web_push.alerts.adaptive_card import card_of
from insider_web_push.alerts.kinds import BACKLOG, NAMED, WORKER_LOST, kind_of, rank, trouble_of_kind
from insider_web_push.days.backlog import grows
from insider_web_push.days.handover import LeftOver
from insider_web_push.days.remedies import titled, what_to_do
from insider_web_push.days.troubles import Trouble, trouble_named
from insider_web_push.errors import IncompleteDay, InsiderError, first_of
from insider_web_push.vocabulary import PAGES

_LONGEST_SENTENCE = 1_500
"""The most characters of one part of a message: Slack cuts a text at 40,000, and people stop much earlier."""
_TASKS_NAMED = 5
_EXPLAINED = frozenset({Trouble.MISSING, Trouble.FAILED_TASK, Trouble.NO_LIST})
"""What the run's last task says of failures before it."""
_DAYS_LINKED = 7
_SLACK = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
"""https://docs.slack.dev/messaging/formatting-message-text, "Escaping text": without it a name could call a channel."""


@dataclass(frozen=True, slots=True)
class Failure:
    """
    One task instance that failed for good.

    Attributes:
        task: The instance's name, such as `discover` or `fetch[3]`.
        kind: What `kinds.kind_of` calls the error.
        message: The error's words; only the class of an error of another library, whose words may hold a key.
        troubles: Its causes, words of `Trouble`, where the error knows them better than its class says.
    """

    task: str
    kind: str
    message: str
    troubles: Sequence[str] = ()

    @property
    def causes(self) -> list[Trouble]:
        """What it stands for."""
        return [trouble_named(word) for word in self.troubles] or [trouble_of_kind(self.kind)]


def failure_of(task: str, error: BaseException | None) -> Failure:
    """Describe how a task failed; without an error, its process was lost."""
    if error is None:
        return Failure(task, WORKER_LOST, "its process ended without a word")
    if isinstance(error, IncompleteDay):  # what to do is told apart from what is wrong: a long message is cut
        return Failure(task, kind_of(error), error.said, error.troubles)
    words = str(error) if isinstance(error, InsiderError) else f"{type(error).__name__}, see the task's log"
    return Failure(task, kind_of(error), words)


def backlog_of(task: str, rest: LeftOver | None) -> Failure | None:
    """Describe a backlog that grows as if a task had failed, though none did; None if there is nothing to tell."""
    if rest is None or not grows(rest["course"]):
        return None
    course = ", ".join(map(str, rest["course"]))
    said = (
        f"{len(rest['days'])} of {rest['due']} due days are left to the next runs, the oldest of them "
        f"{min(rest['days'])}; the last refreshes left {course}"
    )
    return Failure(task, BACKLOG, said)


def failures_of_run(states: dict[str, str | None], noted: Iterable[dict[str, Any]]) -> list[Failure]:
    """
    Tell what failed before the run's last task.

    Args:
        states: The state of each instance of the other tasks, by its name, such as `discover` or `fetch[3]`.
        noted: The notes that those tasks left, each a `Failure` as a dict; one may be of an earlier try.
    """
    notes = {note["task"]: Failure(**note) for note in noted}
    return [notes.get(task, failure_of(task, None)) for task, state in states.items() if state == "failed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedRun:
    """
    The run that failed.

    Attributes:
        days: The days that something is wrong with, YYYY-MM-DD; empty if they are unknown.
        base_url: The address of Airflow's UI, `[api] base_url`.
    """

    account: Account
    dag_id: str
    run_id: str
    days: Sequence[str]
    base_url: str

    @property
    def links(self) -> list[tuple[str, str]]:
        """Name the pages to look at, and their addresses."""
        base = self.base_url.rstrip("/")
        run = ("Run", f"{base}/dags/{self.dag_id}/runs/{quote(self.run_id)}")
        return [run, *((day, f"{base}{PAGES}/{self.account.name}/{day}") for day in self.days[:_DAYS_LINKED])]


@dataclass(frozen=True, slots=True)
class Alert:
    """
    What a notifier sends: `{{ alert.title }}`, and the whole of it as `text`, `slack`, `teams` or `html`.

    Attributes:
        lines: What failed, why, and what to do.
        links: Names and addresses of the pages to look at.
    """

    title: str
    lines: tuple[str, ...]
    links: tuple[tuple[str, str], ...]

    @property
    def text(self) -> str:
        """The whole message as plain text."""
        return "\n".join([self.title, *self.lines, *(f"{name}: {url}" for name, url in self.links)])

    @property
    def slack(self) -> str:
        """The whole message for Slack, which takes nothing in it for a mention or a format."""
        return self.text.translate(_SLACK)

    @property
    def teams(self) -> str:
        """The whole message for a workflow of Microsoft Teams, as JSON."""
        return card_of(self.title, self.lines, self.links)

    @property
    def html(self) -> str:
        """The whole message as HTML, for e-mail."""
        lines = [f"<b>{html.escape(self.title)}</b>", *map(html.escape, self.lines)]
        links = [f'<a href="{html.escape(url)}">{html.escape(name)}</a>' for name, url in self.links]
        return "<br>\n".join([*lines, *links])


def alert_of(run: FailedRun, last: Failure, earlier: Sequence[Failure]) -> Alert:
    """
    Build the message.

    Args:
        last: How the run's last task failed, which names everything that is missing.
        earlier: What failed before it, which then are the causes; it may be empty.
    """
    of_days = f", {first_of(run.days, most=_DAYS_LINKED)}" if run.days else ""
    lines = [f"DAG {run.dag_id}, run {run.run_id}"]
    causes = _by_kind(earlier or [last])
    told: set[Trouble] = set()
    for kind, failures in causes.items():
        tasks = first_of((failure.task for failure in failures), most=_TASKS_NAMED)
        lines.append(f"{_titled(kind)} in {tasks}: {_short(failures[0].message)}")
        lines += _steps(run, [cause for failure in failures for cause in failure.causes], told)
    if earlier:
        lines.append(f"{last.task}: {_short(last.message)}")
        # That something is missing, the earlier failures explain.
        lines += _steps(run, [cause for cause in last.causes if cause not in _EXPLAINED], told)
    title = f"Insider web push, account {run.account.name}{of_days}: {' and '.join(map(_titled, causes))}"
    if not earlier and last.troubles:
        title += f" ({', '.join(map(titled, dict.fromkeys(last.causes)))})"
    return Alert(title, tuple(lines), tuple(run.links))


def _steps(run: FailedRun, causes: Iterable[Trouble], told: set[Trouble]) -> Iterator[str]:
    """Say what to do about causes, each once a message; *told* are those that it has said already."""
    found = dict.fromkeys(causes)
    for cause in found:
        if cause not in told:
            told.add(cause)
            which = f" ({titled(cause)})" if len(found) > 1 else ""
            yield f"What to do{which}: {what_to_do(cause, run.account.names, days=run.days)}"


def days_of(error: BaseException | None) -> tuple[str, ...]:
    """Tell the days that an error is about; empty if it does not say."""
    days: tuple[str, ...] = getattr(error, "days", ())
    return days


def _by_kind(failures: Sequence[Failure]) -> dict[str, list[Failure]]:
    kinds = sorted({failure.kind for failure in failures}, key=rank)
    return {kind: [failure for failure in failures if failure.kind == kind] for kind in kinds}


def _titled(kind: str) -> str:
    return kind[0].upper() + kind[1:] if kind in NAMED else kind


def _short(message: str) -> str:
    return message if len(message) <= _LONGEST_SENTENCE else f"{message[:_LONGEST_SENTENCE]} … (see the task's log)"
