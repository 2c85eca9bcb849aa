import importlib.util
import itertools
import json
import re
import stat
import subprocess
import sys

import pytest
import yaml

from include.deploy import compose, env_file
from tests.conftest import PROJECT_ROOT

COMPOSE = PROJECT_ROOT / "docker-compose.yaml"
TEXT = COMPOSE.read_text(encoding="utf-8")
SERVICES = compose.compose_file()["services"]
LONG_RUNNING = [name for name in SERVICES if name != "init"]
EXAMPLE = (PROJECT_ROOT / ".env.example").read_text(encoding="utf-8")
DIGEST = "(?:@sha256:[0-9a-f]{64})?"
REQUIRED = {name for name, default in compose.variables(TEXT).items() if default is None}


DEPLOYED = [
    "docker-compose.yaml", "deploy/airflow.env", "deploy/accounts.yaml", "deploy/databases.sql",
    "deploy/helm-values.yaml", "deploy/helm-values-kubernetes-executor.yaml", "Dockerfile",
]  # fmt: skip
MUST_BE_SET = re.compile(r"\$\{\w+:\?[^}]*\}")
FORBIDDEN = {
    "a secret's name and a value": (
        r"(passw(or)?d|secret(_?key)?|token|(api|fernet)_?key)\"? *[:=] *\"?"
        r"(?!'\w+_password'|not-for-this-process|\d\b)[^\s\"]"
    ),
    "a login in a URL": r"://\w+:(?!@)[^\s/]+@",
    "a password of Valkey's": r" >[^\s-]",
}


def test_the_file_is_what_compose_reads():
    """By the schema of the compose specification, which check-jsonschema brings along."""
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec"]
    done = subprocess.run([*command, COMPOSE], capture_output=True, text=True, check=False)  # noqa: S603 — our own interpreter
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("path", [*DEPLOYED, ".env.example"])
def test_no_file_has_a_secret(path):
    """Where one would stand is a variable that must be set, or nothing."""
    assert _secrets_in((PROJECT_ROOT / path).read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "line",
    [
        "POSTGRES_PASSWORD: airflow",
        "POSTGRES_PASSWORD: ${POSTGRES_PASSWORD:-airflow}",
        "SQL_ALCHEMY_CONN: postgresql+psycopg2://airflow:airflow@postgres/airflow",
        "user budget on >opensesame ~*",
        '{"accessKey": "worker", "secretKey": "opensesame"}',
        "AIRFLOW__CORE__FERNET_KEY: opensesame",
        "API_KEY=opensesame",
    ],
)
def test_the_search_for_secrets_finds_them(line):
    """Otherwise it would let everything pass."""
    assert _secrets_in(line)


def _secrets_in(text):
    lines = [line for line in MUST_BE_SET.sub("", text).splitlines() if not line.lstrip().startswith(("#", "--"))]
    return [(line, why) for line in lines for why, form in FORBIDDEN.items() if re.search(form, line, re.IGNORECASE)]


def test_a_variable_has_a_harmless_default_or_must_be_set():
    """Nothing secret has a default, and compose names whatever is missing."""
    assert {name: default for name, default in compose.variables(TEXT).items() if default is not None} == {
        "API_URL": "https://web-push.api.useinsider.com",
        "REQUESTS_PER_MINUTE": "30",
        "ALLOW_HTTP": "false",
        "DAGS_PAUSED": "True",
    }
    assert re.findall(r"(?<!\$)\$(?!\$|\{\w+:[?-])\S*", TEXT) == []  # neither $NAME nor ${NAME}, which may be empty


@pytest.mark.parametrize("name", sorted(REQUIRED))
def test_a_missing_variable_is_named(name):
    """By the reader that the tests use; compose does it by the same `:?`."""
    values = {**env_file.demo_values(), name: ""}
    with pytest.raises(compose.MissingVariableError, match=f"^{name} is not set: run make env"):
        compose.replaced(TEXT, values)


def test_the_example_names_what_is_required_and_what_has_a_default():
    """No more and no less."""
    assert set(re.findall(r"^(\w+)=$", EXAMPLE, re.MULTILINE)) == REQUIRED
    defaults = dict(re.findall(r"^# (\w+)=(.*)$", EXAMPLE, re.MULTILINE))
    assert defaults == {name: value for name, value in compose.variables(TEXT).items() if value is not None}


def test_the_generator_makes_all_that_is_needed_anew():
    """And in characters that need no quoting in a URL, in JSON, or in a file .env."""
    once, again = (_read(env_file.env_text(env_file.demo_values())) for _ in range(2))
    assert set(once) == set(compose.variables(TEXT))
    secret = REQUIRED - {"PARTNER_ID"}
    assert not {once[name] for name in secret} & {again[name] for name in secret}
    assert all(re.fullmatch(r"[\w-]{24,}=?", once[name], re.ASCII) for name in secret)


