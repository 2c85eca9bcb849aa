"""deploy/helm-values*.yaml, against what the chart takes and against the deployment that the tests run."""

import re
from typing import Any

import pytest
import yaml

from include.deploy import compose
from tests.conftest import PROJECT_ROOT

CHART_TAKES: dict[str, type | set[str]] = {
    "airflowVersion": str,
    "allowPodLaunching": bool,
    "apiSecretKeySecretName": str,
    "apiServer.env": list,
    "apiServer.extraInitContainers": list,
    "apiServer.extraVolumeMounts": list,
    "apiServer.extraVolumes": list,
    "config.core.auth_manager": str,
    "createUserJob.defaultUser.enabled": bool,
    "data.metadataSecretName": str,
    "databaseCleanup.enabled": bool,
    "databaseCleanup.retentionDays": int,
    "databaseCleanup.schedule": str,
    "databaseCleanup.skipArchive": bool,
    "defaultAirflowRepository": str,
    "defaultAirflowTag": str,
    "env": list,
    "executor": {"CeleryExecutor", "KubernetesExecutor"},
    "fernetKeySecretName": str,
    "jwtSecretName": str,
    "logs.persistence.enabled": bool,
    "logs.persistence.size": str,
    "postgresql.enabled": bool,
    "redis.enabled": bool,
    "volumeMounts": list,
    "volumes": list,
    "workers.celery.replicas": int,
    "workers.env": list,
}
"""
What chart 1.22.0 takes, of its documentation and its schema: it refuses any other name. Nothing in the tests has the
chart, so whoever moves to a newer one looks these up again.
"""

NOT_FOR_THE_CHART = {
    "AIRFLOW__CORE__EXECUTOR": "the chart's `executor`",
    "AIRFLOW__CORE__HOSTNAME_CALLABLE": "the API server asks a worker for logs by its full name",
    "AIRFLOW__SCHEDULER__ENABLE_HEALTH_CHECK": "the chart's probes ask in a way of their own",
    "AIRFLOW__SCHEDULER__SCHEDULER_HEALTH_CHECK_SERVER_HOST": "as before",
}
"""Settings of deploy/airflow.env that a cluster does not take, and why."""

MAIN, POD_PER_TASK = "deploy/helm-values.yaml", "deploy/helm-values-kubernetes-executor.yaml"
GUIDE = (PROJECT_ROOT / "docs" / "deploy" / "kubernetes.md").read_text(encoding="utf-8")


def values(path: str = MAIN) -> dict[str, Any]:
    """Read one of the files."""
    return dict(yaml.safe_load((PROJECT_ROOT / path).read_text(encoding="utf-8")))


def leaves(tree: Any, path: str = "") -> dict[str, Any]:
    """Give what stands at the end of each path, as `logs.persistence.size`."""
    if not isinstance(tree, dict):
        return {path: tree}
    found: dict[str, Any] = {}
    for key, below in tree.items():
        found |= leaves(below, f"{path}.{key}".removeprefix("."))
    return found


def plain(variables: list[dict[str, Any]]) -> dict[str, str]:
    """Give the variables that have their value in the file."""
    return {variable["name"]: variable["value"] for variable in variables if "value" in variable}


def secret(variables: list[dict[str, Any]]) -> dict[str, dict[str, str]]:
    """Give the variables whose value is a secret's, and which secret's."""
    return {
        variable["name"]: variable["valueFrom"]["secretKeyRef"] for variable in variables if "valueFrom" in variable
    }


@pytest.mark.parametrize("path", [MAIN, POD_PER_TASK])
def test_the_chart_takes_every_name_with_a_value_of_its_type(path):
    """It refuses unknown names, and numbers where it wants text."""
    for name, leaf in leaves(values(path)).items():
        takes = CHART_TAKES[name]
        assert leaf in takes if isinstance(takes, set) else type(leaf) is takes, name


def test_the_chart_takes_every_variable():
    """For all containers: a name and a text, and nothing else. For one kind: from a secret as well."""
    assert all(set(map(type, variable.values())) == {str} for variable in values()["env"])
    assert all(variable.keys() == {"name", "value"} for variable in values()["env"])
    for variables in (values()["workers"]["env"], values()["apiServer"]["env"]):
        assert len(plain(variables)) + len(secret(variables)) == len(variables)
        assert all(reference.keys() == {"name", "key"} for reference in secret(variables).values())


