"""
The documented shape of both answers, in both of its generations.

Only the shape is checked here: a body that breaks it is a `ContractViolation` with the path. The figures in
it are left as they were printed, because one that cannot be read must not block a day (`number_parsing`).
Fields that are not documented stay in `model_extra`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, JsonValue, ValidationError
from pydantic.alias_generators import to_camel

from insider_web_push.errors import ContractViolation
from insider_web_push.vocabulary import is_campaign_id

Figure = JsonValue
"""A number as the API printed it; read it with `number_parsing`."""
M = TypeVar("M", bound="_Part")
_NOT_LISTED = ("", "-", "N/A")
"""Placeholders of the list for a date and for a link (seen in the vendor's samples)."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="allow", alias_generator=to_camel)


class Total(_Part):
    """`overview.total`."""

    targeted: Figure
    delivery_rate: Figure = None
    ctr: Figure = None
    conversion_rate: Figure = None


class Targeted(_Part):
    """`overview.targeted`: what became of the audience."""

    sent: Figure
    dropped: Figure


class Delivery(_Part):
    """`overview.deliveryRate`: what became of the sent."""

    delivered: Figure
    undelivered: Figure


class Clicks(_Part):
    """`overview.ctr`."""

    clicks: Figure


class Conversions(_Part):
    """`overview.conversionRate`."""

    conversions: Figure


class Overview(_Part):
    """One campaign's figures over the window."""

    total: Total
    targeted: Targeted
    delivery_rate: Delivery
    ctr: Clicks
    conversion_rate: Conversions
    revenue: Figure = None


class DeviceMetrics(_Part):
    """One campaign's figures on one kind of device, over the window."""

    device: str
    sent: Figure = None
    delivered: Figure = None
    delivery_rate: Figure = None
    clicks: Figure = None
    ctr: Figure = None
    conversions: Figure = None
    conversion_rate: Figure = None
    revenue: Figure = None


class Reason(_Part):
    """Why messages did not arrive; `label` is an open set."""

    label: str
    count: Figure
    percentage: Figure = None


class Unsuccessful(_Part):
    """`unsuccessfulMessages`."""

    dropped: list[Reason] = []
    undelivered: list[Reason] = []


class ClickMetrics(_Part):
    """Clicks on one part of the message; only the older generation has it."""

    name: str
    header: str | None = None
    clicks: Figure = None
    click_ratio: Figure = None


def _empty_list_is_empty_object(value: object) -> object:
    """An empty PHP array is printed as `[]`, also where an object is meant (`comparisonData` shows it)."""
    return {} if value == [] or value is None else value


def _null_is_empty_list(value: object) -> object:
    return [] if value is None else value


class CampaignMetrics(_Part):
    """A 200 answer of campaign-metrics. Attributes without which it still means something are optional."""

    name: str | None = None
    status_name: str | None = None
    primary_goal: str | None = None
    start_date: str | None = None
    end_date: str | None = None
    is_recurring: bool | None = None
    alias: str | None = None
    preferred_currency: str | None = None
    personalization_status: str | None = None
    is_ttl_ended: Annotated[bool | None, Field(alias="isTTLEnded")] = None
    goal_menu: Annotated[dict[str, JsonValue], BeforeValidator(_empty_list_is_empty_object)] = {}
    overview: Overview
    device_metrics: list[DeviceMetrics]
    unsuccessful_messages: Annotated[Unsuccessful, BeforeValidator(_empty_list_is_empty_object)]
    click_metrics: Annotated[list[ClickMetrics], BeforeValidator(_null_is_empty_list)] = []
    status: JsonValue = None
    working_status: JsonValue = None
    send_type: JsonValue = None
    comparison_data: JsonValue = None
    success: JsonValue = None
    message: JsonValue = None


def _digits(value: object) -> object:
    text = str(value) if isinstance(value, int | str) and not isinstance(value, bool) else ""
    if not is_campaign_id(text):
        message = "expected a number"
        raise ValueError(message)
    return text


def _text_or_null(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _texts_or_null(value: object) -> list[str] | None:
    return value if isinstance(value, list) and all(isinstance(item, str) for item in value) else None


def _listed_text(value: object) -> str | None:
    return None if value in _NOT_LISTED else _text_or_null(value)


Text = Annotated[str | None, BeforeValidator(_text_or_null)]
ListedText = Annotated[str | None, BeforeValidator(_listed_text)]


class ListRow(_Part):
    """
    One campaign's row of overall-metrics: plain numbers, in contrast to the detail.

    Attributes of a wrong shape are null: only the id can make a row useless.
    """

    campaign_id: Annotated[str, BeforeValidator(_digits), Field(alias="builderId")]
    id: JsonValue = None
    name: Annotated[str, BeforeValidator(lambda value: _text_or_null(value) or ""), Field(alias="campName")] = ""
    type: Text = None
    status: Text = None
    status_name: Text = None
    tags: Annotated[list[str] | None, BeforeValidator(_texts_or_null)] = None
    group_levels: JsonValue = None
    send_date: ListedText = None
    start_date: ListedText = None
    end_date: ListedText = None
    days_active: JsonValue = None
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


class ListPage(_Part):
    """A 200 answer of overall-metrics."""

    page: JsonValue = None
    per_page: Annotated[JsonValue, Field(alias="per_page")] = None
    total: Annotated[int, Field(ge=0)]
    data: list[ListRow]
    success: JsonValue = None
    message: JsonValue = None


def parse_campaign_metrics(decoded: dict[str, object]) -> CampaignMetrics:
    """
    Check the shape of a campaign-metrics answer.

    Raises:
        ContractViolation: with the JSON path and what was expected there.
    """
    return _validated(CampaignMetrics, decoded)


def parse_list_page(decoded: dict[str, object]) -> ListPage:
    """
    Check the shape of one page of overall-metrics, bare or inside an envelope of the same name.

    Raises:
        ContractViolation: with the JSON path and what was expected there.
    """
    inner = decoded.get("data")
    return _validated(ListPage, inner if isinstance(inner, dict) and "data" in inner else decoded)


def unknown_fields(part: BaseModel, path: str = "$") -> Iterator[tuple[str, JsonValue]]:
    """Every field of an answer that the documentation does not have, with its path: (`$.overview.newFigure`, 7)."""
    for name, value in (part.model_extra or {}).items():
        yield f"{path}.{name}", value
    for name, field in type(part).model_fields.items():
        value = getattr(part, name)
        if isinstance(value, BaseModel):
            yield from unknown_fields(value, f"{path}.{field.alias or name}")
        elif isinstance(value, list):
            for position, item in enumerate(value):
                if isinstance(item, BaseModel):
                    yield from unknown_fields(item, f"{path}.{field.alias or name}[{position}]")


def _validated(model: type[M], decoded: object) -> M:
    try:
        return model.model_validate(decoded)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        path = "$" + "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in first["loc"])
        message = f"{path}: {first['msg']}"
        raise ContractViolation(message, path=path) from None
