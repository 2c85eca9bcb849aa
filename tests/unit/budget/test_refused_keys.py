"""Keys that the API refuses, or a firewall turns away. Real store, virtual time."""

import pytest

from insider_web_push.budget.slots import LASTING_S, Budget
from insider_web_push.errors import CampaignNotFound, InsiderError, ServiceUnavailable, TurnedAway, Unauthorized
from tests.unit.budget.napping import Time


def test_a_refused_key_is_not_sent_again(budget_of, time: Time) -> None:
    """By nobody who has the same one; a mended key works at once."""
    slot = budget_of(30).slot(max_wait_s=None)
    budget_of(30).learn(slot, Unauthorized("401"), server_limit=None)
    with pytest.raises(Unauthorized, match=r"API key \(the connection's password\)"):
        budget_of(30).slot(max_wait_s=None)
    assert budget_of(30, api_key="mended").slot(max_wait_s=None).waited_s == 0
    assert time.naps == []


def test_one_probe_tries_a_refused_key_again(budget_of, time: Time) -> None:
    """After half a minute, and one only; if it succeeds, everyone may."""
    budget = budget_of(30)
    budget.learn(budget.slot(max_wait_s=None), Unauthorized("403"), server_limit=None)
    time.now += 31
    probe = budget.slot(max_wait_s=None)
    with pytest.raises(Unauthorized):
        budget.slot(max_wait_s=None)
    budget.learn(probe, None, server_limit=None)
    assert [budget.slot(max_wait_s=None).lease.probes for _ in range(2)] == [False, False]


def test_a_refused_key_is_tried_again_after_a_while_even_if_the_probe_failed(budget_of, time: Time) -> None:
    """Five minutes, without anybody doing anything."""
    budget = budget_of(30)
    budget.learn(budget.slot(max_wait_s=None), Unauthorized("401"), server_limit=None)
    time.now += 31
    budget.learn(budget.slot(max_wait_s=None), Unauthorized("401"), server_limit=None)
    time.now += 299
    with pytest.raises(Unauthorized):
        budget.slot(max_wait_s=None)
    time.now += 2
    assert budget.slot(max_wait_s=None).waited_s == 0


PAGE = TurnedAway("the API answered 403")


def learnt(budget: Budget, error: InsiderError | None) -> InsiderError | None:
    """Ask once, and let the budget learn what came of it."""
    return budget.learn(budget.slot(max_wait_s=None), error, server_limit=None)


def test_a_403_that_may_be_a_firewalls_stops_nobody(budget_of, time: Time) -> None:
    """It is an outage first: the key is used on."""
    assert learnt(budget_of(30), PAGE) is PAGE
    time.now += LASTING_S - 1
    assert learnt(budget_of(30), PAGE) is PAGE
    assert budget_of(30).slot(max_wait_s=None).waited_s == 0


def test_one_that_lasts_is_the_keys_fault(budget_of, time: Time) -> None:
    """Its addresses may not be allowed any more: nothing is sent for a while, but for a probe, which ends it."""
    budget = budget_of(30)
    learnt(budget, PAGE)
    time.now += LASTING_S
    lasting = learnt(budget, PAGE)
    assert isinstance(lasting, Unauthorized)
    assert "the API answered 403, as it has for 5 minutes. Check the API key, and the addresses" in str(lasting)
    with pytest.raises(Unauthorized):
        budget.slot(max_wait_s=None)
    time.now += 31
    assert isinstance(learnt(budget, PAGE), Unauthorized)
    time.now += 301
    learnt(budget, None)
    assert learnt(budget, PAGE) is PAGE


@pytest.mark.parametrize("answered", [None, CampaignNotFound("424")], ids=["success", "not-found"])
def test_an_answer_of_the_api_ends_the_doubt(budget_of, time: Time, answered: InsiderError | None) -> None:
    """A page that comes now and then, or for one campaign alone, never lasts."""
    budget = budget_of(30)
    for _ in range(5):
        assert learnt(budget, PAGE) is PAGE
        time.now += LASTING_S - 1
        learnt(budget, answered)


def test_an_outage_says_nothing_of_the_key(budget_of, time: Time) -> None:
    """Nor does a firewall's page clear a key that the API itself has refused."""
    budget = budget_of(30)
    learnt(budget, PAGE)
    learnt(budget, ServiceUnavailable("500"))
    time.now += LASTING_S
    assert isinstance(learnt(budget, PAGE), Unauthorized)
    other = budget_of(30, api_key="other")
    learnt(other, Unauthorized("401"))
    time.now += 31
    assert learnt(other, PAGE) is PAGE
    with pytest.raises(Unauthorized):
        other.slot(max_wait_s=None)
