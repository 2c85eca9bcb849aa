"""
The moves in force: which of them show, and which cannot be.

A move that cannot be made in full is refused when it is added. Later the seeded figures may leave it less room
(deliveries come in, the clock is put back): then as much of it shows as there is room for.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from include.simulator.figures import Figures
from include.simulator.moves import Move


class ImpossibleMoveError(ValueError):
    """The figures have not got what the move would move; the message says what there is."""


@dataclass(slots=True)
class MoveBook:
    """The moves in force, in the order in which they were added and are made."""

    _moves: dict[int, list[Move]] = field(default_factory=dict)
    """By builderId."""

    def add(self, builder_id: int, move: Move) -> None:
        """Put a move of this campaign in force."""
        self._moves.setdefault(builder_id, []).append(move)

    def showing(self, builder_id: int, now: datetime) -> list[Move]:
        """List the campaign's moves that show at *now* on the figures' clock."""
        return [move for move in self._moves.get(builder_id, ()) if move.at is None or move.at <= now]

    def all(self) -> list[Move]:
        """List the moves in force, by campaign."""
        return [move for moves in self._moves.values() for move in moves]

    def clear(self) -> None:
        """Forget all moves."""
        self._moves.clear()


def moved(figures: Figures, moves: Iterable[Move]) -> Figures:
    """Make *moves*, all of the one day, one after the other."""
    for move in moves:
        figures = move.apply(figures)
    return figures


def check_room(move: Move, figures: Figures) -> None:
    """
    Check that *move* can be made in full.

    Args:
        move: What somebody wants to add.
        figures: The day's, when the move would begin to show.

    Raises:
        ImpossibleMoveError: there is not so much to move.
    """
    asked, possible = move.model_dump(), move.fit(figures).model_dump()
    short = [f"{name} by {asked[name]}, at most by {possible[name]}" for name in asked if asked[name] != possible[name]]
    if short:
        raise ImpossibleMoveError(
            f"campaign {move.campaign_id} on {move.day} cannot move {'; '.join(short)} (on a device conversions stay "
            "within clicks, clicks within delivered, delivered within sent)"
        )
