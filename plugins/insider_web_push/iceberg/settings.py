"""Which catalog the days go to, by Airflow's configuration; none is named until somebody does."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from importlib import metadata

from airflow.sdk.configuration import conf

log = logging.getLogger(__name__)
_SECTION, _EXTRA = "insider_web_push", ("pyiceberg", "apache-airflow-providers-apache-iceberg")


@dataclass(frozen=True, slots=True)
class IcebergSettings:
    """
    Where the tables are.

    Attributes:
        conn_id: Airflow connection of type `iceberg`.
        namespace: Of the catalog: a database or schema, of several levels with dots between them.
    """

    conn_id: str
    namespace: str


def iceberg_settings() -> IcebergSettings | None:
    """Read `[insider_web_push] iceberg_conn_id` and `iceberg_namespace`; None is off, as it is without the extra."""
    conn_id = conf.get(_SECTION, "iceberg_conn_id", fallback="")
    if not conn_id:
        return None
    for distribution in _EXTRA:
        try:
            metadata.distribution(distribution)
        except metadata.PackageNotFoundError:
            log.warning(
                "[insider_web_push] iceberg_conn_id is set, and %s is not installed: nothing goes to Iceberg. Install "
                "airflow-provider-insider-web-push[iceberg], wherever Airflow runs",
                distribution,
            )
            return None
    return IcebergSettings(conn_id, conf.get(_SECTION, "iceberg_namespace", fallback="") or "insider_web_push")
