"""What `doctor` finds, and how it is shown. Pure."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum


class Health(StrEnum):
    """
    How something stands.

    ok: it works. look: it works, and somebody may want it otherwise. WRONG: no day is fetched like this. unknown: this
    process cannot tell.
    """

    OK = "ok"
    LOOK = "look"
    WRONG = "WRONG"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Finding:
    """
    One line.

    Attributes:
        what: What was looked at, in a word or two.
        said: What was found. Never a secret.
        to_do: What a person does about it; empty where there is nothing to do.
    """

    health: Health
    what: str
    said: str
    to_do: str = ""


def lines_of(findings: Iterable[Finding], *, width: int) -> Iterator[str]:
    """Show findings one below the other, what to do below each. Commands and addresses stay whole, to be copied."""
    for finding in findings:
        head = f"{finding.health:<8}{finding.what:<15}"
        yield from _wrapped(head, finding.said, width)
        if finding.to_do:
            yield from _wrapped(f"{' ' * len(head)}-> ", finding.to_do, width)


def _wrapped(head: str, text: str, width: int) -> list[str]:
    below = " " * len(head)
    return textwrap.wrap(
        text, width, initial_indent=head, subsequent_indent=below, break_long_words=False, break_on_hyphens=False
    )