def test_what_the_generator_makes_is_understood():
    """Connections and logins are JSON once the variables are in."""
    values = _read(env_file.env_text(env_file.demo_values()))
    worker = compose.service_environment("worker", values)
    account = json.loads(worker["AIRFLOW_CONN_INSIDER_WEB_PUSH_DEFAULT"])
    assert account["host"] == "http://simulator:8090"
    assert account["extra"] == {
        "partner_id": "demo", "budget_conn_id": "budget", "requests_per_minute": 30, "allow_http": True
    }  # fmt: skip
    assert json.loads(worker["AIRFLOW_CONN_BUDGET"])["password"] == values["BUDGET_PASSWORD"]
    assert json.loads(compose.config("passwords", values)) == {"admin": values["ADMIN_PASSWORD"]}


def test_a_worker_loads_what_its_tasks_need():
    """By a name that is there; Celery passes over nothing."""
    worker = compose.service_environment("worker", env_file.demo_values())
    config = json.loads(worker["AIRFLOW__CELERY__EXTRA_CELERY_CONFIG"])
    assert [importlib.util.find_spec(name).name for name in config["imports"]] == config["imports"]


def test_the_file_env_is_private_and_never_replaced(tmp_path):
    """Its secrets open what is already there."""
    path = tmp_path / ".env"
    assert env_file.write_new(path, "A=1\n")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert not env_file.write_new(path, "A=2\n")
    assert path.read_text() == "A=1\n"


@pytest.mark.parametrize("name", SERVICES)
def test_an_image_has_an_exact_tag(name):
    """Down to the patch, and with `make digests` down to the byte: what is pulled tomorrow is what was looked at."""
    assert re.fullmatch(rf"[\w./-]+:\d+\.\d+(\.\d+)?(-[a-z]+)?{DIGEST}", SERVICES[name]["image"])


def test_the_dockerfile_builds_on_the_airflow_of_the_lock():
    """And on no other image."""
    bases = re.findall(rf"^FROM ([^\s@]+){DIGEST}(?!\S)", (PROJECT_ROOT / "Dockerfile").read_text(), re.MULTILINE)
    (version,) = re.findall(r"^apache-airflow==(\S+)", _requirements("deploy/requirements.txt"), re.MULTILINE)
    assert bases == [f"apache/airflow:slim-{version}-python3.12", "airflow"]


def test_the_image_installs_what_the_tests_ran_with():
    """Every version of the deployment's lock is that of the developers' lock."""
    deployed, tested = (_versions(_requirements(f)) for f in ("deploy/requirements.txt", "requirements/dev.txt"))
    assert len(deployed) > 150
    assert deployed.items() <= tested.items()


def test_ports_are_published_on_loopback_alone():
    """Whoever wants more puts a proxy with TLS before it."""
    published = list(itertools.chain.from_iterable(service.get("ports", []) for service in SERVICES.values()))
    assert published == ["127.0.0.1:8333:8333", "127.0.0.1:8080:8080"]


@pytest.mark.parametrize("name", LONG_RUNNING)
def test_what_runs_long_is_watched_restarted_and_bounded(name):
    """A health check, a restart policy, a memory limit and a bound for its output each."""
    service = SERVICES[name]
    assert service["healthcheck"]["test"][0] in {"CMD", "CMD-SHELL"}
    assert service["restart"] == "unless-stopped"
    assert re.fullmatch(r"\d+[mg]", service["mem_limit"])
    assert service["pids_limit"]
    assert service["logging"]["options"].keys() == {"max-size", "max-file"}


def test_a_costly_look_is_taken_once_a_minute():
    """In its start period Docker 25 and newer look every five seconds, and each starts a Python that loads Airflow."""
    checks = [service["healthcheck"] for service in SERVICES.values() if "healthcheck" in service]
    costly = [check for check in checks if {"airflow", "CMD-SHELL"} & set(check["test"][:2])]
    assert len(costly) == 3
    assert all(check["interval"] == "60s" and "start_period" not in check for check in costly)


def test_what_the_project_builds_is_built_anew_by_an_upgrade():
    """An image that is there already would be of the version before."""
    assert {name: service["pull_policy"] for name, service in SERVICES.items() if "build" in service} == {
        "init": "build", "simulator": "build"
    }  # fmt: skip


def test_the_limit_is_the_account_s_wherever_it_is_known():
    """In `.env`, for the worker that sends and for the pages that show the budget."""
    for service in ("worker", "api-server"):
        connection = SERVICES[service]["environment"]["AIRFLOW_CONN_INSIDER_WEB_PUSH_DEFAULT"]
        assert '"requests_per_minute": ${REQUESTS_PER_MINUTE:-30}' in connection


def test_airflow_signs_with_a_key_as_long_as_its_hash():
    """It warns again and again of one that is shorter than the 64 bytes of SHA-512."""
    assert len(env_file.fresh_secrets()["JWT_SECRET"].encode()) >= 64


