"""What `doctor` finds in Airflow's database: pools and DAGs. Only machines with that database can say."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from insider_web_push.accounts.file import Account
from insider_web_push.cli.finding import Finding, Health
from insider_web_push.dags.pools import pools_of, slots_of
from insider_web_push.vocabulary import DAG_IDS, DAILY, DAY_TOTALS, DEADLINE, REFRESH

_ELSEWHERE = "run this where the scheduler runs, with its settings; `airflow db migrate` makes a new database"


def connected() -> AbstractContextManager[Session]:
    """Open a session with the database of Airflow's settings."""
    from airflow.utils.session import create_session  # noqa: PLC0415 — needs the database

    return create_session(scoped=False)


def findings(
    accounts: Sequence[Account], *, connect: Callable[[], AbstractContextManager[Session]]
) -> Iterator[Finding]:
    """
    Look at the pools and the DAGs of all accounts.

    Args:
        connect: Opens a session with Airflow's database.
    """
    try:
        with connect() as session:
            yield _pools(session, accounts)
            yield _dags(session, accounts)
    except SQLAlchemyError as error:
        said = f"Airflow's database does not answer here: {type(error).__name__}"  # its words may name a login
        yield Finding(Health.UNKNOWN, "pools, DAGs", said, _ELSEWHERE)


def _pools(session: Session, accounts: Sequence[Account]) -> Finding:
    wanted = pools_of(accounts)
    slots = slots_of(session, wanted)
    missing = sorted(wanted.keys() - slots.keys())
    if missing:
        to_do = "the scheduler makes them when it starts, and with the next run; its log says why it did not"
        return Finding(Health.WRONG, "pools", f"missing: {', '.join(missing)}", to_do)
    closed = sorted(name for name, number in slots.items() if number == 0)
    if closed:
        to_do = f"airflow pools set {closed[0]} {wanted[closed[0]]['slots']} 'slots by hand'"
        return Finding(Health.WRONG, "pools", f"without a slot, so that nothing runs: {', '.join(closed)}", to_do)
    wide = sorted(account.publish_pool for account in accounts if slots[account.publish_pool] != 1)
    if wide:
        said = f"{wide[0]} has {slots[wide[0]]} slots: two publishes of a day at once make one of them anew"
        return Finding(Health.LOOK, "pools", said, f"airflow pools set {wide[0]} 1 'one at a time'")
    shown = ", ".join(f"{name} ({number})" for name, number in sorted(slots.items()))
    return Finding(Health.OK, "pools", shown)


def _dags(session: Session, accounts: Sequence[Account]) -> Finding:
    from airflow.models.dag import DagModel  # noqa: PLC0415 — needs the database

    wanted = {
        account.named(dag)
        for account in accounts
        for dag in DAG_IDS - {DAY_TOTALS}  # an example
        if dag != DEADLINE or account.publish_by
    }
    columns = select(DagModel.dag_id, DagModel.is_paused, DagModel.has_import_errors)
    rows = session.execute(columns.where(DagModel.dag_id.in_(wanted), DagModel.is_stale.is_(False))).all()
    missing = sorted(wanted - {row.dag_id for row in rows})
    broken = sorted(row.dag_id for row in rows if row.has_import_errors)
    if missing:
        to_do = (
            "airflow dags list-import-errors says what keeps them out; airflow config get-value core dags_folder where "
            "they are looked for; python -m insider_web_push init FOLDER writes them"
        )
        return Finding(Health.WRONG, "DAGs", f"Airflow has not read {', '.join(missing)}", to_do)
    if broken:
        said = f"the newest files of {', '.join(broken)} cannot be imported"
        return Finding(Health.WRONG, "DAGs", said, "airflow dags list-import-errors")
    paused = {row.dag_id for row in rows if row.is_paused}
    needed = [
        account.named(dag)
        for account in accounts
        for dag, schedule in (
            (DAILY, account.schedule),
            (REFRESH, account.refresh_schedule),
            (DEADLINE, account.publish_by),
        )
        if schedule and account.named(dag) in paused
    ]
    if needed:
        said = f"paused, so nothing starts by itself: {', '.join(needed)}"
        return Finding(Health.LOOK, "DAGs", said, f"airflow dags unpause {needed[0]}")
    others = f"; paused: {', '.join(sorted(paused))}" if paused else ""
    return Finding(Health.OK, "DAGs", f"those with a schedule are on{others}")
