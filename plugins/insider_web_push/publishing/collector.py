"""How a process keeps house while a day's rows are made."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

import pyarrow as pa


@contextmanager
def paused_collector() -> Iterator[None]:
    """
    Pause the collector of reference cycles; whatever has no cycle goes at once, as ever.

    Rows and answers have none, and are made by the hundred thousand: the collector went through all that was alive each
    time that a quarter more was there, and took a third of the time of publishing.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@contextmanager
def arrow_gives_back() -> Iterator[None]:
    """
    Let Arrow take memory from the system's allocator, which has it back at once.

    Its own keeps what was given up for a next time: four times what a day's tables are.
    """
    before = pa.default_memory_pool()
    pa.set_memory_pool(pa.system_memory_pool())
    try:
        yield
    finally:
        pa.set_memory_pool(before)
