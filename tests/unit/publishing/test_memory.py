"""What publishing takes in memory: little for each campaign, and what many rows take only of a batch of them."""

import tracemalloc
from pathlib import Path

import pytest

from insider_web_push.tables import day_tables
from tests.lake import Lake
from tests.unit.publishing.looks import look

FEW, MANY = 40, 160
MOST_BYTES = 12_000
"""For each campaign more: twice what it takes, and half of what it takes with its rows as dicts, its answer open."""


def peak(folder: Path, campaigns: int) -> int:
    """Give the most bytes that publishing a day of so many campaigns takes."""
    lake = Lake(folder)
    look(lake, *(str(1_000 + number) for number in range(campaigns)))
    tracemalloc.start()
    try:
        lake.publish()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_memory_follows_the_batch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A larger day takes hardly more."""
    monkeypatch.setattr(day_tables, "BATCH", 20)
    peak(tmp_path / "first", 1)  # what is imported only now
    few, many = (peak(tmp_path / str(campaigns), campaigns) for campaigns in (FEW, MANY))
    assert (many - few) / (MANY - FEW) < MOST_BYTES
