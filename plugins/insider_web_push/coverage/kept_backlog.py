"""Keeps the backlog of an account, in one small object beside the coverage index."""

from __future__ import annotations

import logging
from datetime import date

from pydantic import ValidationError

from insider_web_push.days.backlog import Backlog, Rest
from insider_web_push.lake.storage import Storage

log = logging.getLogger(__name__)


def read_backlog(store: Storage) -> Backlog:
    """Read an account's backlog; an empty one if there is none, or none that can be read: the next refresh mends it."""
    data = store.read_if_there(store.at.backlog)
    try:
        return Backlog() if data is None else Backlog.model_validate_json(data)
    except ValidationError:
        log.warning("%s cannot be read, and is made anew", store.at.backlog)
        return Backlog()


def keep_rest(store: Storage, today: date, rest: Rest) -> Backlog:
    """
    Note what a refresh left over; gives the backlog with it.

    Never raises: what is only counted must not stop a run.
    """
    alone = Backlog().with_run(today, rest)
    try:
        backlog = read_backlog(store).with_run(today, rest)
        store.write(store.at.backlog, backlog.model_dump_json(indent=1).encode())
    except Exception:  # every store raises its own
        log.warning("The coverage page lags behind: %s was not written", store.at.backlog, exc_info=True)
        return alone
    return backlog
