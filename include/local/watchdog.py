"""
Stops what a local Airflow started, should its supervisor be killed: `python -m include.local.watchdog RECORD`.

Its standard input is a pipe whose other end only the supervisor holds, and the kernel closes that end with the
supervisor's life, however it ends. Works the same on Linux and macOS, and reaches grandchildren.
"""

import signal
import sys
from pathlib import Path

from include.local.sessions import stop_recorded


def main() -> None:
    """Wait for the supervisor's end; after an orderly one nothing is recorded any more."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    sys.stdin.read()
    stop_recorded(Path(sys.argv[1]))


if __name__ == "__main__":
    main()
