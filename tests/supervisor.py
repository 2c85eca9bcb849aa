"""
Runs an operator as a task of Airflow, with Airflow's own task instance, in this process and without its server.

What a task asks of Airflow goes as a message to a supervisor, which asks the server. Here one answers that knows the
tasks of a test.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple
from uuid import NAMESPACE_OID, UUID, uuid4, uuid5

from airflow.sdk import DAG
from airflow.sdk.api.datamodels._generated import AssetEventResponse, AssetResponse, DagRun, TIRunContext
from airflow.sdk.exceptions import ErrorType
from airflow.sdk.execution_time.comms import (
    AssetEventsResult,
    CreateHITLDetailPayload,
    ErrorResponse,
    GetAssetEventByAsset,
    GetTaskStates,
    GetTaskStateStore,
    GetTICount,
    GetXComSequenceSlice,
    HITLDetailRequestResult,
    MaskSecret,
    OKResponse,
    SetTaskStateStore,
    SetXCom,
    TaskStatesResult,
    TaskStateStoreResult,
    TICount,
    XComSequenceSliceResult,
)
from airflow.sdk.execution_time.supervisor import set_supervisor_comms
from airflow.sdk.execution_time.task_runner import RuntimeTaskInstance, _handle_current_task_success


class Instance(NamedTuple):
    """A task instance; its map index is -1 where the task is not mapped."""

    dag_id: str
    run_id: str
    task_id: str
    map_index: int = -1

    @property
    def id(self) -> UUID:
        """The same over all tries, as what Airflow keeps for them is."""
        return uuid5(NAMESPACE_OID, repr(self))

    @property
    def shown(self) -> str:
        """What `get_task_states` calls it within its run."""
        return self.task_id if self.map_index < 0 else f"{self.task_id}_{self.map_index}"


def a_run(
    dag_id: str,
    run_id: str,
    *,
    conf: dict[str, Any],
    run_after: datetime,
    interval: tuple[datetime, datetime] | None = None,
    partition_key: str | None = None,
) -> DagRun:
    """Make a run; its conf is what its form says."""
    starts, ends = interval or (None, None)
    return DagRun(
        dag_id=dag_id, run_id=run_id, run_type="manual", state="running", conf=conf, partition_key=partition_key,
        logical_date=starts, data_interval_start=starts, data_interval_end=ends, run_after=run_after,
        start_date=run_after, end_date=None, consumed_asset_events=[],
    )  # fmt: skip


class Supervisor:
    """
    Answers the tasks of one test.

    Attributes:
        states: Of task instances.
        xcoms: What task instances pushed, by key, serialised.
        noted: Messages that nobody waits for an answer to.
        asset_events: Those that the tasks sent which succeeded, see `events`.
    """

    def __init__(self) -> None:
        self.states: dict[Instance, str] = {}
        self.xcoms: dict[tuple[Instance, str], Any] = {}
        self.noted: list[Any] = []
        self.asset_events: list[AssetEventResponse] = []
        self._kept: dict[tuple[UUID, str], Any] = {}
        self._shown: dict[UUID, CreateHITLDetailPayload] = {}

    def context(
        self, operator: Any, run: DagRun, *, map_index: int = -1, try_number: int = 1, max_tries: int = 4
    ) -> Any:
        """Give what Airflow hands to a task that starts; what an earlier try pushed is gone."""
        instance = Instance(run.dag_id, run.run_id, operator.task_id, map_index)
        self.xcoms = {place: value for place, value in self.xcoms.items() if place[0] != instance}
        if not operator.has_dag():
            operator.dag = DAG(run.dag_id, schedule=None)
        return RuntimeTaskInstance.model_construct(  # as the task runner does
            **instance._asdict(), id=instance.id, try_number=try_number, dag_version_id=uuid4(), task=operator,
            max_tries=max_tries, start_date=run.run_after,
            _ti_context_from_server=TIRunContext(dag_run=run, max_tries=max_tries),
        ).get_template_context()  # fmt: skip

    def execute(self, context: Any) -> Any:
        """Run a task; gives its result, which is not handed on."""
        with set_supervisor_comms(self):
            return context["task"].execute(context)

    def events(self, context: Any) -> dict[str, list[set[str]]]:
        """
        Send the asset events of a task that succeeded; gives their partitions, by the asset's address.

        An outlet without an event of its own gets one without a partition (`models/taskinstance.py`,
        `register_asset_changes_in_db`).
        """
        message, _ = _handle_current_task_success(context, context["ti"])
        sent: dict[str, list[set[str]]] = defaultdict(list)
        for outlet in message.task_outlets or []:
            mine = [event for event in message.outlet_events or [] if event["dest_asset_key"]["uri"] == outlet.uri]
            sent[str(outlet.uri)].append({event["partition_key"] for event in mine if event.get("partition_key")})
            self.asset_events += [_sent(outlet, event, context["ti"]) for event in mine]
        return sent

    def had_succeeded(self, task: Instance, *, sent: Mapping[Any, str], at: datetime) -> None:
        """Know an old task as one that succeeded, and sent a partition of each asset in an event that says no more."""
        self.states[task] = "success"
        self.asset_events += [
            AssetEventResponse(
                id=0, timestamp=at, extra={}, created_dagruns=[], partition_key=day,
                asset=AssetResponse(name=asset.name, uri=asset.uri, group="asset"),
                source_dag_id=task.dag_id, source_run_id=task.run_id, source_task_id=task.task_id, source_map_index=-1,
            )
            for asset, day in sent.items()
        ]  # fmt: skip

    def send(self, msg: Any) -> Any:  # noqa: C901, PLR0911 — one case a message
        """Answer a message of Airflow's; one that nobody needed so far is an error."""
        match msg:
            case SetXCom(map_index=index, key=key):
                instance = Instance(msg.dag_id, msg.run_id, msg.task_id, -1 if index is None else index)
                self.xcoms[instance, key] = msg.value
                return OKResponse(ok=True)
            case GetXComSequenceSlice(start=None, stop=None, step=None):
                whose = (msg.dag_id, msg.run_id, msg.task_id, msg.key)
                found = {at.map_index: value for (at, key), value in self.xcoms.items() if (*at[:3], key) == whose}
                return XComSequenceSliceResult(root=[found[index] for index in sorted(found)])
            case GetTaskStates(map_index=None, task_group_id=None, logical_dates=None):
                answer: dict[str, dict[str, str]] = {}
                for instance in self._matching(msg):
                    answer.setdefault(instance.run_id, {})[instance.shown] = self.states[instance]
                return TaskStatesResult(task_states=answer)
            case GetTICount(map_index=None, task_group_id=None, logical_dates=None):
                return TICount(count=sum(_is_among(self.states[at], msg.states) for at in self._matching(msg)))
            case GetAssetEventByAsset(before=None, limit=None):
                return self._events_of(msg)
            case SetTaskStateStore():
                self._kept[msg.ti_id, msg.key] = msg.value
                return OKResponse(ok=True)
            case GetTaskStateStore():
                if (msg.ti_id, msg.key) in self._kept:
                    return TaskStateStoreResult(value=self._kept[msg.ti_id, msg.key])
                return ErrorResponse(error=ErrorType.TASK_STORE_NOT_FOUND)
            case CreateHITLDetailPayload():
                self.noted.append(msg)
                shown = self._shown.setdefault(msg.ti_id, msg)  # the first one stays, as in Airflow
                return HITLDetailRequestResult(ti_id=msg.ti_id, subject=shown.subject, options=shown.options)
            case MaskSecret():
                self.noted.append(msg)
                return None
        raise NotImplementedError(f"no test has asked this yet: {msg}")

    @property
    def questions(self) -> list[str]:
        """What people were asked."""
        return [msg.subject for msg in self._shown.values()]

    def _events_of(self, msg: GetAssetEventByAsset) -> AssetEventsResult:
        sent = [event for event in self.asset_events if (event.asset.name, event.asset.uri) == (msg.name, msg.uri)]
        return AssetEventsResult(
            asset_events=[event for event in sent if msg.after is None or event.timestamp >= msg.after]
        )

    def _matching(self, msg: GetTaskStates | GetTICount) -> list[Instance]:
        return [
            at
            for at in self.states
            if at.dag_id == msg.dag_id and _is_among(at.task_id, msg.task_ids) and _is_among(at.run_id, msg.run_ids)
        ]


def _sent(outlet: Any, event: Any, ti: Any) -> AssetEventResponse:
    return AssetEventResponse(
        id=0, timestamp=datetime.now(UTC), extra=event["extra"], created_dagruns=[],
        partition_key=event["partition_key"], asset=AssetResponse(name=outlet.name, uri=outlet.uri, group="asset"),
        source_dag_id=ti.dag_id, source_run_id=ti.run_id, source_task_id=ti.task_id, source_map_index=ti.map_index,
    )  # fmt: skip


def _is_among(value: str, wanted: Collection[str] | None) -> bool:
    """Whether a filter lets it through; an empty one is none, as in Airflow's queries."""
    return not wanted or value in wanted
