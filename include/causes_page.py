"""Writes docs/runbook-causes.md from the one table of causes and remedies; `include.data_dictionary` calls it."""

from insider_web_push.coverage.action_words import SAID
from insider_web_push.days.remedies import REMEDIES, Remedy
from insider_web_push.days.troubles import OF_ERRORS, Trouble, trouble_of_check
from insider_web_push.vocabulary import Check, DayCheck

_HEAD = """\
# Causes and remedies

Written by `{command}` from `days/remedies.py`, which verify, alerts and *Web push coverage*
read as well: what they say is what stands here. `tests/e2e/remedies/` carries most of them out on a
running Airflow, `tests/integration/test_remedies.py` on a day by itself.

How to clear tasks, and how to fill in the form: [runbook](runbook.md). `refresh`, `daily` and `day` stand
for the account's refresh, its daily DAG and the day in question. Fields are named as the form's JSON has them; in the
dialog they are *Accept missing*, *Accept a fall*, *Rebuild only*, *Mode*, *Most calls*. What is a run of the
refresh has a button on the [day's page](runbook.md#what-a-day-needs-from-its-page) of *Web push coverage*.

Several causes of one run are told apart: `[rejected: 40006] When the API is well, … [not found: 40011] It may pass: …`.

| cause | what happened | what to do | buttons | shown as |
|---|---|---|---|---|
"""


def causes_page(command: str) -> str:
    """Give docs/runbook-causes.md."""
    rows = [
        f"| {str(trouble).replace('_', ' ')} | {remedy.cause} | {_step(remedy.step)} | {_buttons(remedy)} "
        f"| {_shown_as(trouble)} |"
        for trouble, remedy in REMEDIES.items()
    ]
    return _HEAD.format(command=command) + "\n".join(rows) + "\n"


def _step(text: str) -> str:
    names = {"daily": "`daily`", "refresh": "`refresh`", "day": "`day`"}
    return text.format(**names, account="*name*", conn_id="*its connection*")


def _buttons(remedy: Remedy) -> str:
    return ", ".join(f"*{SAID[ask][0]}*" for ask in remedy.asks)


def _shown_as(trouble: Trouble) -> str:
    """Name the errors and checks that stand for a cause."""
    errors = [error.__name__ for error, of_error in OF_ERRORS.items() if of_error is trouble]
    checks = [f"check {check}" for kind in (Check, DayCheck) for check in kind if trouble_of_check(check) is trouble]
    return ", ".join(f"`{name}`" for name in [*errors, *checks])
