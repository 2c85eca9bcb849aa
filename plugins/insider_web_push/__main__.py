"""
What is done at a command line, wherever Airflow and this package are installed.

    python -m insider_web_push init .
    python -m insider_web_push doctor
    python -m insider_web_push estimate --first 2025-11-01 --last 2026-10-31
    python -m insider_web_push check
    python -m insider_web_push budget --reopen
    python -m insider_web_push pools > pools.json && airflow pools import pools.json
"""

from __future__ import annotations

import argparse
import json
import os
import sys

from insider_web_push.accounts.file import Account, configured_accounts
from insider_web_push.cli import budget, estimate, init
from insider_web_push.errors import ConfigurationError, InsiderError


def main(arguments: list[str]) -> int:
    """Run one command; gives its exit status: 2 where it was asked wrongly or is set up wrongly."""
    parser = argparse.ArgumentParser(prog="python -m insider_web_push", description="Insider web push in Airflow.")
    commands = parser.add_subparsers(dest="command", required=True)
    init.add_to(commands.add_parser("init", help="write the DAG files and an accounts file; overwrites nothing"))
    commands.add_parser("doctor", help="say what is wrong with this deployment, and what to do; asks the API nothing")
    estimate.add_to(_command(commands, "estimate", "what a backfill or a refresh will cost, without starting it"))
    _command(commands, "check", "probe the account's API with a few calls, and say what differs from what is assumed")
    budget.add_to(_command(commands, "budget", "show what the account's budget is used for and what closes it"))
    commands.add_parser("pools", help="print the accounts' pools, as `airflow pools import` reads them")
    given = parser.parse_args(arguments)
    # As Airflow's own commands say of themselves: without it, connections in its database are not found.
    os.environ.setdefault("_AIRFLOW_PROCESS_CONTEXT", "server")
    try:
        if given.command == "init":
            return init.run(given.folder, out=sys.stdout)
        if given.command == "doctor":
            return _doctor()
        accounts = configured_accounts()
        if given.command == "pools":
            return _pools(accounts)
        account = _named(accounts, given.account)
        match given.command:
            case "check":
                return _check(account)
            case "budget":
                return budget.run(account, given, out=sys.stdout)
        return estimate.run(account, given)
    except InsiderError as error:
        print(error, file=sys.stderr)  # noqa: T201 — a command talks to people
        return 2


def _command(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], name: str, said: str
) -> argparse.ArgumentParser:
    command = commands.add_parser(name, help=said, description=said)
    command.add_argument("--account", default="default", help="name of the accounts file; default: %(default)s")
    return command


def _named(accounts: list[Account], name: str) -> Account:
    found = next((account for account in accounts if account.name == name), None)
    if found is None:
        known = ", ".join(account.name for account in accounts)
        raise ConfigurationError(f"the accounts file has no account {name!r}; it has {known}")
    return found


def _check(account: Account) -> int:
    from insider_web_push.cli.check import check  # noqa: PLC0415 — the other commands need no probes

    return check(account, out=sys.stdout)


def _doctor() -> int:
    from insider_web_push.cli import doctor  # noqa: PLC0415 — as above

    return doctor.run(out=sys.stdout)


def _pools(accounts: list[Account]) -> int:
    from insider_web_push.dags.pools import pools_of  # noqa: PLC0415 — as above

    print(json.dumps(pools_of(accounts), indent=1))  # noqa: T201 — as above
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
