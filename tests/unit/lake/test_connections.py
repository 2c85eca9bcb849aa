"""A process that lives long, and a connection that changes meanwhile."""

import json

import pytest
from airflow.sdk import ObjectStoragePath

from insider_web_push.lake.connections import use_as_it_is_now


def test_a_connection_that_stays_keeps_its_file_system(monkeypatch: pytest.MonkeyPatch) -> None:
    """It took a while to make, and has connections open."""
    extra = {"endpoint_url": "http://127.0.0.1:1", "region_name": "us-east-1"}
    connection = {"conn_type": "aws", "login": "key", "password": "one", "extra": extra}
    monkeypatch.setenv("AIRFLOW_CONN_STEADY", json.dumps(connection))
    url = "s3://steady@lake/insider"

    def file_system() -> object:
        use_as_it_is_now(url)
        return ObjectStoragePath(url).fs

    first = file_system()
    assert file_system() is first
    monkeypatch.setenv("AIRFLOW_CONN_STEADY", json.dumps(connection | {"password": "two"}))
    second = file_system()
    assert second is not first
    assert file_system() is second


@pytest.mark.parametrize("url", ["file:///folder", "s3://no_such_connection@lake/x", "s3://lake/x"])
def test_what_has_no_connection_has_none_to_look_at(url: str) -> None:
    """A folder; and AWS's own ways to a key, for which Airflow takes a connection that is not there."""
    use_as_it_is_now(url)
