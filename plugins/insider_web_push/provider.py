"""What Airflow reads of this package as a provider: the connection form, the configuration."""

from __future__ import annotations

from typing import Any

from insider_web_push import __version__
from insider_web_push.api.connection import CONN_TYPE, DEFAULT_HOST
from insider_web_push.dags.installed import DISTRIBUTION

_LINKS = "insider_web_push.operators.links"


def get_provider_info() -> dict[str, Any]:
    """Describe the provider, by the schema of Airflow 3.3 (provider_info.schema.json)."""
    return {
        "package-name": DISTRIBUTION,
        "name": "Insider Web Push",
        "description": "Web push campaign analytics of Insider in your own object storage.",
        "versions": [__version__],
        "connection-types": [
            {
                "connection-type": CONN_TYPE,
                "hook-class-name": "insider_web_push.hook.InsiderWebPushHook",
                "hook-name": "Insider Web Push",
                "ui-field-behaviour": {
                    # Port is shown because Airflow 3.3.2's Test button sends 0 for a blank one, and then refuses to
                    # use the stored key: "the host or port to test differs from the stored connection".
                    "hidden-fields": ["login", "schema"],
                    "relabeling": {"host": "API address", "password": "API key"},
                    "placeholders": {
                        "host": DEFAULT_HOST,
                        "port": "443 (fill it in: the Test button needs it)",
                        "password": "shown once in InOne when it is made",
                    },
                },
                "conn-fields": _CONNECTION_FIELDS,
            }
        ],
        "extra-links": [f"{_LINKS}.{name}" for name in ("StoredAnswerLink", "DayLink", "PanelLink")],
        # No handler: the URI of an asset of this package stays as it is.
        "asset-uris": [
            {
                "schemes": ["x-insider-web-push"],
                "handler": None,
                "to_openlineage_converter": "insider_web_push.assets.dataset_of_asset",
            }
        ],
        "config": {
            "insider_web_push": {
                "description": "Insider web push campaign analytics.",
                "options": {
                    "accounts_file": {
                        "description": "The accounts file. Empty: include/accounts.yaml beside the DAGs.",
                        "version_added": "0.1.0",
                        "type": "string",
                        "example": "/opt/airflow/include/accounts.yaml",
                        "default": "",
                    },
                    "iceberg_conn_id": {
                        "description": "Airflow connection of the Iceberg catalog that the days are written to. Empty: "
                        "none. Needs the extra iceberg.",
                        "version_added": "0.1.0",
                        "type": "string",
                        "example": "iceberg_default",
                        "default": "",
                    },
                    "iceberg_namespace": {
                        "description": "Database or schema of the tables in that catalog.",
                        "version_added": "0.1.0",
                        "type": "string",
                        "example": "marketing",
                        "default": "insider_web_push",
                    },
                    "metadata_sql_alchemy_conn": {
                        "description": "Airflow's own database, as in [database] sql_alchemy_conn, for workers that "
                        "run insider_web_push_housekeeping. Empty: that DAG cleans log files alone.",
                        "version_added": "0.1.0",
                        "type": "string",
                        "sensitive": True,
                        "example": "postgresql+psycopg2://airflow:…@postgres/airflow",
                        "default": "",
                    },
                },
            }
        },
    }


_CONNECTION_FIELDS: dict[str, Any] = {
    "partner_id": {
        "label": "Partner id",
        "schema": {"type": "string", "minLength": 1},
        "description": "InOne > Settings > Account Settings.",
    },
    "requests_per_minute": {
        "label": "Requests per minute",
        "schema": {"type": ["integer", "null"], "minimum": 1, "maximum": 10000, "default": 30},
        "description": "What the vendor grants the account, all its users together. 30 unless they raised it.",
    },
    "budget_conn_id": {
        "label": "Budget store connection",
        "schema": {"type": ["string", "null"]},
        "description": "Connection that all workers reach, to share the budget. Empty: a file, for one machine only.",
    },
    "request_deadline_s": {
        "label": "Request deadline (seconds)",
        "schema": {"type": ["number", "null"], "exclusiveMinimum": 0, "maximum": 300, "default": 30},
        "description": "A whole request, from connecting to the last byte.",
    },
    "connect_timeout_s": {
        "label": "Connect timeout (seconds)",
        "schema": {"type": ["number", "null"], "exclusiveMinimum": 0, "maximum": 300, "default": 10},
        "description": "Reaching the server.",
    },
    "allow_http": {
        "label": "Allow plain http",
        "schema": {"type": ["boolean", "null"], "default": False},
        "description": "Sends the API key unencrypted. This machine itself needs no permission.",
    },
}
