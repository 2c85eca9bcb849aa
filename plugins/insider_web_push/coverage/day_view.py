"""Makes what a day's page says of the day's manifest. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from insider_web_push.coverage.grid import State, state_of
from insider_web_push.coverage.index import DayEntry, published_entry
from insider_web_push.lake.manifest import Manifest, PublishedCampaign
from insider_web_push.vocabulary import DetailStatus, Finality

_SHOWN_MOVES = 100
_UNKNOWN = "\N{EN DASH}"
_LISTED_FIGURES = ("sent", "delivered", "clicks")
"""The list's figures that a row has room for."""
_TO_DO_MODE = {State.INCOMPLETE: "missing", State.MISSING: "missing", State.PARTIAL: "missing", State.TOTALS: "missing"}


@dataclass(frozen=True, slots=True)
class MovedFigure:
    """A figure that the newest revision changed, as it is printed before and after."""

    campaign_id: str
    name: str
    metric: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class CampaignLine:
    """
    What the page says of one campaign of the day.

    Attributes:
        notes: What else is to be said of it, a sentence each.
        fetched_at: When its figures were fetched, printed in the account's time zone.
        figures: What the list said of it before it was fetched, as printed.
        has_answer: Whether an answer is stored.
    """

    campaign_id: str
    name: str
    type: str
    status: str
    finality: str
    notes: list[str]
    fetched_at: str
    figures: list[str]
    has_answer: bool


@dataclass(frozen=True, slots=True)
class DayView:
    """
    What a day's page says, besides what stands in the manifest word for word.

    Attributes:
        problem: Why the newest look could not be published; empty if it was.
        conf: The run configuration with which the refresh looks at this day again.
        facts: Names and values.
        moves: The first of the figures that the newest revision changed.
        more_moves: How many more figures it changed.
    """

    state: State
    problem: str
    conf: str
    facts: list[tuple[str, str]] = field(default_factory=list)
    moves: list[MovedFigure] = field(default_factory=list)
    more_moves: int = 0
    campaigns: list[CampaignLine] = field(default_factory=list)


def view_of(day: date, manifest: Manifest | None, noted: DayEntry | None, *, why_not: str = "") -> DayView:
    """
    Describe a day.

    Args:
        manifest: What is published of it, which counts where the index says something else.
        noted: What the index says of it: why a look was not published stands nowhere else.
        why_not: Why it has no manifest, in words.
    """
    if manifest is None:
        state = state_of(noted if noted and not noted.revision else None)
        problem = noted.why if noted and noted.why else why_not
        return DayView(state, problem, _conf(day, state))
    state = state_of(published_entry(manifest))
    moves = list(_moves(manifest))
    return DayView(
        state,
        problem=noted.why if noted else "",
        conf=_conf(day, state),
        facts=_facts(manifest),
        moves=moves[:_SHOWN_MOVES],
        more_moves=max(0, len(moves) - _SHOWN_MOVES),
        campaigns=[_line(key, campaign, manifest.timezone) for key, campaign in _by_weight(manifest)],
    )


def local_time(at: datetime | None, timezone: str) -> str:
    """Print an instant in a time zone, to the minute."""
    return f"{at.astimezone(ZoneInfo(timezone)):%Y-%m-%d %H:%M}" if at else _UNKNOWN


def _facts(manifest: Manifest) -> list[tuple[str, str]]:
    final = sum(campaign.finality is Finality.FINAL for campaign in manifest.campaigns.values())
    facts = [
        ("Revision", str(manifest.revision)),
        ("Published", f"{local_time(manifest.published_at, manifest.timezone)} {manifest.timezone}"),
        ("Newest look", "a day later" if manifest.looked_at == 1 else f"{manifest.looked_at} days later"),
        ("Campaigns", f"{len(manifest.campaigns)}, of which {final} final"),
    ]
    if checked := manifest.sentinel.checked:
        moved = f"{len(manifest.sentinel.missed)} had moved all the same"
        facts.append(("Fetched though the list's totals stood still", f"{checked}, {moved}"))
    return facts


def _by_weight(manifest: Manifest) -> list[tuple[str, PublishedCampaign]]:
    """Order campaigns: those that lack something first, then by what was sent."""

    def weight(item: tuple[str, PublishedCampaign]) -> tuple[bool, int, str]:
        campaign_id, campaign = item
        sent = campaign.baseline.sent if campaign.baseline else None
        return (campaign.status is not DetailStatus.MISSING, -(sent or 0), campaign_id)

    return sorted(manifest.campaigns.items(), key=weight)


def _line(campaign_id: str, campaign: PublishedCampaign, timezone: str) -> CampaignLine:
    notes = [campaign.reason] if campaign.reason else []
    if not campaign.listed:
        notes.append("no longer listed")
    if campaign.accepted_by:
        notes.append(f"accepted by {campaign.accepted_by}")
    return CampaignLine(
        campaign_id=campaign_id,
        name=campaign.name or _UNKNOWN,
        type=campaign.type or _UNKNOWN,
        status=str(campaign.status),
        finality=str(campaign.finality).replace("_", " "),
        notes=notes,
        fetched_at=local_time(campaign.fetched_at, timezone),
        figures=[_figure(getattr(campaign.baseline, name, None)) for name in _LISTED_FIGURES],
        has_answer=campaign.snapshot is not None,
    )


def _figure(number: int | None) -> str:
    return _UNKNOWN if number is None else f"{number:,}"


def _moves(manifest: Manifest) -> Iterator[MovedFigure]:
    for campaign_id, figures in manifest.moved.items():
        campaign = manifest.campaigns.get(campaign_id)
        name = (campaign.name if campaign else None) or _UNKNOWN
        for metric, values in figures.items():
            before, after = (_UNKNOWN if value is None else str(value) for value in values)
            yield MovedFigure(campaign_id, name, metric, before, after)


def _conf(day: date, state: State) -> str:
    mode = _TO_DO_MODE.get(state, "changed")
    return json.dumps({"first_day": day.isoformat(), "last_day": day.isoformat(), "mode": mode})


def printed(body: bytes) -> str:
    """Print an answer for people: JSON indented, whatever else as it is."""
    text = body.decode("utf-8", errors="replace")
    try:
        return json.dumps(json.loads(text), indent=2, ensure_ascii=False)
    except ValueError:
        return text