def test_all_of_airflow_has_the_settings_that_the_tests_run_with():
    """Each as in deploy/airflow.env, and none of those is forgotten."""
    deployed = compose.environment()
    here = plain(values()["env"])
    accounts_file = here.pop("AIRFLOW__INSIDER_WEB_PUSH__ACCOUNTS_FILE")
    assert here == {name: value for name, value in deployed.items() if name not in NOT_FOR_THE_CHART}
    assert NOT_FOR_THE_CHART.keys() <= deployed.keys()
    services = compose.compose_file()["services"]
    assert accounts_file == services["worker"]["environment"]["AIRFLOW__INSIDER_WEB_PUSH__ACCOUNTS_FILE"]
    (mount,) = values()["volumeMounts"]
    assert accounts_file == f"{mount['mountPath']}/accounts.yaml"


@pytest.mark.parametrize(("ours", "service"), [("workers", "worker"), ("apiServer", "api-server")])
def test_who_has_which_connection_is_as_in_the_other_deployment(ours, service):
    """By the same names; each in a secret, and the pages' in another one than the workers'."""
    variables = values()[ours]["env"]
    deployed = compose.compose_file()["services"][service]["environment"]
    assert secret(variables).keys() == {name for name in deployed if name.startswith("AIRFLOW_CONN_")}
    assert plain(variables).items() <= deployed.items()
    others = {"workers": "insider-pages", "apiServer": "insider-worker"}
    assert others[ours] not in {reference["name"] for reference in secret(variables).values()}


def test_the_api_server_may_write_to_its_passwords():
    """It does; what is mounted of a secret is read-only, so it has a copy where the setting says."""
    server = values()["apiServer"]
    secrets, copy = server["extraVolumes"]
    (copying,) = server["extraInitContainers"]
    folders = {mount["name"]: mount["mountPath"] for mount in copying["volumeMounts"]}
    assert copying["command"] == ["cp", *(f"{folders[volume['name']]}/passwords.json" for volume in (secrets, copy))]
    assert copying["command"][-1] == plain(server["env"])["AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE"]
    assert copy["emptyDir"] == {"medium": "Memory"}
    assert server["extraVolumeMounts"] == [{"name": copy["name"], "mountPath": folders[copy["name"]]}]


@pytest.mark.parametrize(("path", "may"), [(MAIN, False), (POD_PER_TASK, True)])
def test_who_has_the_key_starts_no_pods(path, may):
    """The chart's default is that Celery's workers may; with a pod per task it is the scheduler that has to."""
    assert values(path)["allowPodLaunching"] is may


def test_the_guide_makes_every_secret_and_configmap_that_the_file_names():
    """With the keys in them: those of the chart's own secrets have names that it looks for."""
    made = {
        name: set(re.findall(r"--from-(?:literal|file)=([\w.-]+)", command))
        for name, command in re.findall(r"kubectl create (?:secret generic|configmap) ([\w-]+)((?:.*\\\n)*.*)", GUIDE)
    }
    wanted: dict[str, set[str]] = {
        "insider-keys": {"fernet-key", "api-secret-key", "jwt-secret"},
        "insider-database": {"connection"},
        "insider-accounts": {"accounts.yaml"},
        values()["apiServer"]["extraVolumes"][0]["secret"]["secretName"]: {"passwords.json"},
    }
    for variables in (values()["workers"]["env"], values()["apiServer"]["env"]):
        for reference in secret(variables).values():
            wanted.setdefault(reference["name"], set()).add(reference["key"])
    assert made == wanted
    named = {values()[name] for name in ("fernetKeySecretName", "apiSecretKeySecretName", "jwtSecretName")}
    named |= {values()["data"]["metadataSecretName"], values()["volumes"][0]["configMap"]["name"]}
    assert named <= wanted.keys()


def test_image_and_version_are_those_of_the_other_deployment():
    """The chart decides by the version what it starts."""
    lock = (PROJECT_ROOT / "deploy" / "requirements.txt").read_text(encoding="utf-8")
    (version,) = re.findall(r"^apache-airflow==(\S+)", lock, re.MULTILINE)
    assert values()["airflowVersion"] == version
    assert compose.compose_file()["services"]["init"]["image"].endswith(f":{values()['defaultAirflowTag']}")
