"""
The tables that downstream people read: columns, types, grain and key of each.

Partition columns stand in the path and not in the file. The schema only grows. Counts int64, rates float64 fractions,
money decimal(38, 9) beside its ISO 4217 currency, instants UTC in microseconds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow as pa

SCHEMA_VERSION, OLDEST_SCHEMA = 3, 2
"""The columns of today, and of the oldest files that are made again as they were, where they are lost."""
SINCE = {"revenue_source": 3, "preferred_currency": 3}
"""The version that a column came with, if it was not there from the beginning."""
Row = Mapping[str, object]

PER_DAY, PER_ACCOUNT = ("partner_id", "day"), ("partner_id",)
MONEY = pa.decimal128(38, 9)
_TEXTS = pa.list_(pa.field("element", pa.string()))  # Parquet's own name of it
_INSTANT = pa.timestamp("us", tz="UTC")


@dataclass(frozen=True, slots=True)
class Table:
    """
    One table.

    Attributes:
        grain: What a row is.
        key: Columns that are unique within a partition.
        schema: Arrow schema; a field's `description` says what it means.
        partition: Columns that stand in the path.
    """

    name: str
    grain: str
    key: tuple[str, ...]
    schema: pa.Schema
    partition: tuple[str, ...] = PER_DAY

    @property
    def version(self) -> int:
        """The version of its columns: that of the newest one."""
        return max(SINCE.get(name, OLDEST_SCHEMA) for name in self.schema.names)

    def schema_of(self, version: int) -> pa.Schema:
        """Give its columns as they were in a version."""
        return pa.schema([field for field in self.schema if SINCE.get(field.name, 0) <= version])


def column(name: str, kind: pa.DataType, description: str, *, nullable: bool = True) -> pa.Field:
    """Describe a column; what it means goes into the data dictionary, and into the files."""
    return pa.field(name, kind, nullable=nullable, metadata={"description": description})


_ID = column("campaign_id", pa.string(), "The campaign, as in the InOne panel's address (builderId).", nullable=False)
_CAMPAIGN = [
    _ID,
    column("name", pa.string(), "The campaign's name."),
    column("type", pa.string(), "Bulk, Segment, Trigger, …; an open set."),
]
_ATTRIBUTES = [
    column("primary_goal", pa.string(), "What counts as a conversion."),
    column("alias", pa.string(), "The API's alias of the campaign's kind."),
    column("is_recurring", pa.bool_(), "Whether it is sent again and again."),
    column("personalization_status", pa.string(), "As the API prints it."),
]
_PROVENANCE = [
    column("revision", pa.int64(), "Revision of the day that this row was published with, from 1.", nullable=False),
    column("fetched_at", _INSTANT, "When the API first gave these figures.", nullable=False),
    column("schema_version", pa.int32(), "Version of this table's columns.", nullable=False),
]
PROVENANCE = frozenset(field.name for field in _PROVENANCE)
"""Columns that say where a row comes from; a day where only these differ has not changed."""
NO_FIGURES = frozenset({"extra", "failed_check_details", "revenue_source", "preferred_currency"})
"""
Columns that no documentation explains, that say in words what others say in figures, or where figures come from: they
move nothing either. Days that were published before the last two came are not published again for them.
"""

_FIGURES = [
    column("sent", pa.int64(), "Addressed to recipients."),
    column("delivered", pa.int64(), "Handed to the recipients' devices."),
    column("clicks", pa.int64(), "Clicks."),
    column("conversions", pa.int64(), "Conversions: the campaign's primary goal reached after a click."),
    column("delivery_rate", pa.float64(), "delivered / sent; null without sent."),
    column("ctr", pa.float64(), "clicks / delivered; null without delivered."),
    column("conversion_rate", pa.float64(), "conversions / clicks; null without clicks."),
    column("delivery_rate_reported", pa.float64(), "As the API printed it, as a fraction."),
    column("ctr_reported", pa.float64(), "As the API printed it, as a fraction."),
    column("conversion_rate_reported", pa.float64(), "As the API printed it, as a fraction."),
    column("revenue", MONEY, "Revenue; null where the API printed a bare currency."),
    column("currency", pa.string(), "ISO 4217 code of revenue."),
]

TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        Table(
            "campaign_day",
            "one campaign on one day",
            ("campaign_id",),
            pa.schema(
                [
                    *_CAMPAIGN,
                    column("status_name", pa.string(), "The campaign's status, as text."),
                    column("status_code", pa.int64(), "The API's status; its codes are not documented."),
                    column("working_status", pa.int64(), "The API's workingStatus; its codes are not documented."),
                    column("send_type", pa.int64(), "The API's sendType; its codes are not documented."),
                    *_ATTRIBUTES,
                    column("starts_at", _INSTANT, "The answer's startDate: the campaign's, or an echo of the day's."),
                    column("ends_at", _INSTANT, "The answer's endDate: the campaign's, or an echo of the day's."),
                    column(
                        "is_ttl_ended",
                        pa.bool_(),
                        "Whether the messages' time to live is over: delivered no longer moves.",
                    ),
                    column("listed", pa.bool_(), "Whether the day's list still has the campaign.", nullable=False),
                    column(
                        "detail_status",
                        pa.string(),
                        "fetched; quiet: all zero, no call made; skipped: the API has nothing for it; missing: figures "
                        "of the list, since the campaign could not be fetched.",
                        nullable=False,
                    ),
                    column(
                        "finality",
                        pa.string(),
                        "provisional; delivery_closed: no message can be delivered any more; final: nothing moves.",
                        nullable=False,
                    ),
                    column("targeted", pa.int64(), "The segment's audience."),
                    column("dropped", pa.int64(), "Eliminated before sending."),
                    column("undelivered", pa.int64(), "Sent, and not delivered."),
                    *_FIGURES,
                    column(
                        "revenue_reported",
                        MONEY,
                        "As the API printed it, rounded; `revenue` is the list's precise figure where both agree.",
                    ),
                    column("revenue_source", pa.string(), "list: precise, as listed; answer: as rounded as printed."),
                    column("preferred_currency", pa.string(), "ISO 4217 code that its amounts should be printed in."),
                    column("failed_checks", _TEXTS, "Names of the checks that failed, sorted.", nullable=False),
                    column("failed_check_details", _TEXTS, "Each failure: name, place, and figures.", nullable=False),
                    column(
                        "extra",
                        pa.string(),
                        "Undocumented fields of the answer, as one JSON object by path; null if none.",
                    ),
                    *_PROVENANCE,
                ]
            ),
        ),
        Table(
            "campaign_day_device",
            "one kind of device of one campaign on one day",
            ("campaign_id", "device"),
            pa.schema(
                [_ID, column("device", pa.string(), "Desktop, Mobile, …", nullable=False), *_FIGURES, *_PROVENANCE]
            ),
        ),
        Table(
            "campaign_day_unsuccessful",
            "one reason why messages of one campaign did not arrive on one day",
            ("campaign_id", "outcome", "reason"),
            pa.schema(
                [
                    _ID,
                    column("outcome", pa.string(), "dropped or undelivered.", nullable=False),
                    column(
                        "reason", pa.string(), "frequencyCapped, offlineRecipients, …; an open set.", nullable=False
                    ),
                    column("count", pa.int64(), "Messages."),
                    column("percentage_reported", pa.float64(), "As the API printed it, as a fraction."),
                    *_PROVENANCE,
                ]
            ),
        ),
        Table(
            "campaign_day_click",
            "one clickable part of one campaign's message on one day; only where the API tells",
            ("campaign_id", "name"),
            pa.schema(
                [
                    _ID,
                    column("name", pa.string(), "mainAction, primaryAction, secondaryAction.", nullable=False),
                    column("header", pa.string(), "The part's caption."),
                    column("clicks", pa.int64(), "Clicks on it."),
                    column("click_ratio_reported", pa.float64(), "As the API printed it, as a fraction."),
                    *_PROVENANCE,
                ]
            ),
        ),
        Table(
            "campaign_day_goal",
            "one goal that a campaign is configured with, as seen on one day",
            ("campaign_id", "goal"),
            pa.schema(
                [
                    _ID,
                    column("goal", pa.string(), "camp-join, sales-from-click, …", nullable=False),
                    column("label", pa.string(), "Its caption in the panel."),
                    *_PROVENANCE,
                ]
            ),
        ),
    )
}


CHANGES = Table(
    "campaign_day_change",
    "one figure of one campaign that moved in one revision of the day; a file a revision",
    ("revision", "campaign_id", "table_name", "item", "metric"),
    pa.schema(
        [
            _ID,
            column("table_name", pa.string(), "The table whose row moved.", nullable=False),
            column(
                "item",
                pa.string(),
                "The rest of that row's key: device, outcome/reason, click or goal; empty for campaign_day.",
                nullable=False,
            ),
            column("metric", pa.string(), "The column that moved.", nullable=False),
            column("before", pa.string(), "Its value in the revision before; null if it had none."),
            column("after", pa.string(), "Its value in this revision; null if it has none."),
            column("delta", MONEY, "after - before, where both are numbers."),
            column("from_revision", pa.int64(), "The revision before.", nullable=False),
            column("changed_at", _INSTANT, "When this revision was published.", nullable=False),
            *_PROVENANCE,
        ]
    ),
)
CAMPAIGNS = Table(
    "campaign",
    "one campaign of the account, with its latest attributes",
    ("campaign_id",),
    pa.schema(
        [
            *_CAMPAIGN,
            column("status", pa.string(), "The list's status; an open set."),
            column("status_name", pa.string(), "The status, as text, of the campaign's answer or else of the list."),
            *_ATTRIBUTES,
            column("currency", pa.string(), "ISO 4217 code of its preferred currency, as its last answer has it."),
            column("tags", _TEXTS, "Its tags."),
            column("message_link", pa.string(), "Where the message leads."),
            column("first_button_link", pa.string(), "Where its first button leads."),
            column("second_button_link", pa.string(), "Where its second button leads."),
            column("send_date", pa.string(), "As listed, without a zone; null for the placeholder."),
            column("start_date", pa.string(), "As listed, without a zone; null for the placeholder."),
            column("end_date", pa.string(), "As listed, without a zone; null for the placeholder."),
            column("first_day", pa.date32(), "The first published day that lists it.", nullable=False),
            column(
                "last_day",
                pa.date32(),
                "The last published day that lists it: its attributes are of then.",
                nullable=False,
            ),
            column(
                "detail_day",
                pa.date32(),
                "The last day with an answer of campaign-metrics: status_name, primary_goal, alias, is_recurring, "
                "personalization_status and currency are of then; null if it was never fetched.",
            ),
            *_PROVENANCE,
        ]
    ),
    PER_ACCOUNT,
)
ALL_TABLES = (*TABLES.values(), CHANGES, CAMPAIGNS)
