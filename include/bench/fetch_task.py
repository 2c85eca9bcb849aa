"""A fetch in this process by Airflow's own task runner, told what the API server and a supervisor would say."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from airflow.sdk.api.datamodels._generated import BundleInfo, DagRun, TaskInstance, TIRunContext
from airflow.sdk.execution_time import task_runner
from airflow.sdk.execution_time.comms import GetXCom, OKResponse, StartupDetails, SucceedTask, XComResult
from airflow.sdk.execution_time.supervisor import set_supervisor_comms

from insider_web_push.days.handover import FetchTask, packed


class _Supervisor:
    """Hands a plan of one campaign day to the task, and grants whatever else it asks."""

    def __init__(self, planned: str) -> None:
        self.planned = planned
        self.has_succeeded = False

    def send(self, msg: Any) -> Any:
        if isinstance(msg, GetXCom):
            return XComResult(key=msg.key, value=[self.planned])
        self.has_succeeded |= isinstance(msg, SucceedTask)
        return OKResponse(ok=True)


def run(dag_id: str, dag_file: str, day: str, campaign: str, *, bundle: str) -> None:
    """Start, run and finish the only fetch of a run."""
    now = datetime.now(UTC)
    dag_run = DagRun(
        dag_id=dag_id, run_id="bench", run_type="manual", state="running", conf={}, logical_date=now,
        data_interval_start=now, data_interval_end=now, run_after=now, start_date=now, end_date=None,
        partition_key=None, consumed_asset_events=[],
    )  # fmt: skip
    details = StartupDetails(
        ti=TaskInstance(
            id=uuid4(), task_id="fetch", dag_id=dag_id, run_id="bench", try_number=1, dag_version_id=uuid4(),
            map_index=0,
        ),
        dag_rel_path=dag_file, bundle_info=BundleInfo(name=bundle), start_date=now,
        ti_context=TIRunContext(dag_run=dag_run, max_tries=4), sentry_integration="",
    )  # fmt: skip
    supervisor = _Supervisor(packed(_planned(day, campaign)))
    with set_supervisor_comms(supervisor):
        ti, context, log = task_runner.startup(details)
        state, _, error = task_runner.run(ti, context, log)
        task_runner.finalize(ti, state, context, log, error)
    assert supervisor.has_succeeded, (state, error)


def _planned(day: str, campaign: str) -> FetchTask:
    return FetchTask(
        campaign_id=campaign, campaign_name="Spring Sale", day=day, baseline=None, listed=True, after=None, also=[]
    )
