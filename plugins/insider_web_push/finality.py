"""How settled a campaign day is. Pure."""

from __future__ import annotations

from enum import StrEnum

DELIVERY_CLOSED_AGE = 11
"""Days. A message lives up to 240 h (vendor's documentation), so ten days after its day ended nothing is delivered."""


class Finality(StrEnum):
    """
    How settled the figures of a campaign day are.

    provisional: everything may still move. delivery_closed: no message of the day can be delivered any more; clicks,
    conversions and revenue may move. final: the longest attribution window is over as well.
    """

    PROVISIONAL = "provisional"
    DELIVERY_CLOSED = "delivery_closed"
    FINAL = "final"


def finality_of(*, is_ttl_ended: bool | None, age: int, final_age: int) -> Finality:
    """
    Tell how settled figures are by when they were given.

    Args:
        is_ttl_ended: The answer's `isTTLEnded`; None if there is no answer, or it does not say.
        age: Days from the day to the answer, in the account's time zone.
        final_age: The account's last look.
    """
    if age >= final_age:
        return Finality.FINAL
    # On the day itself a recurring campaign goes on sending, whatever the flag says.
    if age >= DELIVERY_CLOSED_AGE or (is_ttl_ended and age >= 1):
        return Finality.DELIVERY_CLOSED
    return Finality.PROVISIONAL
