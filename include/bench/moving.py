"""Moves what a running simulator says of campaigns whose day is over."""

from contextlib import suppress
from datetime import date

from include.simulator.campaigns import DEVICES, seeded_campaign
from include.simulator.process import Simulator


def deliver_one(sim: Simulator, campaign: str, day: date) -> None:
    """Deliver one more message of a campaign's day, whichever device has one left."""
    for device in DEVICES:
        with suppress(ValueError):  # a device to which everything is delivered has no room
            sim.move("late", campaign, day, device=device, delivered=1)
            return
    raise RuntimeError(f"campaign {campaign} has no message that could be delivered late")


def active_campaigns(sim: Simulator) -> list[str]:
    """List the campaigns that have figures, in their order."""
    settings = sim.settings()
    seed, created = settings["seed"], date.fromisoformat(settings["campaigns_created"])
    return [str(seeded_campaign(seed, index, created).builder_id) for index in range(settings["campaigns"])]
