"""
The documented shape of a campaign's answer, in both of its generations; that of the list is in `day_list`. Pure.

Only the shape is checked here: a body that breaks it is a `ContractViolation` with the path. The figures and the
attributes in it are left as they were printed, because one that cannot be read must not block a day
(`printed_numbers`, `php`). A list or a section that is absent is empty: the checks of a campaign day tell where its
rows should add up to something. Only without its overview an answer says nothing. Fields that are not documented stay
in `model_extra`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel

from insider_web_push.answers.decoding import json_object
from insider_web_push.answers.php import as_list, as_object
from insider_web_push.errors import ContractViolation, first_mistake

Figure = object
"""A number as the API printed it, of whatever JSON type; read it with `printed_numbers`."""
Attribute = object
"""A text, a flag or a code as the API printed it, likewise; read it with `php`, `instants` or `printed_numbers`."""
M = TypeVar("M", bound="Part")
E = TypeVar("E")
_WITH_PARTS = (BaseModel, list)
Entries = Annotated[list[Annotated[E, BeforeValidator(as_object)]], BeforeValidator(as_list)]
"""A list as PHP prints it; an entry of nothing is an object without fields."""


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

    @property
    def counts(self) -> dict[str, tuple[str, Figure]]:
        """The counters by the names that the list has for them: where each stands in the answer, and as printed."""
        return {
            "targeted": ("$.overview.total.targeted", self.total.targeted),
            "sent": ("$.overview.targeted.sent", self.targeted.sent),
            "dropped": ("$.overview.targeted.dropped", self.targeted.dropped),
            "delivered": ("$.overview.deliveryRate.delivered", self.delivery_rate.delivered),
            "undelivered": ("$.overview.deliveryRate.undelivered", self.delivery_rate.undelivered),
            "clicks": ("$.overview.ctr.clicks", self.ctr.clicks),
            "conversions": ("$.overview.conversionRate.conversions", self.conversion_rate.conversions),
        }


class DeviceMetrics(Part):
    """One campaign's figures on one kind of device, over the window."""

    device: Attribute = None
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

    label: Attribute = None
    count: Figure = None
    percentage: Figure = None


class Unsuccessful(Part):
    """`unsuccessfulMessages`."""

    dropped: Entries[Reason] = []
    undelivered: Entries[Reason] = []


class ClickMetrics(Part):
    """Clicks on one part of the message; only the older generation has it."""

    name: Attribute = None
    header: Attribute = None
    clicks: Figure = None
    click_ratio: Figure = None


class CampaignMetrics(Part):
    """A 200 answer of campaign-metrics. Whatever it still means something without is optional."""

    name: Attribute = None
    status_name: Attribute = None
    primary_goal: Attribute = None
    start_date: Attribute = None
    end_date: Attribute = None
    is_recurring: Attribute = None
    alias: Attribute = None
    preferred_currency: Attribute = None
    personalization_status: Attribute = None
    is_ttl_ended: Annotated[Attribute, Field(alias="isTTLEnded")] = None
    goal_menu: Attribute = None
    overview: Overview
    device_metrics: Entries[DeviceMetrics] = []
    unsuccessful_messages: Annotated[Unsuccessful, BeforeValidator(as_object)] = Unsuccessful()
    click_metrics: Entries[ClickMetrics] = []
    status: Attribute = None
    working_status: Attribute = None
    send_type: Attribute = None
    comparison_data: Attribute = None
    success: Attribute = None
    message: Attribute = None


def read_campaign_metrics(body: bytes) -> CampaignMetrics:
    """
    Read an answer of campaign-metrics.

    Raises:
        ServiceUnavailable: it is no JSON, or says that the call failed.
        ContractViolation: with the JSON path and what was expected there.
    """
    return validated(CampaignMetrics, json_object(body))


def unknown_fields(part: BaseModel, path: str = "$") -> Iterator[tuple[str, object]]:
    """Give every undocumented field of an answer, with its path: (`$.overview.newFigure`, 7)."""
    for name, value in (part.model_extra or {}).items():
        yield f"{path}.{name}", value
    for name, value in vars(part).items():
        if not isinstance(value, _WITH_PARTS):
            continue
        field = type(part).model_fields.get(name)
        if field is None:  # a cached property
            continue
        printed = f"{path}.{field.alias or name}"
        if isinstance(value, BaseModel):
            yield from unknown_fields(value, printed)
            continue
        for position, item in enumerate(value):
            if isinstance(item, BaseModel):
                yield from unknown_fields(item, f"{printed}[{position}]")


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
