"""
The admin routes: what a test or a curious person changes while the simulator runs, and the request log.

They need no key and count against nothing: the server listens on loopback only.
"""

from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter, HTTPException
from fastapi.encoders import jsonable_encoder
from pydantic import ValidationError

from include.simulator.campaigns import Campaign, CampaignChange
from include.simulator.faults import Fault
from include.simulator.move_book import ImpossibleMoveError
from include.simulator.moves import Move
from include.simulator.service import Service


def admin_router(service: Service) -> APIRouter:
    """Make the routes over *service*."""
    router = APIRouter()
    _add_settings(router, service)
    _add_faults(router, service)
    _add_requests(router, service)
    _add_campaigns(router, service)
    _add_moves(router, service)
    return router


def _add_settings(router: APIRouter, service: Service) -> None:
    @router.get("/settings")
    async def settings() -> dict[str, Any]:
        return service.settings.model_dump(mode="json")

    @router.patch("/settings")
    async def patch(changes: dict[str, Any]) -> dict[str, Any]:
        try:
            service.settings = service.settings.patched(changes)
        except ValidationError as error:
            # Without the input: it could be a key.
            raise HTTPException(422, _reasons(error)) from error
        return service.settings.model_dump(mode="json")


def _add_faults(router: APIRouter, service: Service) -> None:
    @router.get("/faults")
    async def faults() -> list[Fault]:
        return service.faults.remaining()

    @router.post("/faults")
    async def add(fault: Fault) -> list[Fault]:
        service.faults.add(fault)
        return service.faults.remaining()

    @router.delete("/faults", status_code=204)
    async def clear() -> None:
        service.faults.clear()


def _add_requests(router: APIRouter, service: Service) -> None:
    @router.get("/requests")
    async def requests() -> list[dict[str, Any]]:
        return service.journal.shown()

    @router.delete("/requests", status_code=204)
    async def clear() -> None:
        # Log and limit start anew together: else `most_in_window` could show less than the limit had counted.
        service.journal.entries.clear()
        service.limiter.forget()

    @router.get("/summary")
    async def summary() -> dict[str, int | float]:
        return service.journal.summary(service.settings.limit_window_s)


def _add_campaigns(router: APIRouter, service: Service) -> None:
    @router.get("/campaigns")
    async def campaigns() -> list[dict[str, Any]]:
        return [
            {"campaign_id": str(builder_id), **jsonable_encoder(change)}
            for builder_id, change in service.account.changes.items()
        ]

    @router.put("/campaigns/{campaign_id}")
    async def change(campaign_id: str, change: CampaignChange) -> CampaignChange:
        campaign = _campaign(service, campaign_id)
        lost = service.lost_paths(campaign, change)
        if lost:
            raise HTTPException(422, f"spoil: the answers of campaign {campaign_id} have no field {', '.join(lost)}")
        service.account.changes[campaign.builder_id] = change
        return change

    @router.delete("/campaigns", status_code=204)
    async def clear() -> None:
        service.account.changes.clear()


def _add_moves(router: APIRouter, service: Service) -> None:
    @router.get("/moves")
    async def moves() -> list[Move]:
        return service.moves.all()

    @router.post("/moves")
    async def add(move: Move) -> list[Move]:
        try:
            service.add_move(_campaign(service, move.campaign_id), move, at=datetime.now(UTC))
        except ImpossibleMoveError as error:
            raise HTTPException(422, str(error)) from error
        return service.moves.all()

    @router.delete("/moves", status_code=204)
    async def clear() -> None:
        service.moves.clear()


def _campaign(service: Service, campaign_id: str) -> Campaign:
    campaign = service.account.seeded(service.settings, campaign_id)
    if campaign is None:
        raise HTTPException(404, f"no campaign {campaign_id}")
    return campaign


def _reasons(error: ValidationError) -> list[dict[str, str]]:
    return [{"setting": ".".join(map(str, e["loc"])), "reason": e["msg"]} for e in error.errors(include_input=False)]
