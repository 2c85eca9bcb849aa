"""Makes what a day's page says of the day's manifest. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from insider_web_push.coverage.grid import State, state_of
from insider_web_push.coverage.index import DayEntry, published_entry
from insider_web_push.days.remedies import Names, steps, what_to_do
from insider_web_push.days.rules import Rules
from insider_web_push.days.troubles import trouble_named
from insider_web_push.days.verdict import published_problems
from insider_web_push.lake.manifest import Manifest, PublishedCampaign
from insider_web_push.vocabulary import DetailStatus, Finality

_SHOWN_MOVES = 100
_SHOWN_BYTES = 2**18
_UNKNOWN = "\N{EN DASH}"
_LISTED_FIGURES = ("sent", "delivered", "clicks")
"""The list's figures that a row has room for."""


@dataclass(frozen=True, slots=True)
class MovedFigure:
    """A figure that the newest revision changed, as it is printed before and after."""

    campaign_id: str
    name: str
    metric: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class ProblemLine:
    """
    What is wrong with the published version, in verify's words.

    Attributes:
        said: What is wrong, with names.
        step: What to do about it.
        is_red: Whether verify is red for it.
    """

    said: str
    step: str
    is_red: bool


@dataclass(frozen=True, slots=True)
class Total:
    """
    A counter of the day.

    Attributes:
        name: As people read it.
        figure: The sum over the campaigns, as printed.
        account: What the account's own totals say, as printed; empty if they do not say.
    """

    name: str
    figure: str
    account: str


@dataclass(frozen=True, slots=True)
class CampaignLine:
    """
    What the page says of one campaign of the day.

    Attributes:
        notes: What else is to be said of it, a sentence each.
        fetched_at: When its figures were fetched, printed in the account's time zone.
        figures: What the list said of it before it was fetched, as printed.
        has_answer: Whether an answer is stored.
        lacks: Whether it is missing or held.
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
    lacks: bool


@dataclass(frozen=True, slots=True)
class DayView:
    """
    What a day's page says, besides what stands in the manifest word for word.

    Attributes:
        problem: Why the newest look could not be published; empty if it was.
        way_out: What to do about that; empty if its cause is not known.
        problems: What is wrong with what is published.
        facts: Names and values.
        totals: The day's counters.
        moves: The first of the figures that the newest revision changed.
        more_moves: How many more figures it changed.
    """

    state: State
    problem: str
    way_out: str
    problems: list[ProblemLine] = field(default_factory=list)
    facts: list[tuple[str, str]] = field(default_factory=list)
    totals: list[Total] = field(default_factory=list)
    moves: list[MovedFigure] = field(default_factory=list)
    more_moves: int = 0
    campaigns: list[CampaignLine] = field(default_factory=list)


def view_of(
    day: date,
    manifest: Manifest | None,
    noted: DayEntry | None,
    *,
    rules: Rules,
    names: Names,
    why_not: str = "",
) -> DayView:
    """
    Describe a day.

    Args:
        manifest: What is published of it, which counts where the index says something else.
        noted: What the index says of it: why a look was not published stands nowhere else.
        rules: The account's: how many campaigns may fail a check.
        names: What is called how for the account.
        why_not: Why it has no manifest, in words.
    """
    way_out = ""
    if noted and noted.trouble:
        way_out = what_to_do(trouble_named(noted.trouble), names, days=[day.isoformat()])
    if manifest is None:
        state = state_of(noted if noted and not noted.revision else None)
        problem = noted.why if noted and noted.why else why_not
        return DayView(state, problem, way_out)
    state = state_of(published_entry(manifest))
    moves = list(_moves(manifest))
    return DayView(
        state,
        problem=noted.why if noted else "",
        way_out=way_out,
        problems=[
            ProblemLine(problem.said, steps(problem.causes, names, days=[day.isoformat()]), problem.is_red)
            for problem in published_problems(manifest, rules)
        ],
        facts=_facts(manifest),
        totals=_totals(manifest),
        moves=moves[:_SHOWN_MOVES],
        more_moves=max(0, len(moves) - _SHOWN_MOVES),
        campaigns=[_line(key, campaign, manifest) for key, campaign in _by_weight(manifest)],
    )


def local_time(at: datetime | None, timezone: str) -> str:
    """Print an instant in a time zone, to the minute; in UTC where there is no such zone, or no such instant in it."""
    if at is None:
        return _UNKNOWN
    try:
        return f"{at.astimezone(zone_named(timezone)):%Y-%m-%d %H:%M}"
    except OverflowError:  # of the years 1 and 9999
        return f"{at:%Y-%m-%d %H:%M}"


def zone_named(timezone: str) -> ZoneInfo:
    """Find a time zone; UTC if there is none of this name, which a manifest may have all the same."""
    try:
        return ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # the latter two for what can be no file's name
        return ZoneInfo("UTC")


def _facts(manifest: Manifest) -> list[tuple[str, str]]:
    final = sum(campaign.finality is Finality.FINAL for campaign in manifest.campaigns.values())
    facts = [
        ("Revision", str(manifest.revision)),
        ("Published", f"{local_time(manifest.published_at, manifest.timezone)} {zone_named(manifest.timezone).key}"),
        ("Newest look", "a day later" if manifest.looked_at == 1 else f"{manifest.looked_at} days later"),
        ("Campaigns", f"{len(manifest.campaigns)}, of which {final} final"),
    ]
    if checked := manifest.sentinel.checked:
        moved = f"{len(manifest.sentinel.missed)} had moved all the same"
        facts.append(("Fetched though the list's totals stood still", f"{checked}, {moved}"))
    return facts


def _totals(manifest: Manifest) -> list[Total]:
    """Put the account's own totals beside the sums; a counter that only one of them has is shown as well."""
    names = [*manifest.totals, *(name for name in manifest.account_totals if name not in manifest.totals)]
    return [
        Total(
            name.replace("_", " ").capitalize(),
            _figure(manifest.totals.get(name)),
            _figure(manifest.account_totals[name]) if name in manifest.account_totals else "",
        )
        for name in names
    ]


