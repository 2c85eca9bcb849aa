"""`check`: probe an account's API with a few calls, and show what differs from what is assumed."""

from __future__ import annotations

from typing import TextIO

from insider_web_push.accounts.file import Account
from insider_web_push.errors import InsiderError
from insider_web_push.hook import InsiderWebPushHook
from insider_web_push.lake.storage import Storage
from insider_web_push.probing.account import WAIT_WITHIN_A_CHECK_S, check_api
from insider_web_push.probing.course import MOST_CALLS

ALL_AS_NEEDED, SOMETHING_DIFFERS, NOT_CHECKED = 0, 1, 2
"""Exit codes."""


def check(account: Account, *, out: TextIO) -> int:
    """
    Check an account from a command line, and show the findings as lines.

    Returns:
        0 if nothing differs that the code depends on, 1 if something does, 2 if the account could not be checked.
    """
    hook = InsiderWebPushHook(account.conn_id, max_wait_s=WAIT_WITHIN_A_CHECK_S)
    try:
        store = Storage(account.storage, hook.settings.partner_id)
        out.write(f"Account {account.name!r}: asking {hook.settings.base_url}, at most {MOST_CALLS} calls\n")
        report = check_api(
            hook,
            store,
            timezone=account.timezone,
            pool_slots=account.pool_slots,
            numbers=account.rules.number_format,
        )
    except InsiderError as error:
        out.write(f"{type(error).__name__}: {error}\n")
        return NOT_CHECKED
    out.writelines(f"{line}\n" for line in (*report.lines(), f"Kept as {store.url(store.at.account_check)}"))
    return SOMETHING_DIFFERS if report.differing else ALL_AS_NEEDED
