"""Several accounts: nothing is shared by accident."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insider_web_push.accounts.file import Account, of_dag, read_accounts
from insider_web_push.dags.pools import pools_of
from insider_web_push.errors import ConfigurationError
from insider_web_push.iceberg.operator import ICEBERG
from insider_web_push.vocabulary import DAG_IDS, HOUSEKEEPING
from tests.conftest import PROJECT_ROOT

NAMED = [
    "insider_web_push", "insider_web_push_publish", "insider_web_push_any_day", "insider_web_push_campaign_day",
    *(path.stem for path in (PROJECT_ROOT / "dags").glob("*.py")),
]  # fmt: skip
"""What is named by the account: pools, assets and DAGs."""
NAMES = st.from_regex(r"[a-z][a-z0-9_]{0,40}", fullmatch=True) | st.sampled_from(
    ["default", "publish", "a", "a__b", "b", "a_", "a___b", "campaign_metrics"]
)


def account(name: str, storage: str = "data", **settings: object) -> Account:
    """Make an account."""
    return Account.model_validate(
        {"name": name, "conn_id": f"conn_{name}", "timezone": "UTC", "storage": storage, **settings}
    )


def read(folder: Path, *places: str) -> list[Account]:
    """Read a file of accounts a, b, c … in these storages."""
    lines = [
        f"  - {{name: {name}, conn_id: conn_{name}, timezone: UTC, storage: '{place}'}}"
        for name, place in zip("abc", places, strict=False)
    ]
    path = folder / "accounts.yaml"
    path.write_text("\n".join(["accounts:", *lines]), encoding="utf-8")
    return read_accounts(path)


@given(st.lists(NAMES, min_size=2, max_size=6, unique=True))
def test_no_two_accounts_share_a_name_of_anything(names: list[str]) -> None:
    """Whatever they are called: `publish`, `a` and `a__b` included."""
    # Without validation, which looks up all time zones.
    made = [Account.model_construct(name=name).named(what) for name in names for what in NAMED]
    assert len(made) == len(set(made))


def test_each_account_has_two_pools_that_airflow_can_import() -> None:
    """A name, slots, a description; one slot for publish, so that an account's publishes come one by one."""
    pools = pools_of([account("default", pool_slots=4), account("publish")])
    assert {name: pool["slots"] for name, pool in pools.items()} == {
        "insider_web_push": 4,
        "insider_web_push_publish": 1,
        "insider_web_push__publish": 9,
        "insider_web_push_publish__publish": 1,
    }
    assert {frozenset(pool) for pool in pools.values()} == {frozenset({"slots", "description", "include_deferred"})}
    assert {pool["include_deferred"] for pool in pools.values()} == {False}


@pytest.mark.parametrize(
    ("first", "second", "shared"),
    [
        ("s3://aws@lake/insider", "s3://aws@lake/insider", True),
        ("s3://aws@lake/insider", "s3://aws@lake/insider/", True),
        ("s3://aws@lake/insider", "s3://other@lake/insider", True),
        ("s3://lake/insider", "s3://aws@lake/insider", True),
        ("data", "./data", True),
        ("s3://aws@lake/insider", "s3://aws@lake/insider/b", False),
        ("s3://aws@lake/insider", "gs://aws@lake/insider", False),
        ("data", "data2", False),
    ],
)
def test_accounts_in_one_storage_know_of_each_other(tmp_path: Path, first: str, second: str, *, shared: bool) -> None:
    """By whatever connection and spelling; it is allowed, as long as their partner ids differ."""
    one, other = read(tmp_path, first, second)
    assert (one.neighbours, other.neighbours) == ((("conn_b",), ("conn_a",)) if shared else ((), ()))


def test_an_account_alone_has_no_neighbours(tmp_path: Path) -> None:
    """Not itself either."""
    assert [one.neighbours for one in read(tmp_path, "x", "y", "x")] == [("conn_c",), (), ("conn_a",)]


def test_an_account_that_would_hide_another_is_refused(tmp_path: Path) -> None:
    """A forgotten dash: YAML would take the second name, and the first account were gone without a word."""
    path = tmp_path / "accounts.yaml"
    path.write_text(
        "accounts:\n  - name: a\n    timezone: UTC\n    storage: x\n    name: b\n    storage: y\n", encoding="utf-8"
    )
    with pytest.raises(ConfigurationError, match=r"line 5: name is there twice, .* write a dash before it"):
        read_accounts(path)


@pytest.mark.parametrize(
    ("dag_id", "given_to_it"),
    [
        ("insider_web_push_refresh", ["default"]),
        ("insider_web_push_refresh__brand", ["brand"]),
        ("insider_web_push_day_totals__brand__b", ["brand__b"]),
        ("insider_web_push_refresh__gone", ["default", "brand", "brand__b"]),
        ("insider_web_push_all_brands", ["default", "brand", "brand__b"]),
        ("my_refresh__brand", ["default", "brand", "brand__b"]),
        (None, ["default", "brand", "brand__b"]),
    ],
)
def test_a_task_of_one_of_the_packages_dags_is_given_its_account(dag_id: str | None, given_to_it: list[str]) -> None:
    """Somebody's own DAG may be about all of them, whatever it is called."""
    accounts = [account(name) for name in ("default", "brand", "brand__b")]
    assert [one.name for one in of_dag(accounts, dag_id)] == given_to_it


def test_the_packages_dags_are_those_of_the_folder() -> None:
    assert {path.stem for path in (PROJECT_ROOT / "dags").glob("*.py")} == {*DAG_IDS, HOUSEKEEPING, ICEBERG}
