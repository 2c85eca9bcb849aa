"""What `doctor` reads in Airflow's database: a real one, with Airflow's own tables."""

from collections.abc import Iterator
from contextlib import nullcontext

import pytest
from airflow.models import DagModel, Pool
from airflow.models.base import Base
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from insider_web_push.accounts.file import Account
from insider_web_push.cli.airflow_records import findings
from insider_web_push.cli.finding import Finding, Health
from insider_web_push.dags.pools import pools_of
from insider_web_push.vocabulary import CHECK_ACCOUNT, DAILY, DEADLINE, PURGE, REFRESH, WEEKLY_REPORT

ACCOUNT = Account(name="default", timezone="UTC", storage="lake")
BY_HAND = ACCOUNT.model_copy(update={"schedule": None, "refresh_schedule": None})
EVERY_DAG = (DAILY, REFRESH, PURGE, WEEKLY_REPORT, CHECK_ACCOUNT)


@pytest.fixture
def session() -> Iterator[Session]:
    """A database in which an account's pools and DAGs are as they should be."""
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine, tables=[Base.metadata.tables[name] for name in ("slot_pool", "dag", "dag_bundle")])
    with Session(engine) as session:
        session.add_all(Pool(pool=name, **settings) for name, settings in pools_of([ACCOUNT]).items())
        session.add_all(
            DagModel(dag_id=dag, bundle_name="dags-folder", is_paused=False, is_stale=False) for dag in EVERY_DAG
        )
        session.flush()
        yield session


def found(session: Session, account: Account = ACCOUNT) -> dict[str, Finding]:
    """Give what is found, by what it is about."""
    return {item.what: item for item in findings([account], connect=lambda: nullcontext(session))}


def test_a_deployment_that_works(session: Session) -> None:
    """Each line says so."""
    assert {item.health for item in found(session).values()} == {Health.OK}


def test_missing_pools_are_named(session: Session) -> None:
    """Their tasks would wait for ever."""
    session.delete(session.query(Pool).filter_by(pool="insider_web_push_publish").one())
    assert found(session)["pools"].health is Health.WRONG
    assert found(session)["pools"].said == "missing: insider_web_push_publish"


def test_a_pool_that_is_closed_is_named_with_the_command_that_opens_it(session: Session) -> None:
    """As somebody leaves it who wanted to stop everything for a while."""
    session.query(Pool).filter_by(pool="insider_web_push").one().slots = 0
    pools = found(session)["pools"]
    assert (pools.health, pools.to_do) == (Health.WRONG, "airflow pools set insider_web_push 9 'slots by hand'")


def test_slots_that_somebody_set_are_right_but_for_publishing(session: Session) -> None:
    """Of which there is one at a time."""
    session.query(Pool).filter_by(pool="insider_web_push").one().slots = 12
    assert found(session)["pools"].said == "insider_web_push (12), insider_web_push_publish (1)"
    session.query(Pool).filter_by(pool="insider_web_push_publish").one().slots = 2
    assert found(session)["pools"].health is Health.LOOK


@pytest.mark.parametrize("stale", [True, False])
def test_a_dag_that_airflow_does_not_have_is_named(session: Session, *, stale: bool) -> None:
    """Never read, or gone since."""
    dag = session.query(DagModel).filter_by(dag_id=REFRESH)
    if stale:
        dag.update({"is_stale": True})
    else:
        dag.delete()
    dags = found(session)["DAGs"]
    assert (dags.health, dags.said) == (Health.WRONG, f"Airflow has not read {REFRESH}")


def test_a_dag_whose_file_is_broken_is_named(session: Session) -> None:
    """Airflow goes on with the version before."""
    session.query(DagModel).filter_by(dag_id=DAILY).one().has_import_errors = True
    assert found(session)["DAGs"].health is Health.WRONG


def test_a_paused_schedule_is_for_somebody_to_look_at(session: Session) -> None:
    """With the command that turns it on; an account without a schedule needs none."""
    session.query(DagModel).filter_by(dag_id=DAILY).one().is_paused = True
    dags = found(session)["DAGs"]
    assert (dags.health, dags.to_do) == (Health.LOOK, f"airflow dags unpause {DAILY}")
    assert found(session, BY_HAND)["DAGs"].said == f"those with a schedule are on; paused: {DAILY}"


def test_a_deadline_is_a_dag_of_accounts_that_have_one(session: Session) -> None:
    """Nobody else misses it."""
    with_deadline = Account(name="default", timezone="UTC", storage="lake", publish_by="09:00")
    assert found(session, with_deadline)["DAGs"].said == f"Airflow has not read {DEADLINE}"


def test_a_database_that_is_not_there_is_unknown_not_wrong() -> None:
    """As on a worker, which has no access to it; its address is not shown."""
    with Session(create_engine("sqlite:////nowhere/of-anna:secret/airflow.db")) as session:
        (item,) = found(session).values()
    assert item.health is Health.UNKNOWN
    assert item.said == "Airflow's database does not answer here: OperationalError"
