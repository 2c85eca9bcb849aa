"""What publishing one day came to, for whoever asked for it. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from insider_web_push.days.troubles import Trouble
from insider_web_push.lake.manifest import Manifest
from insider_web_push.vocabulary import DayOutcome


@dataclass(frozen=True, slots=True)
class Published:
    """
    What publishing one day came to.

    Attributes:
        why: In words, for the log and for verify.
        announce: Whether the caller must send the day's event.
        wrote: Whether readers find something new, or something again that was lost.
        cause: Why it was not published, where publish can tell; why campaigns are missing, fetch knows.
        met_another: Whether somebody else committed the day meanwhile, or an answer came.
    """

    outcome: DayOutcome
    manifest: Manifest | None
    why: str
    announce: bool = False
    wrote: bool = False
    cause: Trouble | None = None
    met_another: bool = False
