"""
`doctor`: what is wrong with a deployment, in one screen, with what to do about each.

It reads, and writes one object to each storage, which it removes again. It sees what its own process sees: connections
of the environment, of the secrets backend and of Airflow's database, as far as this machine has them. Tasks may run on
another machine: there it says the same of that one, where Airflow's database is not to be had and the last two lines
say so.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

from insider_web_push.accounts.file import Account, configured_accounts
from insider_web_push.cli import account_health, airflow_records, installation
from insider_web_push.cli.finding import Finding, Health, lines_of
from insider_web_push.errors import ConfigurationError

ALL_WELL, SOMETHING_IS_WRONG, CANNOT_TELL = 0, 1, 2
"""Exit codes."""
_WIDTH = 120


def run(*, out: TextIO) -> int:
    """
    Look at everything, and show it.

    Returns:
        1 where something is wrong, 2 where this process cannot tell of something, else 0.
    """
    seen: set[Health] = set()
    width = min(_WIDTH, shutil.get_terminal_size((_WIDTH, 0)).columns)
    findings = _findings()
    while True:
        with _without_logs():
            finding = next(findings, None)
        if finding is None:
            break
        out.writelines(f"{line}\n" for line in lines_of([finding], width=width))
        out.flush()  # the next one may wait for a server
        seen.add(finding.health)
    if Health.WRONG in seen:
        return SOMETHING_IS_WRONG
    return CANNOT_TELL if Health.UNKNOWN in seen else ALL_WELL


@contextmanager
def _without_logs() -> Iterator[None]:
    """
    Keep off the screen what Airflow logs on the way: what matters of it is a finding.

    By the descriptors, since Airflow 3.3.2 has loggers that no level of `logging` reaches (`_shared/logging`).
    """
    sys.stdout.flush()
    screen = {number: os.dup(number) for number in (1, 2)}
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        for number in screen:
            os.dup2(nowhere, number)
        yield
    finally:
        sys.stdout.flush()
        for number, kept in screen.items():
            os.dup2(kept, number)
            os.close(kept)
        os.close(nowhere)


def _findings() -> Iterator[Finding]:
    yield installation.airflow_version()
    yield installation.entry_points()
    try:
        accounts = configured_accounts()
    except ConfigurationError as error:
        to_do = "python -m insider_web_push init FOLDER writes one to begin with"
        yield Finding(Health.WRONG, "accounts file", str(error), to_do)
        return
    yield Finding(Health.OK, "accounts file", ", ".join(account.name for account in accounts))
    for account in accounts:
        yield from _of(account, several=len(accounts) > 1)
    yield from airflow_records.findings(accounts, connect=airflow_records.connected)


def _of(account: Account, *, several: bool) -> Iterator[Finding]:
    for finding in account_health.findings(account):
        said = f"{account.name}: {finding.said}" if several else finding.said
        yield Finding(finding.health, finding.what, said, finding.to_do)
