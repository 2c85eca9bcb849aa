"""
The remedies of docs/runbook-causes.md that an operator carries out, on a running Airflow: broken, read, mended.

Those with a button of the page are in test_page_buttons, those of a task that does not start in test_stuck_tasks.
"""

import tempfile
from collections.abc import Iterator
from datetime import date
from itertools import count
from pathlib import Path
from types import SimpleNamespace

import pytest

from include.servers import free_ports
from tests.e2e.remedies.house import DAY, House, running_house


@pytest.fixture(scope="package")
def house() -> Iterator[House]:
    # Not tmp_path: PostgreSQL has a user of its own, and another pytest of root would close the folder above to it.
    with tempfile.TemporaryDirectory(prefix="insider-web-push-e2e-") as folder, running_house(Path(folder)) as house:
        yield house


@pytest.fixture(scope="package", autouse=True)
def long_ones(house: House) -> SimpleNamespace:
    """What takes all retries of a task begins at once, and is looked at in the end."""
    (port,) = free_ports(1)
    house.airflow.api.upsert_connection("budget_store", conn_type="redis", host="127.0.0.1", port=port)
    house.connect("store", budget_conn_id="budget_store")
    house.refresh("outage", DAY.subtract(days=1))  # a day that tells what others cost
    house.sims["limit"].fault("throttled_200")
    house.sims["outage"].fault("error_500")
    house.revisions_of("commit").parent.mkdir()
    house.revisions_of("commit").write_text("a file where a folder should be")
    house.connect("waits", per_minute=3)
    house.sims["waits"].patch(limit_requests=3)
    others = house.start("waits", DAY.subtract(days=1))
    accounts = ("store", "limit", "outage", "commit", "waits")
    return SimpleNamespace(others=others, **{account: house.start(account, DAY) for account in accounts})


@pytest.fixture(scope="package")
def days() -> Iterator[date]:
    """Days that nobody of the accounts `answers` and `lists` looked at, the youngest first."""
    return (DAY.subtract(days=number) for number in count())


@pytest.fixture(autouse=True)
def _undisturbed() -> None:
    """Stand in for the office's: these tests have a house of their own."""
