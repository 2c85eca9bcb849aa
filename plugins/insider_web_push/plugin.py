"""What Airflow reads of this package as a plugin. Entry point `airflow.plugins`."""

from __future__ import annotations

from airflow.plugins_manager import AirflowPlugin

from insider_web_push.coverage.mounted import EXTERNAL_VIEW, FASTAPI_APP
from insider_web_push.dags import pools, preload, questions
from insider_web_push.dags.priority import RunKindStrategy


class InsiderWebPushPlugin(AirflowPlugin):
    """Registers the listeners, the order of runs, and the coverage page."""

    name = "insider_web_push"
    listeners = [pools, preload, questions]  # noqa: RUF012 — as Airflow declares it
    priority_weight_strategies = [RunKindStrategy]  # noqa: RUF012 — as above
    fastapi_apps = [FASTAPI_APP]  # noqa: RUF012 — as above
    external_views = [EXTERNAL_VIEW]  # noqa: RUF012 — as above
