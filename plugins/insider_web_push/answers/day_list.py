"""
One page of overall-metrics: which campaigns a day has, with their totals as plain numbers. Pure.

`list_readings` puts pages together.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Context, Decimal
from functools import cached_property
from typing import Annotated, Self

from pydantic import BeforeValidator, ConfigDict, Field

from insider_web_push.answers.decoding import json_object
from insider_web_push.answers.lean import LeanModel
from insider_web_push.answers.php import as_list, parse_text
from insider_web_push.answers.printed_numbers import parse_count
from insider_web_push.answers.shapes import Attribute, Figure, Part, validated
from insider_web_push.answers.texts import clean_name
from insider_web_push.vocabulary import is_campaign_id

_NOT_LISTED = ("", "-", "N/A")
"""Placeholders of the list for a date and for a link (seen in the vendor's samples)."""
_PLAIN_NUMBER = re.compile(r"-?[0-9]{1,60}(\.[0-9]{1,60})?", re.ASCII)
_EXACT = Context(prec=120)
"""Wide enough that no digit of a plain number is lost."""


class Totals(LeanModel):
    """
    A campaign day's totals as listed; equal ones mean that nothing has moved. None: no readable figure.

    Revenue is kept as printed, since it is compared, not added up. Totals are stored with every answer: a figure that
    came later is None in those that are older.
    """

    model_config = ConfigDict(frozen=True)

    targeted: int | None = None
    sent: int | None = None
    dropped: int | None = None
    delivered: int | None = None
    undelivered: int | None = None
    clicks: int | None = None
    conversions: int | None = None
    revenue: str | None = None

    @property
    def unreadable(self) -> list[str]:
        """The counters that have no readable figure. Revenue is none: a list may be without it."""
        return [name for name in COUNTERS if getattr(self, name) is None]

    @property
    def are_zero(self) -> bool:
        """Whether nothing at all happened; an unreadable figure could be anything."""
        return all(getattr(self, name) == 0 for name in COUNTERS) and self.revenue in {None, "0"}


COUNTERS = tuple(name for name in Totals.model_fields if name != "revenue")


def campaign_id_in(row: object) -> str | None:
    """Give the campaign's id that a row of the list has; None if there is none that a campaign could have."""
    printed = row.get("builderId") if isinstance(row, dict) else None
    if isinstance(printed, float) and printed.is_integer():
        printed = int(printed)
    text = str(printed) if isinstance(printed, int | str) and not isinstance(printed, bool) else ""
    return text if is_campaign_id(text) else None


def _name_in(value: object) -> str:
    return clean_name(parse_text(value).value) or ""


def _text_or_null(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _texts_or_null(value: object) -> list[str] | None:
    return value if isinstance(value, list) and all(isinstance(item, str) for item in value) else None


def _listed_text(value: object) -> str | None:
    return None if value in _NOT_LISTED else _text_or_null(value)


def _count_or_as_it_is(value: object) -> object:
    """Read a number that is printed as text; whatever is none stays, to be refused as it stands."""
    read = parse_count(value).value
    return str(value) if isinstance(value, bool) else value if read is None else read


Text = Annotated[str | None, BeforeValidator(_text_or_null)]
ListedText = Annotated[str | None, BeforeValidator(_listed_text)]


class ListedCampaign(LeanModel, Part):
    """
    One campaign of a day, as listed: plain numbers, in contrast to the answer of campaign-metrics.

    An attribute that the list does not have, prints as `-` or `N/A`, or gives another shape is None. A row needs
    nothing but its id.

    Attributes:
        type: Bulk, Segment, Trigger, …; an open set, like `status` and `status_name`.
        send_date: As printed, "2023-06-01 09:30:00" without a zone, like `start_date` and `end_date`.
    """

    campaign_id: Annotated[str, Field(alias="builderId")]
    id: Attribute = None
    name: Annotated[str, BeforeValidator(_name_in), Field(alias="campName")] = ""
    type: Text = None
    status: Text = None
    status_name: Text = None
    tags: Annotated[tuple[str, ...] | None, BeforeValidator(_texts_or_null)] = None
    group_levels: Attribute = None
    send_date: ListedText = None
    start_date: ListedText = None
    end_date: ListedText = None
    days_active: Attribute = None
    message_link: ListedText = None
    first_button_link: ListedText = None
    second_button_link: ListedText = None
    targeted: Figure = None
    sent: Figure = None
    dropped: Figure = None
    delivered: Figure = None
    undelivered: Figure = None
    clicks: Figure = None
    conversions: Figure = None
    delivery_rate: Figure = None
    ctr: Figure = None
    conversion_rate: Figure = None
    revenue: Figure = None

    @cached_property
    def totals(self) -> Totals:
        """Its figures, as far as they can be read."""
        counts = {name: parse_count(getattr(self, name)).value for name in COUNTERS}
        return Totals(**counts, revenue=_printed_number(self.revenue))

    @classmethod
    def as_it_was(cls, campaign_id: str, name: str, kind: str | None, totals: Totals) -> Self:
        """Make the row again of a campaign that left the list, as it is known from before."""
        return cls.model_validate({"builderId": campaign_id, "campName": name, "type": kind, **dict(totals)})


@dataclass(frozen=True, slots=True)
class RowWithoutId:
    """
    A row that names no campaign: a draft, say. Nothing of it can be fetched.

    Attributes:
        position: In its page, from 1.
        name: As listed; empty if there is none.
        id: The row's own `id`, which is no campaign's, as it stands there.
    """

    position: int
    name: str
    id: str


class ListPage(Part):
    """
    A 200 answer of overall-metrics.

    Attributes:
        rows_without_id: Rows that name no campaign, which `data` leaves out.
    """

    page: Attribute = None
    per_page: Annotated[Attribute, Field(alias="per_page")] = None
    total: Annotated[int, BeforeValidator(_count_or_as_it_is), Field(ge=0)]
    data: list[ListedCampaign]
    rows_without_id: tuple[RowWithoutId, ...] = ()
    success: Attribute = None
    message: Attribute = None

    @property
    def rows(self) -> int:
        """How many rows it has, with and without an id."""
        return len(self.data) + len(self.rows_without_id)


def read_list_page(body: bytes) -> ListPage:
    """
    Read one page of overall-metrics.

    Raises:
        ServiceUnavailable: it is no JSON, or says that the call failed.
        ContractViolation: with the JSON path and what was expected there.
    """
    return parse_list_page(json_object(body))


def parse_list_page(decoded: dict[str, object]) -> ListPage:
    """
    Check the shape of one page of overall-metrics, bare or inside an envelope of the same name.

    Raises:
        ContractViolation: with the JSON path and what was expected there.
    """
    inner = decoded.get("data")
    page = inner if isinstance(inner, dict) and "data" in inner else decoded
    if "data" not in page:
        return validated(ListPage, page)
    rows = as_list(page["data"])
    if not isinstance(rows, list):
        return validated(ListPage, page)
    ids = list(map(campaign_id_in, rows))
    named = [{**row, "builderId": found} for row, found in zip(rows, ids, strict=True) if found is not None]
    nameless = tuple(_without_id(at, rows[at - 1]) for at, found in enumerate(ids, start=1) if found is None)
    return validated(ListPage, {**page, "data": named, "rowsWithoutId": nameless})


def _without_id(position: int, row: object) -> RowWithoutId:
    given = row if isinstance(row, dict) else {}
    own = given.get("id")
    return RowWithoutId(position, _name_in(given.get("campName")), "" if own is None else str(own))


def pages_of(total: int, *, per_page: int) -> int:
    """Count the calls that a list of *total* campaigns takes; an empty list takes one."""
    return max(1, -(-total // per_page))


def _printed_number(raw: object) -> str | None:
    """Give one form for equal numbers: 0, 0.0 and "0" are "0"."""
    if raw is None or isinstance(raw, bool):
        return None
    # A float is printed as JSON has it, also where Python would write 1e-05.
    is_small = isinstance(raw, float) and 0 < abs(raw) < 1
    printed = format(Decimal(repr(raw)), "f") if is_small else str(raw)
    if not _PLAIN_NUMBER.fullmatch(printed):
        return printed
    number = _EXACT.normalize(Decimal(printed))
    return format(number, "f") if number else "0"
