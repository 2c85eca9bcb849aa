"""A follower that is killed between tables, and within the write of one."""

import signal
from pathlib import Path

import pytest

from insider_web_push.iceberg.mapping import DAY_TABLES
from insider_web_push.tables.schemas import CAMPAIGNS
from tests.builders import DAY
from tests.integration.iceberg.dying_follower import catalog_in, follower
from tests.integration.iceberg.lakehouse import ROWS_OF_A_DAY, Lakehouse

TABLES = [CAMPAIGNS.name, *(table.name for table in DAY_TABLES)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A lake with a day, and the catalog that it was written to."""
    found = tmp_path_factory.mktemp("house")
    house = opened(found)
    house.publish()
    house.follow()
    return found


def opened(folder: Path) -> Lakehouse:
    """Open a lake and its catalog, to which everything may be committed."""
    catalog = catalog_in(folder)
    catalog.commits_left = -1
    return Lakehouse(folder / "lake", catalog)


@pytest.mark.parametrize("commits", range(len(TABLES)))
def test_each_table_has_the_one_revision_or_the_other_and_the_next_run_finishes(folder: Path, commits: int) -> None:
    """The property says which; what was committed is not written again, and what was not is."""
    house = opened(folder)
    (before,) = house.standing().values()
    house.publish(conversions=20 + commits)
    child = follower(folder, commits)
    child.start()
    child.join()
    assert child.exitcode == -signal.SIGKILL

    written, waiting = TABLES[:commits], TABLES[commits:]
    for revision, tables in ((before + 1, written), (before, waiting)):
        for name in set(tables) & set(ROWS_OF_A_DAY):
            assert house.standing(name) == {DAY: revision}
            assert {row["revision"] for row in house.rows(name)} == {revision}
    assert house.follow() == waiting
    assert {name: len(house.rows(name)) for name in ROWS_OF_A_DAY} == ROWS_OF_A_DAY
    assert house.conversions() == {DAY: {20 + commits}}
    assert house.follow() == []
