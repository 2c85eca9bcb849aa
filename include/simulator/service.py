"""
A request in, a reply out: everything that the API decides, without HTTP, waiting or a clock of its own.

The order is: key and partner id, rate limit, fault, validation, figures. The limit comes after the key, because the
budget belongs to an account and only the key says whose it is; and before validation, because that is where a gateway
counts: a malformed request costs the client as much as a good one, and a client that relies on the opposite would be
throttled in production.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from pydantic import JsonValue

from include.simulator import formats, replies, world
from include.simulator.account import Account, is_older
from include.simulator.campaigns import Campaign, CampaignChange
from include.simulator.faults import FaultBook, FaultKind
from include.simulator.figures import NOTHING, Figures
from include.simulator.formats import Style
from include.simulator.journal import Entry, Journal
from include.simulator.limits import Decision, Limit, Limiter, retry_after_header
from include.simulator.move_book import MoveBook, check_room
from include.simulator.moves import Move
from include.simulator.replies import Reply
from include.simulator.settings import LATEST, Generation, Listed, SimulatorSettings
from include.simulator.spoiling import spoil
from include.simulator.validation import Query, RefusedError, read_body, read_query
from include.simulator.world import Window


@dataclass(slots=True)
class Service:
    """One account and its API: one budget, whichever of the endpoints is called."""

    settings: SimulatorSettings
    account: Account = field(default_factory=Account)
    limiter: Limiter = field(default_factory=Limiter)
    faults: FaultBook = field(default_factory=FaultBook)
    moves: MoveBook = field(default_factory=MoveBook)
    journal: Journal = field(default_factory=Journal)

    def answer(self, entry: Entry, *, authorization: str | None, raw: bytes) -> Reply:
        """Answer a request that arrived as *entry* says; completes and keeps the entry, but for the status."""
        body = read_body(raw)
        entry.describe(body)
        self.journal.entries.append(entry)
        refusal = self._unauthorized(authorization, body)
        if refusal:
            return refusal
        entry.counted = True
        limit = self._limit()
        decision = self.limiter.admit(limit, now=entry.arrived_at)
        entry.throttled = not decision.admitted
        reply = self._admitted(entry, body) if decision.admitted else self._throttled(limit, decision, wall=entry.at)
        return reply.with_headers(self._quota(limit, decision))

    def add_move(self, campaign: Campaign, move: Move, *, at: datetime) -> None:
        """
        Put a move of *campaign*'s figures in force.

        Args:
            campaign: The one that the move names.
            move: What moves.
            at: Real time, which a frozen clock of the figures replaces.

        Raises:
            ImpossibleMoveError: when the move would begin to show, the figures have not got so much to move.
        """
        now = self.settings.instant(at)
        shows = max(now, move.at) if move.at else now
        check_room(move, self.figures_of(campaign, move.day, shows))
        self.moves.add(campaign.builder_id, move)

    def figures_of(self, campaign: Campaign, day: date, now: datetime) -> Figures:
        """Tell what is known of a campaign's day at an instant of the figures' clock."""
        return self._known(campaign, self._window(day, day, now))

    def lost_paths(self, campaign: Campaign, change: CampaignChange) -> list[str]:
        """List the paths of a change that lead to no field of the campaign's answers, or of its rows in the list."""
        day = campaign.created
        window, style = self._window(day, day, world.day_start(day, self.settings.zone)), self._style(campaign)
        row = formats.overall_row(campaign, NOTHING, window, style)
        return [
            *spoil(formats.campaign_metrics(campaign, NOTHING, window, style), change.spoil),
            *spoil(row, change.spoil_row),
            *spoil(row, change.second_row or {}),
        ]

    def _unauthorized(self, authorization: str | None, body: dict[str, Any]) -> Reply | None:
        expected = f"Bearer {self.settings.api_key.get_secret_value()}"
        if not secrets.compare_digest((authorization or "").encode(), expected.encode()):
            return replies.UNAUTHORIZED
        partner_id = body.get("partner_id")
        # A missing or non-string partner id is a validation error, told apart from somebody else's.
        if isinstance(partner_id, str) and partner_id not in ("", self.settings.partner_id):
            return replies.UNAUTHORIZED_PARTNER
        return None

    def _limit(self) -> Limit:
        settings = self.settings
        return Limit(requests=settings.limit_requests, window_s=settings.limit_window_s, kind=settings.limit_kind)

    def _throttled(self, limit: Limit, decision: Decision, *, wall: datetime) -> Reply:
        settings = self.settings
        reply = replies.throttled(
            settings.throttle_status, settings.throttle_body, limit=limit.requests, window_s=limit.window_s
        )
        header = retry_after_header(settings.retry_after, decision.retry_after_s, wall=wall)
        return reply.with_headers({"Retry-After": header} if header is not None else {})

    def _quota(self, limit: Limit, decision: Decision) -> dict[str, str]:
        if not self.settings.quota_headers:
            return {}
        remaining = max(0, limit.requests - decision.used)
        return {"X-RateLimit-Limit": str(limit.requests), "X-RateLimit-Remaining": str(remaining)}

    def _admitted(self, entry: Entry, body: dict[str, Any]) -> Reply:
        fault = self.faults.take(entry.endpoint, entry.campaign_id)
        instead = replies.instead_of_answer(fault) if fault else None
        if instead:
            return instead
        try:
            query = read_query(entry.endpoint, body, most_per_page=self.settings.most_per_page)
        except RefusedError as refused:
            return replies.reply(refused.status, refused.body)
        return replies.spoiled(self._figures(entry, query, fault), fault)

    def _figures(self, entry: Entry, query: Query, fault: FaultKind | None) -> Reply:
        now = self.settings.instant(entry.at)
        window = self._window(query.start, query.end, now)
        if self._is_too_old(window):
            return replies.TOO_OLD
        if entry.endpoint == "campaign-metrics":
            return self._campaign_metrics(query, window)
        if entry.endpoint == "overall-metrics":
            return replies.reply(200, self._overall_metrics(query, window, fault))
        campaigns = self.account.listed(self.settings, until=window.end)
        total = sum((self._known(campaign, window) for campaign in campaigns), NOTHING)
        return replies.reply(200, formats.top_metrics(total, self._style()))

    def _campaign_metrics(self, query: Query, window: Window) -> Reply:
        campaign = self.account.find(self.settings, query.campaign_id)
        if campaign is None:
            return replies.CAMPAIGN_NOT_FOUND
        if window.start < campaign.created:
            return replies.BEFORE_CREATION
        body = formats.campaign_metrics(campaign, self._in_detail(campaign, window), window, self._style(campaign))
        moves = self.moves.showing(campaign.builder_id, window.now)
        body["isTTLEnded"] = world.delivery_ended(campaign, window, moves)
        spoil(body, self.account.change_of(campaign).spoil)
        return replies.reply(200, body)

    def _overall_metrics(self, query: Query, window: Window, fault: FaultKind | None) -> dict[str, Any]:
        campaigns = self._listed(window)
        if fault is FaultKind.DRIFT and query.page > 1:
            campaigns = [*campaigns[-1:], *campaigns[:-1]]
        if fault is FaultKind.SHRINK and query.page > 1:
            campaigns = campaigns[1:]
        entries = [(campaign, self.account.change_of(campaign).spoil_row) for campaign in campaigns]
        entries += [
            (campaign, second)
            for campaign in campaigns
            if (second := self.account.change_of(campaign).second_row) is not None
        ]
        first = (query.page - 1) * query.per_page
        rows = [self._row(campaign, window, literals) for campaign, literals in entries[first : first + query.per_page]]
        if fault is FaultKind.SHORT:
            rows = rows[:-1]
        page = formats.overall_page(
            rows, page=query.page, per_page=query.per_page, total=len(entries), style=self._style()
        )
        return formats.with_gaps(page) if fault is FaultKind.PHP_LIST else page

    def _row(self, campaign: Campaign, window: Window, literals: Mapping[str, JsonValue]) -> dict[str, Any]:
        row = formats.overall_row(campaign, self._known(campaign, window), window, self._style(campaign))
        spoil(row, literals)
        return row

    def _listed(self, window: Window) -> Sequence[Campaign]:
        listed = self.settings.listed
        campaigns = self.account.listed(self.settings, until=LATEST if listed is Listed.ALL else window.end)
        if listed is not Listed.ACTIVE:
            return campaigns
        return [campaign for campaign in campaigns if self._known(campaign, window) != NOTHING]

    def _in_detail(self, campaign: Campaign, window: Window) -> Figures:
        if self.settings.windows_add_up:
            return self._known(campaign, window)
        days = (window.start + timedelta(days=n) for n in range((window.end - window.start).days + 1))
        alone = (self._known(campaign, self._window(day, day, window.now)) for day in days)
        return max(alone, key=lambda figures: figures.targeted)

    def _is_too_old(self, window: Window) -> bool:
        kept = self.settings.retention_days
        return kept is not None and (window.now.astimezone(window.zone).date() - window.start).days > kept

    def _known(self, campaign: Campaign, window: Window) -> Figures:
        return world.figures(self.settings.seed, campaign, window, self.moves.showing(campaign.builder_id, window.now))

    def _window(self, start: date, end: date, now: datetime) -> Window:
        return Window(start=start, end=end, now=now, zone=self.settings.zone)

    def _style(self, campaign: Campaign | None = None) -> Style:
        settings = self.settings
        older = is_older(settings, campaign) if campaign else settings.generation is Generation.OLDER
        return Style(
            currency=settings.currency, older=older, extra_fields=settings.extra_fields, numbers=settings.number_format
        )
