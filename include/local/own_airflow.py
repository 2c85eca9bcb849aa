"""What each Airflow of our own processes has: it starts when a `with` block begins, and nothing is left of it after."""

from abc import ABC, abstractmethod
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from include.local.api import AirflowApi
from include.local.home import Home, Keys
from include.local.interrupts import orderly_interrupts
from include.local.lock import only_one
from include.local.processes import Processes


class OwnAirflow(ABC):
    """
    Start on entering, stop on leaving, however the block ends.

    Args:
        home: Folder for database, logs and keys.
        purpose: Named to whoever tries to start a second one in this home.

    Raises:
        AlreadyRunningError: on entering.
        ComponentDiedError: on entering, from `check`, and from every waiting method of `api`.
    """

    def __init__(self, *, home: Path, purpose: str) -> None:
        self.home = Home(home.resolve())
        self._purpose = purpose
        self._processes = Processes(record=self.home.run / "processes.json", logs=self.home.logs)
        self._api: AirflowApi | None = None
        self._exit = ExitStack()

    @property
    def api(self) -> AirflowApi:
        """The REST API, logged in as admin."""
        if self._api is None:
            raise RuntimeError("enter the with block first")
        return self._api

    def check(self) -> None:
        """Raise ComponentDiedError if a component has ended."""
        self._processes.check()

    def pids(self) -> dict[str, int]:
        """Give the process of each service that runs, by its name here."""
        return self._processes.pids()

    def __enter__(self) -> Self:
        with ExitStack() as undo:
            undo.enter_context(orderly_interrupts())
            keys = self.home.prepare()
            lock = undo.enter_context(only_one(self.home.lock, self._purpose))
            undo.callback(self._processes.stop_all)
            self._processes.watch(lock)
            self._api = self._started(keys)
            undo.callback(self.api.close)
            self._exit = undo.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._exit.close()

    @abstractmethod
    def _started(self, keys: Keys) -> AirflowApi:
        """Start everything, and wait until it is healthy; gives its API."""
