"""The API server lives on while keys are changed in Admin > Connections."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from include.servers import S3_BUCKET, s3
from insider_web_push.coverage.keeping import keep
from insider_web_push.lake.objects import Objects
from insider_web_push.lake.storage import Storage
from tests.integration.coverage.conftest import DAY_PAGE, GRID, write_accounts
from tests.lake import Lake

SetKey = Callable[[str | None], None]
"""Sets the secret key; None is the right one."""
UNREADABLE = "PermissionError while reading"


@pytest.fixture
def set_key(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, lake: Lake) -> Iterator[SetKey]:
    """Lay the account's objects into S3; gives a function that sets the secret key of its connection."""
    with s3() as connection:

        def write(secret: str | None) -> None:
            password = secret or connection["password"]
            monkeypatch.setenv("AIRFLOW_CONN_ROTATED", json.dumps(connection | {"password": password}))

        write(None)
        url = f"s3://rotated@{S3_BUCKET}/insider"
        store = Storage(url, "brand")
        for key in Objects(lake.root.as_uri()).keys(""):
            store.write(key, lake.store.read(key))
        keep(store, {})
        write_accounts(tmp_path, monkeypatch, default=url)
        yield write


def test_the_next_request_uses_the_new_key(admin: TestClient, set_key: SetKey) -> None:
    """Airflow keeps a store's file system, and so its key, for as long as the process lives."""
    assert UNREADABLE not in admin.get(GRID).text
    set_key("revoked")
    assert UNREADABLE in admin.get(GRID).text
    set_key(None)
    assert UNREADABLE not in admin.get(GRID).text
    assert admin.get(DAY_PAGE).status_code == 200
