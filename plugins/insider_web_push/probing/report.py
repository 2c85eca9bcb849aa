"""What a check of an account found: kept as JSON, shown as lines. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

FORMAT = 1
"""The version of the JSON; it grows when a reader of the old one could misread the new one."""


class Verdict(StrEnum):
    """How what was found compares with what the code assumes."""

    AS_ASSUMED = "as assumed"
    NOTED = "noted"
    """It is worth knowing, or not as documented, but nothing depends on it."""
    DIFFERS = "differs"
    """The code depends on the opposite."""
    UNKNOWN = "could not tell"


class Finding(BaseModel):
    """
    What was found about one thing that the code assumes.

    Attributes:
        topic: What it is about, in two or three words; the same in every report.
        asked: What was asked.
        found: What the API does.
        assumed: What the code takes for granted.
        do: What to set or to do; empty where nothing is to be done.
    """

    model_config = ConfigDict(frozen=True)

    topic: str
    asked: str
    found: str
    assumed: str
    verdict: Verdict
    do: str = ""


class AccountReport(BaseModel):
    """
    What one check of an account found.

    Attributes:
        calls: Requests that it sent.
        version: The version of this package, whose assumptions were checked.
    """

    model_config = ConfigDict(frozen=True)

    format: int = FORMAT
    version: str
    partner_id: str
    timezone: str
    checked_at: datetime
    calls: int
    findings: tuple[Finding, ...]

    @property
    def differing(self) -> list[str]:
        """Name what is not as the code needs it."""
        return [finding.topic for finding in self.findings if finding.verdict is Verdict.DIFFERS]

    @property
    def conclusion(self) -> str:
        """Say in one sentence what came out."""
        unknown = sum(finding.verdict is Verdict.UNKNOWN for finding in self.findings)
        differing = f"differs: {', '.join(self.differing)}" if self.differing else "nothing differs"
        head = f"{self.calls} calls, {len(self.findings)} findings; {differing}"
        return head + (f"; could not be told: {unknown}" if unknown else "")

    def lines(self) -> Iterator[str]:
        """Show each finding, with what to do about it."""
        for finding in self.findings:
            yield f"{finding.verdict.upper():<14} {finding.topic}: {finding.found}"
            if finding.verdict is Verdict.DIFFERS:
                yield f"{'':<14} assumed: {finding.assumed}"
            if finding.do:
                yield f"{'':<14} do: {finding.do}"
        yield self.conclusion

    def to_json(self) -> bytes:
        """Write it as it is kept."""
        return self.model_dump_json(indent=1).encode()
