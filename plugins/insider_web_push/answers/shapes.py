"""
The documented shape of a campaign's answer, in both of its generations; that of the list is in `day_list`. Pure.

Only the shape is checked here: a body that breaks it is a `ContractViolation` with the path. The figures in
it are left as they were printed, because one that cannot be read must not block a day (`printed_numbers`).
Fields that are not documented stay in `model_extra`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, JsonValue, ValidationError
from pydantic.alias_generators import to_camel

from insider_web_push.answers.decoding import json_object
from insider_web_push.errors import ContractViolation, first_mistake

Figure = JsonValue
"""A number as the API printed it; read it with `printed_numbers`."""
M = TypeVar("M", bound="Part")


class Part(BaseModel):
    """A part of an answer: what is not documented is kept beside its fields."""

    model_config = ConfigDict(frozen=True, extra="allow", alias_generator=to_camel)


class Total(Part):
    """`overview.total`: the audience, and the rates."""

    targeted: Figure
    delivery_rate: Figure = None
    ctr: Figure = None
    conversion_rate: Figure = None


class Targeted(Part):
    """`overview.targeted`: what became of the audience."""

    sent: Figure
    dropped: Figure


class Delivery(Part):
    """`overview.deliveryRate`: what became of the sent."""

    delivered: Figure
    undelivered: Figure


class Clicks(Part):
    """`overview.ctr`."""

    clicks: Figure


class Conversions(Part):
    """`overview.conversionRate`."""

    conversions: Figure


class Overview(Part):
    """One campaign's figures over the window."""

    total: Total
    targeted: Targeted
    delivery_rate: Delivery
    ctr: Clicks
    conversion_rate: Conversions
    revenue: Figure = None


class DeviceMetrics(Part):
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


class Reason(Part):
    """Why messages did not arrive; `label` is an open set."""

    label: str
    count: Figure
    percentage: Figure = None


class Unsuccessful(Part):
    """`unsuccessfulMessages`."""

    dropped: list[Reason] = []
    undelivered: list[Reason] = []


class ClickMetrics(Part):
    """Clicks on one part of the message; only the older generation has it."""

    name: str
    header: str | None = None
    clicks: Figure = None
    click_ratio: Figure = None


def _empty_list_is_empty_object(value: object) -> object:
    """An empty PHP array is printed as `[]`, also where an object is meant (`comparisonData` shows it)."""
    return {} if value == [] or value is None else value


class CampaignMetrics(Part):
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
    click_metrics: Annotated[list[ClickMetrics], BeforeValidator(lambda value: [] if value is None else value)] = []
    status: JsonValue = None
    working_status: JsonValue = None
    send_type: JsonValue = None
    comparison_data: JsonValue = None
    success: JsonValue = None
    message: JsonValue = None


def read_campaign_metrics(body: bytes) -> CampaignMetrics:
    """
    Read an answer of campaign-metrics.

    Raises:
        ServiceUnavailable: it is no JSON, or says that the call failed.
        ContractViolation: with the JSON path and what was expected there.
    """
    return validated(CampaignMetrics, json_object(body))


def unknown_fields(part: BaseModel, path: str = "$") -> Iterator[tuple[str, JsonValue]]:
    """Give every undocumented field of an answer, with its path: (`$.overview.newFigure`, 7)."""
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


def validated(model: type[M], decoded: object) -> M:
    """
    Check the shape of an answer.

    Raises:
        ContractViolation: with the JSON path and what was expected there.
    """
    try:
        return model.model_validate(decoded)
    except ValidationError as error:
        first = first_mistake(error)
        raise ContractViolation(f"{first.path}: {first.said}", path=first.path) from None