def _by_weight(manifest: Manifest) -> list[tuple[str, PublishedCampaign]]:
    """Order campaigns: those that lack something first, then by what was sent."""

    def weight(item: tuple[str, PublishedCampaign]) -> tuple[bool, int, str]:
        campaign_id, campaign = item
        sent = campaign.baseline.sent if campaign.baseline else None
        return (not _lacks(campaign_id, campaign, manifest), -(sent or 0), campaign_id)

    return sorted(manifest.campaigns.items(), key=weight)


def _lacks(campaign_id: str, campaign: PublishedCampaign, manifest: Manifest) -> bool:
    return campaign.status is DetailStatus.MISSING or campaign_id in manifest.held


def _line(campaign_id: str, campaign: PublishedCampaign, manifest: Manifest) -> CampaignLine:
    notes = [campaign.reason] if campaign.reason else []
    if why := manifest.held.get(campaign_id):
        notes.append(f"held: its newest answer says less: {why}")
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
        fetched_at=local_time(campaign.fetched_at, manifest.timezone),
        figures=[_figure(getattr(campaign.baseline, name, None)) for name in _LISTED_FIGURES],
        has_answer=campaign.snapshot is not None,
        lacks=_lacks(campaign_id, campaign, manifest),
    )


def _figure(number: int | None) -> str:
    return _UNKNOWN if number is None else f"{number:,}"


def _moves(manifest: Manifest) -> Iterator[MovedFigure]:
    for campaign_id, figures in manifest.moved.items():
        campaign = manifest.campaigns.get(campaign_id)
        name = (campaign.name if campaign else None) or _UNKNOWN
        for metric, values in figures.items():
            before, after, *_ = (*(_UNKNOWN if value is None else str(value) for value in values), _UNKNOWN, _UNKNOWN)
            yield MovedFigure(campaign_id, name, metric, before, after)


def printed(body: bytes) -> str:
    """
    Print an answer for people: JSON indented, whatever else as it is; so much of it as a page has room for.

    An answer may be of millions of bytes, and indented, a small one that is nested deeply as well.
    """
    text = body[:_SHOWN_BYTES].decode("utf-8", errors="replace")
    try:
        if len(body) > _SHOWN_BYTES:
            return f"{text}\n… (the first {_SHOWN_BYTES} of {len(body)} bytes)"
        return _cut(json.JSONEncoder(indent=2, ensure_ascii=False).iterencode(json.loads(text)))
    except (ValueError, RecursionError):
        return text


def _cut(parts: Iterable[str]) -> str:
    shown: list[str] = []
    left = 4 * _SHOWN_BYTES
    for part in parts:
        shown.append(part[:left])
        left -= len(part)
        if left < 0:
            return "".join([*shown, "\n…"])
    return "".join(shown)
