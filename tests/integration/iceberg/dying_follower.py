"""A follower into Iceberg in a process that kills itself before one of its commits, whose files are written by then."""

import multiprocessing
import os
import signal
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from pyiceberg.catalog.sql import SqlCatalog

from tests.integration.iceberg.lakehouse import Lakehouse, sql_catalog


class DyingCatalog(SqlCatalog):
    """A catalog whose process dies before the commit after its last allowed one."""

    commits_left = 0

    def commit_table(self, *args: Any, **kwargs: Any) -> Any:
        """Commit, or die before it."""
        if self.commits_left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        self.commits_left -= 1
        return super().commit_table(*args, **kwargs)


def catalog_in(folder: Path) -> DyingCatalog:
    """Open the catalog of a folder."""
    connection = sql_catalog(folder)
    return DyingCatalog("lakehouse", uri=connection["host"], **connection["extra"])


def follow(folder: Path, commits: int) -> None:
    """Follow, as far as it goes."""
    catalog = catalog_in(folder)
    catalog.commits_left = commits
    Lakehouse(folder / "lake", catalog).follow()


def follower(folder: Path, commits: int) -> BaseProcess:
    """Give a process that will follow; all of them are forked from one that has imported what they need."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    return context.Process(target=follow, args=(folder, commits))
