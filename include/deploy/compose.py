"""
What docker-compose.yaml gives its containers, for a test that gives the same to processes of this machine.

    values = demo_values()                                      # include.deploy.env_file
    for name in ("api-server", "scheduler", "dag-processor", "triggerer", "worker"):
        command = airflow_command(name)                         # ["airflow", "scheduler"]
        env = environment() | service_environment(name, values) | addresses_of_this_machine
"""

import re
from collections.abc import Mapping
from typing import Any

import yaml

from include.local.home import PROJECT

COMPOSE_FILE = PROJECT / "docker-compose.yaml"
ENV_FILE = PROJECT / "deploy" / "airflow.env"
ACCOUNTS_FILE = PROJECT / "deploy" / "accounts.yaml"
_VARIABLE = re.compile(r"\$(?:(?P<dollar>\$)|\{(?P<name>\w+)(?:(?P<how>:[?-])(?P<rest>[^}]*))?\})")
_NOT_AIRFLOW = frozenset({"bash", "python"})
"""First words that the image's entrypoint runs as they are; before any other it puts `airflow`."""


class MissingVariableError(ValueError):
    """docker-compose.yaml needs a variable that is not set; the message names it."""


def compose_file() -> dict[str, Any]:
    """Read docker-compose.yaml as it is, variables unreplaced."""
    return dict(yaml.safe_load(COMPOSE_FILE.read_text(encoding="utf-8")))


def services() -> dict[str, list[str]]:
    """Give each service's command, as it follows the image's entrypoint; empty: the image's own."""
    return {name: list(service.get("command", [])) for name, service in compose_file()["services"].items()}


def airflow_command(service: str) -> list[str]:
    """Give the command of an Airflow service as the image's entrypoint runs it (scripts/docker/entrypoint_prod.sh)."""
    command = services()[service]
    return command if command[0] in _NOT_AIRFLOW else ["airflow", *command]


def environment() -> dict[str, str]:
    """Give the settings that all Airflow services share: deploy/airflow.env."""
    lines = (line.strip() for line in ENV_FILE.read_text(encoding="utf-8").splitlines())
    pairs = (line.partition("=") for line in lines if line and not line.startswith("#"))
    return {name: value for name, _, value in pairs}


def service_environment(service: str, values: Mapping[str, str]) -> dict[str, str]:
    """
    Give a service's own environment, addresses and secrets, with its variables replaced.

    Raises:
        MissingVariableError: a variable without a default has no value.
    """
    own = compose_file()["services"][service].get("environment", {})
    return {name: replaced(str(text), values) for name, text in own.items()}


def config(name: str, values: Mapping[str, str]) -> str:
    """Give a file that compose makes, as the logins of Valkey or S3, with its variables replaced."""
    return replaced(compose_file()["configs"][name]["content"], values)


def replaced(text: str, values: Mapping[str, str]) -> str:
    """
    Replace `${NAME:?why}`, `${NAME:-default}` and `$$` as compose does: an empty value counts as none.

    Raises:
        MissingVariableError: as above.
    """

    def value(match: re.Match[str]) -> str:
        given = "$" if match["dollar"] else values.get(match["name"])
        if given:
            return given
        if match["how"] == ":-":
            return match["rest"]
        raise MissingVariableError(f"{match['name']} is not set: {match['rest'] or 'set it in .env'}")

    return _VARIABLE.sub(value, text)


def variables(text: str) -> dict[str, str | None]:
    """List the variables of a text with their defaults; None: it must be set."""
    found = [match for match in _VARIABLE.finditer(text) if match["name"]]
    return {match["name"]: match["rest"] if match["how"] == ":-" else None for match in found}
