"""The file .env of docker-compose.yaml: fresh secrets, and the account that is fetched."""

import base64
import os
import secrets
from collections.abc import Mapping
from pathlib import Path

SECRETS = {
    "POSTGRES_PASSWORD": "the database server's superuser",
    "AIRFLOW_DB_PASSWORD": "Airflow's database",
    "CELERY_DB_PASSWORD": "the database of Celery's results",
    "BROKER_PASSWORD": "the queue, on Valkey",
    "BUDGET_PASSWORD": "the budget, on Valkey",
    "S3_WORKER_SECRET": "the S3 user that writes",
    "S3_PAGES_SECRET": "the S3 user of the API server's pages",
    "S3_READER_SECRET": "the S3 user for people and their tools, that reads what is published",
    "FERNET_KEY": "encrypts connections in Airflow's database; 32 bytes, url-safe base64",
    "JWT_SECRET": "signs the tokens of tasks",
    "API_SECRET_KEY": "signs sessions, and requests for logs",
    "ADMIN_PASSWORD": "the login admin of the UI",
}
"""What each is for. Letters, digits, `-`, `_` and `=` only: they stand in URLs and in JSON."""

DEMO_ACCOUNT = {
    "API_URL": "http://simulator:8090",
    "PARTNER_ID": "demo",
    "REQUESTS_PER_MINUTE": "30",
    "ALLOW_HTTP": "true",
    "DAGS_PAUSED": "False",
}
"""The simulator of the profile `demo`, whose DAGs begin at once."""


def fresh_secrets() -> dict[str, str]:
    """Make every secret anew, of 32 random bytes each; the one that SHA-512 signs with has the length of its hash."""
    made = {name: secrets.token_urlsafe(32) for name in SECRETS}
    return made | {
        "FERNET_KEY": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        "JWT_SECRET": secrets.token_urlsafe(48),
    }


def demo_values() -> dict[str, str]:
    """Make everything that docker-compose.yaml needs, for the simulator."""
    return fresh_secrets() | DEMO_ACCOUNT | {"API_KEY": secrets.token_urlsafe(24)}


def env_text(values: Mapping[str, str]) -> str:
    """Write the variables as the file .env that compose reads."""
    lines = ["# Written by `make env`. Nobody else should read it.", ""]
    for name, what in SECRETS.items():
        lines += [f"# {what}", f"{name}={values[name]}"]
    lines += ["", *_ACCOUNT_COMMENT, *(f"{name}={values[name]}" for name in _ACCOUNT)]
    return "\n".join([*lines, ""])


def write_new(path: Path, text: str) -> bool:
    """Write a file that only its owner may read, if there is none; tells whether it did."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return False
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    return True


_ACCOUNT = ("API_KEY", "PARTNER_ID", "REQUESTS_PER_MINUTE", "API_URL", "ALLOW_HTTP", "DAGS_PAUSED")
_ACCOUNT_COMMENT = (
    "# The account: the simulator of the profile demo. For your own put in key, partner id and limit, and remove the",
    "# last three lines: the API is https://web-push.api.useinsider.com, and new DAGs wait until you unpause them.",
    "# After a demo first `docker compose --profile demo down --volumes`: its DAGs are there, and not paused.",
)
