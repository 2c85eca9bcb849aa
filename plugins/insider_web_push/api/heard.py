"""An answer that may be a refusal, for those who learn from either."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from insider_web_push.errors import InsiderError


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """
    What came back from a request, be it an answer, a refusal or nothing; it holds no key.

    Attributes:
        status: HTTP status; None where no whole answer came.
        headers: The response's headers, with names in lower case.
        body: The response's body, decompressed.
        error: What a refusal stands for, as every other caller would see it; None is a 2xx.
        took_s: Seconds from sending to the answer, without the wait for the budget; 0 where none came.
    """

    status: int | None
    headers: Mapping[str, str]
    body: bytes
    error: InsiderError | None
    took_s: float
