"""A publish in a process that kills itself after so many writes, as the kernel would when memory runs out."""

import multiprocessing
import os
import signal
from multiprocessing.process import BaseProcess
from pathlib import Path

from tests.each_write import EachWrite
from tests.lake import Lake


class DyingStorage(EachWrite):
    """A storage whose process dies after its last allowed write."""

    writes_left = 0

    def before_write(self) -> None:
        """Die, with no write left."""
        if self.writes_left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        self.writes_left -= 1


def publish(root: Path, writes: int) -> None:
    """Publish, as far as it goes."""
    lake = Lake(root)
    lake.store = DyingStorage(root.as_uri(), "brand")
    lake.store.writes_left = writes
    lake.publish()


def publisher(root: Path, writes: int) -> BaseProcess:
    """Give a process that will publish; all of them are forked from one that has imported what they need."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    return context.Process(target=publish, args=(root, writes))
