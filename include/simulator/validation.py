"""
Requests as the API reads them: documented parameters in, a typed query or a documented refusal out.

campaign-metrics documents 400 for what is missing, malformed or in the wrong order, and gives free text; the other two
answer 422 with the messages of each field. Both shapes are seen in production, and a client has to know both.
"""

import json
import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from include.simulator.settings import EARLIEST, LATEST

DEFAULT_PER_PAGE = 10
LEAST_PER_PAGE = 10

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_NUMBER = re.compile(r"-?[0-9]{1,9}")


class RefusedError(Exception):
    """
    The request is answered with this instead of figures.

    Attributes:
        status: The HTTP status.
        body: JSON if a dictionary, else free text.
    """

    def __init__(self, status: int, body: dict[str, Any] | str) -> None:
        super().__init__(status, body)
        self.status = status
        self.body = body


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A request that can be answered."""

    start: date
    end: date
    campaign_id: str = ""
    page: int = 1
    per_page: int = DEFAULT_PER_PAGE


def read_body(raw: bytes) -> dict[str, Any]:
    """Read a JSON object; anything else counts as one without parameters, so that each is reported missing."""
    try:
        body = json.loads(raw)
    except (ValueError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}


def read_query(endpoint: str, body: dict[str, Any], *, most_per_page: int = 20) -> Query:
    """
    Check the parameters of a request to *endpoint*.

    Args:
        most_per_page: Rows that overall-metrics may be asked for; the documented 20.

    Raises:
        RefusedError: 400 or 422, with the reasons.
    """
    reader = _Reader(body)
    reader.text("partner_id")
    start, end = reader.day("start_date"), reader.day("end_date")
    campaign_id = reader.text("campaign_id") if endpoint == "campaign-metrics" else ""
    page = per_page = 1
    if endpoint == "overall-metrics":
        page = reader.number("page", default=1, least=1)
        per_page = reader.number("per_page", default=DEFAULT_PER_PAGE, least=LEAST_PER_PAGE, most=most_per_page)
    if start and end and start > end:
        reader.complain("end_date", "The end date must be a date after or equal to start date.")
    if reader.errors or start is None or end is None:
        raise _refused(endpoint, reader.errors)
    return Query(start=start, end=end, campaign_id=campaign_id, page=page, per_page=per_page)


def _refused(endpoint: str, errors: dict[str, list[str]]) -> RefusedError:
    if endpoint == "campaign-metrics":
        return RefusedError(400, " ".join(message for messages in errors.values() for message in messages))
    return RefusedError(422, {"status_code": 422, "errors": errors})


class _Reader:
    """Reads parameters and collects what is wrong with them."""

    def __init__(self, body: dict[str, Any]) -> None:
        self.body = body
        self.errors: dict[str, list[str]] = {}

    def complain(self, name: str, message: str) -> None:
        self.errors.setdefault(name, []).append(message)

    def text(self, name: str) -> str:
        value = self.body.get(name)
        if value is None or value == "":
            self.complain(name, f"The {_label(name)} field is required.")
        elif not isinstance(value, str):
            self.complain(name, f"The {_label(name)} must be a string.")
        else:
            return value
        return ""

    def day(self, name: str) -> date | None:
        text = self.text(name)
        if not text:
            return None
        try:
            # fromisoformat alone would take "2024-W01-1" as well.
            day = date.fromisoformat(text) if _DAY.fullmatch(text) else None
        except ValueError:
            day = None
        if day is None:
            self.complain(name, f"The {_label(name)} does not match the format Y-m-d.")
        elif not EARLIEST <= day <= LATEST:
            self.complain(name, f"The {_label(name)} must be between {EARLIEST} and {LATEST}.")
            return None
        return day

    def number(self, name: str, *, default: int, least: int, most: int | None = None) -> int:
        value = self.body.get(name, default)
        # Documented as strings; plain numbers are accepted as well.
        text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
        if not isinstance(text, str) or not _NUMBER.fullmatch(text):
            self.complain(name, f"The {_label(name)} must be an integer.")
            return default
        number = int(text)
        if number < least:
            self.complain(name, f"The {_label(name)} must be at least {least}.")
        elif most is not None and number > most:
            self.complain(name, f"The {_label(name)} may not be greater than {most}.")
        return number


def _label(name: str) -> str:
    return name.replace("_", " ")
