"""Checks an account: asks its API what `course` says, and keeps what was found."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial

from insider_web_push import __version__
from insider_web_push.api.heard import Heard
from insider_web_push.dates import local_date
from insider_web_push.errors import ContractViolation, ServiceUnavailable
from insider_web_push.hook import InsiderWebPushHook
from insider_web_push.lake.storage import Storage
from insider_web_push.probing.asking import Configured
from insider_web_push.probing.course import findings_of
from insider_web_push.probing.report import AccountReport
from insider_web_push.vocabulary import NumberFormat

WAIT_WITHIN_A_CHECK_S = 600.0
"""How long a check waits for a slot once it has begun, since starting over would cost its calls again."""


def check_api(
    hook: InsiderWebPushHook,
    store: Storage,
    *,
    timezone: str,
    pool_slots: int,
    numbers: NumberFormat = NumberFormat.POINT,
) -> AccountReport:
    """
    Ask the API, at most `course.MOST_CALLS` times, and keep the report.

    Args:
        hook: The account's hook; its `max_wait_s` holds for the first call.
        store: Where the report goes.
        timezone: The account's, an IANA name.
        pool_slots: `Account.pool_slots`.
        numbers: `Rules.number_format`.

    Raises:
        StorageNotWritable: the storage refused a write, before any call.
        InsiderError: the first question was not answered.
    """
    store.check_usable()
    settings, checked_at = hook.settings, datetime.now(UTC)
    configured = Configured(
        partner_id=settings.partner_id,
        timezone=timezone,
        today=local_date(checked_at, timezone),
        limit=settings.limit,
        pool_slots=pool_slots,
        numbers=numbers,
    )
    findings, calls = findings_of(partial(_ask, hook), configured)
    report = AccountReport(
        version=__version__,
        partner_id=settings.partner_id,
        timezone=timezone,
        checked_at=checked_at,
        calls=calls,
        findings=tuple(findings),
    )
    store.write(store.at.account_check, report.to_json())
    return report


def _ask(hook: InsiderWebPushHook, endpoint: str, body: dict[str, str]) -> Heard:
    try:
        return hook.look(endpoint, body)
    except (ServiceUnavailable, ContractViolation) as error:
        return Heard(status=None, headers={}, body=b"", error=error, took_s=0.0)
    finally:
        hook.max_wait_s = WAIT_WITHIN_A_CHECK_S
