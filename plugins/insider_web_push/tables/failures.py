"""Reads one answer's figures, and notes all that is wrong with them. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import NamedTuple, TypeVar

from insider_web_push.answers.printed_numbers import Parsed, parse_count, parse_percent
from insider_web_push.vocabulary import Check, NumberFormat

R = TypeVar("R")
T = TypeVar("T")


class Failure(NamedTuple):
    """A failed check, and what failed: its place in the answer, or the figures."""

    check: Check
    what: str

    def __str__(self) -> str:
        """Say it as it stands in `failed_check_details`."""
        return f"{self.check}: {self.what}"


@dataclass(slots=True)
class Reading:
    """
    Reads figures, and keeps what failed so far.

    A figure that cannot be read becomes null and a failed check with its JSON path: it never becomes a guess, and
    never blocks the day.

    Attributes:
        numbers: How the account's figures are printed.
    """

    numbers: NumberFormat = NumberFormat.POINT
    failures: list[Failure] = field(default_factory=list)

    def read(self, parse: Callable[[R], Parsed[T]], raw: R, path: str, *, check: Check = Check.UNREADABLE) -> T | None:
        """Read what stands at *path*; None if it is nothing, or unreadable."""
        return self._value(parse(raw), path, check)

    def count(self, raw: object, path: str) -> int | None:
        """Read a count, as `read`."""
        return self._value(parse_count(raw, self.numbers), path)

    def percent(self, raw: object, path: str) -> float | None:
        """Read a percentage as a fraction, as `read`."""
        return self._value(parse_percent(raw, self.numbers), path)

    def _value(self, parsed: Parsed[T], path: str, check: Check = Check.UNREADABLE) -> T | None:
        if parsed.problem:
            self.note(check, f"{path}: {parsed.problem}")
        return parsed.value

    def note(self, check: Check, what: str) -> None:
        """Note a failed check."""
        self.failures.append(Failure(check, what))

    def note_all(self, failures: Iterable[Failure]) -> None:
        """Note failed checks."""
        self.failures.extend(failures)

    @property
    def names(self) -> list[str]:
        """The failed checks, each once, sorted."""
        return sorted({str(failure.check) for failure in self.failures})