def test_airflow_may_write_its_file_of_passwords():
    """It opens it for writing at every start; compose makes files of configs 0444 and root's, so group 0 has to do."""
    (passwords,) = SERVICES["api-server"]["configs"]
    assert passwords["mode"] & 0o060 == 0o060
    assert SERVICES["api-server"]["user"].endswith(":0")


def test_one_service_builds_the_image_that_all_of_airflow_runs():
    """Several that build one tag at once get in each other's way; and nobody looks for it in a registry."""
    sharing = {name: service for name, service in SERVICES.items() if service["image"] == SERVICES["init"]["image"]}
    assert [name for name, service in sharing.items() if "build" in service] == ["init"]
    assert {service["pull_policy"] for name, service in sharing.items() if name != "init"} == {"never"}


def test_only_who_works_with_the_lake_reaches_its_server():
    """All but its S3 side asks for no login."""
    assert [name for name, service in SERVICES.items() if "lake" in service.get("networks", [])] == [
        "storage", "api-server", "worker",
    ]  # fmt: skip
    assert SERVICES["storage"]["networks"] == ["lake"]


@pytest.mark.parametrize("name", SERVICES)
def test_nothing_runs_as_root_or_may_become_it(name):
    """Named or by number, and without capabilities."""
    service = SERVICES[name]
    assert service["user"].partition(":")[0] not in {"", "0", "root"}
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]


@pytest.mark.parametrize("name", SERVICES)
def test_files_of_the_project_are_mounted_read_only(name):
    """Only named volumes are written."""
    mounts = [mount for mount in SERVICES[name].get("volumes", []) if mount.startswith(".")]
    assert all(mount.endswith(":ro") for mount in mounts)
    assert all((PROJECT_ROOT / mount.split(":")[0]).exists() for mount in mounts)


def test_settings_and_addresses_do_not_overlap():
    """A setting is in deploy/airflow.env, an address or a secret in docker-compose.yaml."""
    own = {name for service in SERVICES.values() for name in service.get("environment", {})}
    assert not own & set(compose.environment())


def test_the_settings_mean_the_same_to_every_reader():
    """No quotes, dollar signs or trailing comments, over which parsers of such files disagree."""
    assert all(re.fullmatch(r"[\w.:,/+=-]+", value) for value in compose.environment().values())
    assert all(re.fullmatch(r"AIRFLOW__[A-Z0-9_]+__[A-Z0-9_]+", name) for name in compose.environment())


def test_only_a_worker_has_the_api_key_and_it_has_no_more_than_it_needs():
    """Neither Airflow's database nor the keys of what that holds."""
    having = {name for name, service in SERVICES.items() if "${API_KEY" in json.dumps(service.get("environment", {}))}
    assert having == {"worker", "simulator"}
    worker = json.dumps(SERVICES["worker"]["environment"])
    assert not re.findall(
        r"AIRFLOW_DB_PASSWORD|FERNET_KEY|JWT_SECRET|S3_PAGES|S3_READER|POSTGRES_PASSWORD|/airflow\"", worker
    )


@pytest.mark.parametrize(
    ("user", "policy"), [("worker", "s3-policy"), ("pages", "s3-pages-policy"), ("reader", "s3-reader-policy")]
)
def test_an_s3_user_has_the_published_policy_and_no_other_right(user, policy):
    """The page for other stores and the store of the deployment say the same."""
    users = json.loads(compose.config("s3-users", env_file.demo_values()))
    (identity,) = [found for found in users["identities"] if found["name"] == user]
    assert identity.keys() == {"name", "policyNames", "credentials"}
    assert identity["policyNames"] == [user]
    (own,) = [json.loads(found["content"]) for found in users["policies"] if found["name"] == user]
    assert own == json.loads((PROJECT_ROOT / f"docs/deploy/{policy}.json").read_text())


def test_a_command_runs_as_the_image_s_entrypoint_runs_it():
    """`airflow` goes before it; the names of services are those of this file."""
    assert compose.airflow_command("worker") == ["airflow", "celery", "worker"]
    assert compose.airflow_command("init") == ["airflow", "db", "migrate"]
    assert set(compose.services()) == set(SERVICES)


def test_the_accounts_of_the_deployment_lie_where_its_users_may_write():
    """Connection, bucket and prefix are those of the compose file and of the policies."""
    (account,) = yaml.safe_load(compose.ACCOUNTS_FILE.read_text())["accounts"]
    assert account["storage"] == "s3://lake@lake/insider"
    assert "AIRFLOW_CONN_LAKE" in SERVICES["worker"]["environment"]
    assert "-bucket=lake" in SERVICES["storage"]["command"]


def _read(text):
    return dict(re.findall(r"^(\w+)=(.*)$", text, re.MULTILINE))


def _requirements(path):
    return (PROJECT_ROOT / path).read_text(encoding="utf-8")


def _versions(lock):
    return dict(re.findall(r"^([\w.-]+)==([^\s;\\]+)", lock, re.MULTILINE))
