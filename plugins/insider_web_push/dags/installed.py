"""Whether Airflow knows the package, and not only where its files lie."""

from __future__ import annotations

from functools import cache
from importlib import metadata

from insider_web_push.dags.priority import WEIGHT_RULE
from insider_web_push.errors import ConfigurationError

DISTRIBUTION = "airflow-provider-insider-web-push"


@cache
def require_installation() -> None:
    """
    Refuse to make tasks where Airflow does not know their priority strategy, with more than its own words for that.

    Looking for it lists every folder of `sys.path`, so a process and those that it forks do so once.

    Raises:
        ConfigurationError: the package can be imported and is not installed, so its entry points are missing.
    """
    try:
        metadata.distribution(DISTRIBUTION)
    except metadata.PackageNotFoundError:
        if not _is_registered_otherwise():
            raise ConfigurationError(
                "insider_web_push can be imported here, but is not installed: without its entry points Airflow has "
                "neither its priority strategy nor its connection type, pools and page. Make a wheel of its repository "
                "(pip wheel --no-deps .) and pip install that wherever Airflow runs, instead of copying the folder to "
                "PYTHONPATH or plugins/"
            ) from None


def _is_registered_otherwise() -> bool:
    """Look among the plugins, which a worker loads for this alone, so only where nothing is installed."""
    from airflow import plugins_manager  # noqa: PLC0415 — as said

    return WEIGHT_RULE in plugins_manager.get_priority_weight_strategy_plugins()
