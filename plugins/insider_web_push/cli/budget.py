"""`budget`: show what an account's budget is used for and what closes it, and open it again."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import TextIO

from insider_web_push.accounts.file import Account
from insider_web_push.budget.lease import Use
from insider_web_push.budget.store import Closed
from insider_web_push.hook import InsiderWebPushHook


def add_to(command: argparse.ArgumentParser) -> None:
    """Add the command's own argument."""
    command.add_argument(
        "--reopen",
        action="store_true",
        help="end a pause that a throttled answer asked for, and use a refused API key again; leases go on counting, "
        "so that the limit is kept",
    )


def run(account: Account, given: argparse.Namespace, *, out: TextIO) -> int:
    """
    Show an account's budget, without a call; with `--reopen`, open it first.

    Raises:
        InsiderError: the connection is wrong, or the budget's store does not answer.
    """
    hook = InsiderWebPushHook(account.conn_id)
    if given.reopen:
        hook.reopen_budget()
        out.write(f"The budget of account {account.name!r} is open again\n")
    out.writelines(f"{line}\n" for line in lines_of(hook.budget_use(), hook.budget_closed()))
    return 0


def lines_of(use: Use, closed: Closed) -> Iterator[str]:
    """Say how a budget stands."""
    yield f"{use.used} of {use.limit} requests are used; " + (
        f"the next one may leave in {use.next_free_s:.0f} s" if use.next_free_s else "the next one may leave now"
    )
    if closed.server_limit is not None:
        yield f"The server stated a limit of {closed.server_limit} requests a window, which is obeyed where it is lower"
    if closed.paused_s:
        yield (
            f"Closed for {closed.paused_s:.0f} s more: the API throttled a request, so somebody else uses the account, "
            "or its limit is lower than the connection says. --reopen ends it"
        )
    for left_s in closed.refused_keys_s:
        yield (
            f"An API key that the API refused is not used for {left_s:.0f} s more, but for one call that tries it. "
            "--reopen ends it"
        )
