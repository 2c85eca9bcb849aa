"""The deployment's addresses, replaced by those of one machine."""

import json
from pathlib import Path

import pytest

from include.deploy import compose
from include.deploy.env_file import fresh_secrets
from include.distributed.addresses import Addresses, ForeignAddressError, with_extra

HERE = Addresses(
    postgres=Path("/run/pg"),
    valkey=7001,
    s3=7002,
    api=7003,
    paths={"/opt/airflow/dags": Path("/home/me/data/dags"), "/etc/valkey/users.acl": Path("/home/me/users.acl")},
)


@pytest.mark.parametrize(
    ("there", "here"),
    [
        ("postgresql+psycopg2://a:pw@postgres/airflow", "postgresql+psycopg2://a:pw@/airflow?host=/run/pg"),
        ("db+postgresql+psycopg2://c:pw@postgres/celery", "db+postgresql+psycopg2://c:pw@/celery?host=/run/pg"),
        ("redis://broker:pw@valkey:6379/0", "redis://broker:pw@127.0.0.1:7001/0"),
        ('{"host": "valkey", "port": 6379}', '{"host": "127.0.0.1", "port": 7001}'),
        ("http://api-server:8080/execution/", "http://127.0.0.1:7003/execution/"),
        ("-ip=storage", "-ip=127.0.0.1"),
        ("/opt/airflow/dags", "/home/me/data/dags"),
        ("CeleryExecutor", "CeleryExecutor"),
    ],
)
def test_a_setting_is_replaced(there, here):
    """In one pass: the path that stands here may itself hold what is replaced."""
    assert HERE.localised(there, data=Path("/elsewhere")) == here


def test_an_address_without_a_place_here_is_refused():
    """A setting that was added to the deployment is not quietly pointed at a host that does not exist."""
    with pytest.raises(ForeignAddressError, match="/opt/airflow"):
        HERE.localised("/opt/airflow/certificates")


@pytest.mark.parametrize("service", ["api-server", "scheduler", "dag-processor", "triggerer", "worker", "init"])
def test_every_address_of_the_deployment_has_a_place_here(service):
    """What compose gives each service, with any secrets."""
    values = fresh_secrets() | {"API_KEY": "key", "PARTNER_ID": "demo"}
    paths = {there: Path("/here") for there in ("/opt/airflow", "/run/airflow")}
    here = Addresses(postgres=Path("/run/pg"), valkey=1, s3=2, api=3, paths=paths)
    given = compose.environment() | compose.service_environment(service, values)
    assert here.environment(given).keys() == given.keys()


def test_extra_is_added_and_nothing_else_changes():
    """A connection with and without extra of its own."""
    added = json.loads(with_extra('{"host": "h", "extra": {"a": 1}}', {"window_s": 6}))
    assert added == {"host": "h", "extra": {"a": 1, "window_s": 6}}
    assert json.loads(with_extra('{"host": "h"}', {})) == {"host": "h", "extra": {}}
