"""A caller that is killed: the others go on, the limit holds, and its slot comes back."""

import multiprocessing
import os
import signal
import time

import pytest

from insider_web_push.budget.lease import Use
from insider_web_push.budget.slots import Budget
from insider_web_push.budget.store import Lease
from tests.unit.budget.limits import SHORT


def _take_and_die(open_store, budget: str, *, waits: bool) -> None:
    bucket = Budget(open_store(), budget, limit=SHORT)
    if not waits:
        bucket.slot(max_wait_s=None)
    os.kill(os.getpid(), signal.SIGKILL)


@pytest.mark.parametrize(("waits", "held"), [pytest.param(True, 0, id="waiting"), pytest.param(False, 1, id="leased")])
def test_a_killed_caller_costs_no_more_than_its_lease(open_store, budget, waits, held):
    """Kill -9 while it waits costs nothing; after its lease, one slot until it surely is over. Nobody hangs."""
    caller = multiprocessing.get_context("fork").Process(
        target=_take_and_die, args=(open_store, budget), kwargs={"waits": waits}
    )
    caller.start()
    caller.join()
    assert caller.exitcode == -signal.SIGKILL
    store = open_store()
    assert store.use(budget, SHORT).used == held
    got = [store.acquire(budget, SHORT) for _ in range(SHORT.requests - held + 1)]
    assert [type(one) for one in got] == [Lease] * (SHORT.requests - held) + [Use]
    time.sleep(SHORT.unstamped_s + 0.2)
    assert store.use(budget, SHORT).used == 0
