"""Check an account: ask its API, keep what was found, and show it. What is asked and judged: `probing`."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, TextIO

from insider_web_push import __version__
from insider_web_push.days import local_date
from insider_web_push.errors import ContractViolation, InsiderError, ServiceUnavailable
from insider_web_push.hook import InsiderWebPushHook
from insider_web_push.probing.asking import Configured, Heard
from insider_web_push.probing.check import MOST_CALLS, findings_of
from insider_web_push.probing.report import AccountReport, parse_report
from insider_web_push.storage import Storage

if TYPE_CHECKING:
    from insider_web_push.accounts import Account

ALL_AS_NEEDED, SOMETHING_DIFFERS, NOT_CHECKED = 0, 1, 2
"""Exit codes."""
_WAIT_WITHIN_A_CHECK_S = 600.0
"""Starting over would cost the calls again."""


def report_key(store: Storage) -> str:
    """Tell where the report of an account's last check lies."""
    return f"state/partner_id={store.partner_id}/account_check.json"


def last_report(store: Storage) -> AccountReport | None:
    """
    Read what the last check of the account found; None if there was none.

    Raises:
        ContractViolation: it is damaged; names it.
    """
    key = report_key(store)
    data = store.read_if_there(key)
    return None if data is None else parse_report(data, where=key)


def check_api(hook: InsiderWebPushHook, store: Storage, *, timezone: str, pool_slots: int) -> AccountReport:
    """
    Ask the API, at most `MOST_CALLS` times, and keep the report.

    Args:
        hook: Of the account; its `max_wait_s` holds for the first call.
        store: Where the report goes.
        timezone: The account's, an IANA name.
        pool_slots: As `Account.pool_slots`.

    Raises:
        StorageNotWritable: before any call.
        InsiderError: the first question was not answered.
    """
    store.check_usable()
    settings, checked_at = hook.settings, datetime.now(UTC)
    configured = Configured(
        partner_id=settings.partner_id,
        timezone=timezone,
        today=local_date(checked_at, timezone),
        requests=settings.limit.requests,
        window_s=settings.limit.window_s,
        deadline_s=settings.limit.request_deadline.total_seconds(),
        pool_slots=pool_slots,
    )

    def ask(endpoint: str, body: dict[str, str]) -> Heard:
        try:
            return hook.look(endpoint, body)
        except (ServiceUnavailable, ContractViolation) as error:
            return Heard(status=None, headers={}, body=b"", error=error, took_s=0.0)
        finally:
            hook.max_wait_s = _WAIT_WITHIN_A_CHECK_S

    findings, calls = findings_of(ask, configured)
    report = AccountReport(
        version=__version__,
        partner_id=settings.partner_id,
        timezone=timezone,
        checked_at=checked_at,
        calls=calls,
        findings=tuple(findings),
    )
    store.write(report_key(store), report.to_json())
    return report


def check(account: Account, *, out: TextIO) -> int:
    """
    Check an account from a command line, and show the findings as lines.

    Returns:
        0 if nothing differs that the code depends on, 1 if something does, 2 if the account could not be checked.
    """
    hook = InsiderWebPushHook(account.conn_id, max_wait_s=_WAIT_WITHIN_A_CHECK_S)
    try:
        store = Storage(account.storage, hook.settings.partner_id)
        out.write(f"Account {account.name!r}: asking {hook.settings.base_url}, at most {MOST_CALLS} calls\n")
        report = check_api(hook, store, timezone=account.timezone, pool_slots=account.pool_slots)
    except InsiderError as error:
        out.write(f"{type(error).__name__}: {error}\n")
        return NOT_CHECKED
    out.writelines(f"{line}\n" for line in (*report.lines(), f"Kept as {store.url(report_key(store))}"))
    return SOMETHING_DIFFERS if report.differing else ALL_AS_NEEDED
