"""Which cause each kind of failure stands for. Pure: what to do about it says `days.remedies`."""

from __future__ import annotations

from insider_web_push.days.troubles import OF_ERRORS, Trouble, error_in_table

WORKER_LOST = "worker lost"
BACKLOG = "refresh behind"
OTHER = "other error"
NAMED = frozenset({WORKER_LOST, BACKLOG, OTHER})
"""Kinds that no class of an error stands for."""

_BY_KIND = {error.__name__: trouble for error, trouble in OF_ERRORS.items()} | {
    WORKER_LOST: Trouble.WORKER_LOST,
    BACKLOG: Trouble.BEHIND,
    OTHER: Trouble.OTHER,
}


def kind_of(error: BaseException) -> str:
    """Name an error by its class, or by the nearest base of it that stands for a cause."""
    found = error_in_table(error)
    return found.__name__ if found else OTHER


def trouble_of_kind(kind: str) -> Trouble:
    """Tell the cause that a kind of failure stands for; a kind that another version noted is `Trouble.OTHER`."""
    return _BY_KIND.get(kind, Trouble.OTHER)


def rank(kind: str) -> int:
    """Tell the place of a kind of failure among the causes of one run; 0 comes first."""
    return list(Trouble).index(trouble_of_kind(kind))
