"""What `doctor` finds of the installation: Airflow's version, and whether Airflow knows the package."""

from __future__ import annotations

from importlib import metadata

from packaging.requirements import Requirement

from insider_web_push.api.connection import CONN_TYPE
from insider_web_push.cli.finding import Finding, Health
from insider_web_push.dags.installed import DISTRIBUTION
from insider_web_push.dags.priority import WEIGHT_RULE

_INSTALL = "install the package's wheel with pip, into the environment that Airflow runs in, and restart Airflow"


def airflow_version() -> Finding:
    """Hold the installed Airflow against what the package was made for."""
    from airflow import __version__ as installed  # noqa: PLC0415 — the command line's help needs no Airflow

    try:
        needed = next(
            item.specifier
            for item in map(Requirement, metadata.requires(DISTRIBUTION) or [])
            if item.name == "apache-airflow"
        )
    except (metadata.PackageNotFoundError, StopIteration):
        return Finding(
            Health.UNKNOWN, "Airflow", f"{installed}; the package is not installed, so says not what it needs"
        )
    wanted = ", ".join(sorted(map(str, needed), reverse=True))
    if needed.contains(installed, prereleases=True):
        return Finding(Health.OK, "Airflow", f"{installed}, and the package is made for {wanted}")
    to_do = f"install apache-airflow{needed}, or a version of the package that is made for {installed}"
    return Finding(Health.WRONG, "Airflow", f"{installed}, but the package is made for {wanted}", to_do)


def entry_points() -> Finding:
    """Ask Airflow for the connection type and the priority strategy, which it finds by the package's entry points."""
    from airflow import plugins_manager  # noqa: PLC0415 — as above
    from airflow.sdk.providers_manager_runtime import ProvidersManagerTaskRuntime  # noqa: PLC0415 — as above

    known = {
        "connection type": CONN_TYPE in ProvidersManagerTaskRuntime().hooks,  # type: ignore[no-untyped-call]
        "plugin": WEIGHT_RULE in plugins_manager.get_priority_weight_strategy_plugins(),
    }
    lacking = [what for what, is_known in known.items() if not is_known]
    if not lacking:
        return Finding(Health.OK, "entry points", "Airflow knows the connection type and the plugin")
    own = next((error for source, error in plugins_manager.get_import_errors().items() if CONN_TYPE in source), "")
    said = f"Airflow does not know the package's {' and '.join(lacking)}" + (own and f": {own}")
    return Finding(Health.WRONG, "entry points", said, _INSTALL)
