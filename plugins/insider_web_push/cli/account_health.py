"""What `doctor` finds of one account: its connection, its budget, its storage. No call to the API."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from insider_web_push.accounts.file import Account
from insider_web_push.api.connection import ConnectionSettings
from insider_web_push.cli import budget
from insider_web_push.cli.finding import Finding, Health
from insider_web_push.errors import BudgetUnavailable, InsiderError
from insider_web_push.hook import InsiderWebPushHook
from insider_web_push.lake.refusals import is_refusal, words_of
from insider_web_push.lake.storage import Storage


def findings(account: Account) -> Iterator[Finding]:
    """Look at one account; what stands on the connection is looked at only where that is right."""
    hook = InsiderWebPushHook(account.conn_id)
    try:
        settings = hook.settings
    except InsiderError as error:
        yield Finding(
            Health.WRONG, "connection", str(error), "then python -m insider_web_push check asks the API with it"
        )
        for what in ("budget", "storage"):
            yield Finding(Health.UNKNOWN, what, "not looked at: it needs the connection's partner id")
        return
    host = urlsplit(settings.base_url).netloc
    yield Finding(
        Health.OK,
        "connection",
        f"{account.conn_id} leads to {host}, at most {settings.limit.requests} requests a minute; has a key",
    )
    yield Finding(Health.OK, "partner id", settings.partner_id)
    yield _budget(account, hook, settings)
    yield _storage(account, settings.partner_id)


def _budget(account: Account, hook: InsiderWebPushHook, settings: ConnectionSettings) -> Finding:
    kept = f"connection {settings.budget_conn_id}" if settings.budget_conn_id else "a file on this machine"
    try:
        used, *closed = budget.lines_of(hook.budget_use(), hook.budget_closed())
    except InsiderError as error:
        is_down = isinstance(error, BudgetUnavailable)
        to_do = "start that server, or let this machine reach it; until then no request leaves" if is_down else ""
        return Finding(Health.WRONG, "budget", str(error), to_do)
    if closed:
        name = "" if account.name == "default" else f" --account {account.name}"
        return Finding(
            Health.LOOK, "budget", f"{used}, in {kept}. {'. '.join(closed)}", f"python -m insider_web_push budget{name}"
        )
    return Finding(Health.OK, "budget", f"{used}, in {kept}")


def _storage(account: Account, partner_id: str) -> Finding:
    """Write the object that every run writes first, and list what is published."""
    try:
        store = Storage(account.storage, partner_id)
        key = store.at.write_check
        was_there = store.read_if_there(key) is not None
        store.check_usable()
        left = "" if was_there or _removed(store, key) else f"; may not remove {key}, which stays, as after any run"
        days = store.days_published()
    except InsiderError as error:
        return Finding(Health.WRONG, "storage", str(error))
    except Exception as error:  # noqa: BLE001 — every store raises its own, and each means the same here
        said = f"{account.storage}: {type(error).__name__}: {words_of(error)}"
        to_do = f"see that `storage` of account {account.name} is right, and that this machine reaches it"
        return Finding(Health.WRONG, "storage", said, to_do)
    there = f"days published: {len(days)}, the newest {max(days)}" if days else "nothing is published yet"
    return Finding(Health.OK, "storage", f"{store.url('')} can be written and listed; {there}{left}")


def _removed(store: Storage, key: str) -> bool:
    """Remove the object again; least privileges do not include that."""
    try:
        store.delete([key])
    except Exception as error:
        if not is_refusal(error):
            raise
        return False
    return True
