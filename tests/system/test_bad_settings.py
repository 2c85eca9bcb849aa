"""Settings that cannot work: one clear line, no retries, nothing spent."""

import pendulum
import pytest

pytestmark = pytest.mark.system

DAY = pendulum.yesterday("Europe/Istanbul").subtract(days=20).date()


def _refusal(system, account, day=DAY):
    """Run a day that must fail in discover at its first try; gives the log."""
    run_id, state = system.run_day(day, account)
    (discover,) = system.tasks(run_id, account, task_id="discover")
    assert (state, discover["state"], discover["try_number"]) == ("failed", "failed", 1)
    return system.airflow.api.log(system.dag(account), run_id, "discover")


def test_a_wrong_key_names_the_setting(system):
    """The API's 401 says where the key is set."""
    assert "Check the API key (the connection's password)" in _refusal(system, "wrong_key")


def test_a_storage_that_cannot_be_written_costs_no_call(system):
    """The write check comes before the first request."""
    assert "cannot write to the storage" in _refusal(system, "unwritable")
    assert system.sim.requests() == []


def test_a_day_in_the_future_costs_no_call(system):
    """Refused before anything is sent, with the account's own date."""
    assert "is in the future" in _refusal(system, "default", pendulum.tomorrow("Europe/Istanbul").add(days=1).date())
    assert system.sim.requests() == []
