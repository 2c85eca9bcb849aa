"""The ledger's rules that would take minutes on a real clock: the breaker's probe, how long a limit is believed."""

import pytest

from insider_web_push.budget.lease import Use
from insider_web_push.budget.ledger import BREAKER_S, DOUBT_S, PROBE_AFTER_S, SERVER_LIMIT_S, Ledger
from insider_web_push.budget.store import Lease, Refusal
from tests.unit.budget.limits import LONG


def _acquire(ledger: Ledger, now: float) -> Lease | Use | Refusal:
    return ledger.acquire("budget", LONG, now=now, key_hash="key")


def test_one_probe_goes_out_and_no_second():
    """From PROBE_AFTER_S on a single call may try the key; the next ones are refused."""
    ledger = Ledger()
    ledger.trip("key", now=0)
    assert isinstance(_acquire(ledger, PROBE_AFTER_S - 1), Refusal)
    probe = _acquire(ledger, PROBE_AFTER_S)
    assert isinstance(probe, Lease)
    assert probe.probes
    assert isinstance(_acquire(ledger, PROBE_AFTER_S + 1), Refusal)


def test_a_failed_probe_starts_the_time_anew_without_another():
    """So a broken key costs one call in five minutes."""
    ledger = Ledger()
    ledger.trip("key", now=0)
    _acquire(ledger, PROBE_AFTER_S)
    ledger.trip("key", now=PROBE_AFTER_S + 1)
    assert isinstance(_acquire(ledger, BREAKER_S + PROBE_AFTER_S), Refusal)
    assert isinstance(_acquire(ledger, BREAKER_S + PROBE_AFTER_S + 1), Lease)


def test_a_probe_is_not_spent_while_the_budget_is_full():
    """A probe that could not leave is still there afterwards."""
    ledger = Ledger()
    for _ in range(LONG.requests):
        ledger.acquire("budget", LONG, now=100, key_hash="another")
    ledger.trip("key", now=60)
    assert isinstance(_acquire(ledger, 100), Use)
    assert isinstance(_acquire(ledger, 100 + LONG.unstamped_s), Lease)


def test_a_doubt_lasts_from_its_first_refusal():
    """As long as one follows the other, and no good answer comes between."""
    ledger = Ledger()
    assert [ledger.doubt("key", now=now) for now in (0, 10, 10 + DOUBT_S - 1)] == [0, 10, 10 + DOUBT_S - 1]
    assert _acquire(ledger, 20 + DOUBT_S).doubted
    ledger.reset("key")
    assert not _acquire(ledger, 20 + DOUBT_S).doubted
    assert ledger.doubt("key", now=20 + DOUBT_S) == 0


def test_a_doubt_that_nobody_renewed_is_over():
    """A refusal of yesterday and one of today are two passing ones: nobody asked between them."""
    ledger = Ledger()
    ledger.doubt("key", now=0)
    assert ledger.doubt("key", now=DOUBT_S) == 0
    assert not _acquire(ledger, 2 * DOUBT_S).doubted
    assert ledger.doubts == {}


def test_a_doubt_does_not_last_by_a_clock_that_was_set_back():
    """It begins anew then."""
    ledger = Ledger()
    ledger.doubt("key", now=10_000)
    assert ledger.doubt("key", now=100) == 0
    assert ledger.doubt("key", now=110) == 10


def test_a_stated_limit_is_forgotten_after_a_while():
    """A vendor that raises the limit again is not held back for ever."""
    ledger = Ledger()
    ledger.observe(1, now=0)
    assert ledger.use(LONG, now=SERVER_LIMIT_S - 1).limit == 1
    assert ledger.use(LONG, now=SERVER_LIMIT_S).limit == LONG.requests


def test_a_ledger_survives_its_json():
    """What is stored is all there is."""
    ledger = Ledger()
    _acquire(ledger, 5)
    ledger.trip("other", now=6)
    ledger.observe(2, now=7)
    ledger.doubt("third", now=8)
    assert Ledger.model_validate_json(ledger.model_dump_json()) == ledger


def test_ended_leases_and_breakers_leave_nothing_behind():
    """The document does not grow with use."""
    ledger = Ledger()
    for now in range(0, 100_000, 100):
        lease = _acquire(ledger, now)
        assert isinstance(lease, Lease)
        ledger.stamp(lease, LONG, now=now)
        ledger.trip(f"key-{now}", now=now)
        ledger.doubt(f"key-{now}", now=now)
    assert len(ledger.leases) <= 1
    assert len(ledger.doubts) <= DOUBT_S / 100 + 1
    assert len(ledger.breakers) <= BREAKER_S / 100 + 1


@pytest.mark.parametrize("later", [0.0, LONG.window_s - 0.1])
def test_a_stamp_that_comes_after_the_lease_ended_still_counts(later):
    """A response that is there proves that the server counted it lately."""
    ledger = Ledger()
    lease = _acquire(ledger, 0)
    _acquire(ledger, LONG.unstamped_s + 1)
    ledger.stamp(lease, LONG, now=LONG.unstamped_s + 2)
    assert ledger.use(LONG, now=LONG.unstamped_s + 2 + later).used == 2
