"""
Publish a day in a process that kills itself after so many writes, as the kernel would when memory runs out.

    python -m tests.integration.dying_publisher ROOT WRITES
"""

import os
import signal
import sys
from pathlib import Path

from insider_web_push.lake.storage import Storage
from tests.lake import Lake


class DyingStorage(Storage):
    """A storage whose process dies after its last allowed write."""

    writes_left = 0

    def write(self, key: str, data: bytes) -> str:
        """Write, and die if that was the last one; with none left, die before it."""
        if self.writes_left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        self.writes_left -= 1
        return super().write(key, data)


def main(root: Path, writes: int) -> None:
    """Publish, as far as it goes; says `published` if it survives."""
    lake = Lake(root)
    lake.store = DyingStorage(root.as_uri(), "brand")
    lake.store.writes_left = writes
    lake.publish()
    sys.stdout.write("published")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
