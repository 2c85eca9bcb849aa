"""`make bench-data` plays Airflow for our operators: it has to give them whatever they ask of it."""

import pytest

from include.bench.calls import follow_a_day


@pytest.mark.parametrize("movement", ["decaying", "restless"])
def test_a_day_is_followed_through_all_its_ages(movement: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """And costs what plan had estimated."""
    monkeypatch.setenv("AIRFLOW_CONN_BENCH_CALLS", "")  # so that it is taken back
    looks = follow_a_day(movement, active=3, quiet=1)
    assert [look.counted for look in looks] == [look.estimated for look in looks]
    assert looks[0].counted > looks[-2].counted > 0
