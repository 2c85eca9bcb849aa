"""`python -m include.local demo|up|down|check`: what make's targets of the same names run."""

import argparse
import os
import sys
import time

from rich.console import Console

from include.local.api import AirflowApiError
from include.local.background import down, supervise, up
from include.local.check import check
from include.local.demo import DONE, FAILED, NOT_STARTED, NeedsConsentError, demo
from include.local.home import PROJECT, Home
from include.local.interrupts import Interrupted, orderly_interrupts
from include.local.lock import AlreadyRunningError
from include.local.processes import ComponentDiedError
from include.local.settings import DemoSettings, SettingError, read_settings
from include.simulator.process import SimulatorDidNotStartError

_SIGNALLED = 128
_PLAIN_WIDTH = 100


def main() -> int:
    """Do what is asked; every failure that has a known reason is one message and an exit code."""
    parser = argparse.ArgumentParser(prog="python -m include.local")
    parser.add_argument("command", choices=["demo", "up", "down", "check", "supervise"])
    command = parser.parse_args().command
    home = Home(PROJECT / ".demo")
    # The day's files, a STORAGE elsewhere included, the logs and the budget: campaigns and figures are nobody else's.
    os.umask(0o077)
    errors = Console(stderr=True, highlight=False, markup=False, soft_wrap=True)
    try:
        with orderly_interrupts():
            return _run(command, home)
    except SettingError as error:
        errors.print(str(error))
        return NOT_STARTED
    except (AlreadyRunningError, NeedsConsentError) as error:
        errors.print(str(error))
        return NOT_STARTED
    except (ComponentDiedError, SimulatorDidNotStartError, AirflowApiError, TimeoutError) as error:
        errors.print(str(error))
        return FAILED
    except Interrupted as interrupt:
        errors.print("\nInterrupted; everything is stopped.")
        return _SIGNALLED + interrupt.number


def _run(command: str, home: Home) -> int:
    if command == "demo":
        setup_s = max(0.0, time.time() - float(os.environ.get("SETUP_STARTED_AT") or time.time()))
        return demo(_settings(home), home, _console(), setup_s=setup_s)
    if command == "check":
        return check(_settings(home), home, _console())
    if command == "up":
        return DONE if up(_settings(home), home, _console()) else FAILED
    if command == "down":
        down(home, _console())
    else:
        supervise(_settings(home), home)
    return DONE


def _console() -> Console:
    console = Console(highlight=False)
    # Into a file or a pipe nobody knows the reader's width, and rich would assume 80.
    return console if console.is_terminal else Console(width=_PLAIN_WIDTH, highlight=False)


def _settings(home: Home) -> DemoSettings:
    settings = read_settings(os.environ, default_storage=home.storage)
    # Whatever this process starts has no business with the key.
    os.environ.pop("API_KEY", None)
    return settings


if __name__ == "__main__":
    sys.exit(main())
