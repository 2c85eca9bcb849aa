"""Where the accounts file is looked for: beside the DAGs that it belongs to, wherever Airflow has checked them out."""

import json
from pathlib import Path

import pytest

from insider_web_push.accounts import configured_accounts
from insider_web_push.errors import ConfigurationError

FOLDERS = {
    "subdir": "tracking_repo/dags/insider_web_push_refresh.py",
    "no-subdir": "tracking_repo/insider_web_push_refresh.py",
    "of-a-version": "versions/4f1d2c/dags/insider_web_push_refresh.py",
    "deeper": "tracking_repo/dags/marketing/insider_web_push_refresh.py",
}


def write(path: Path, name: str, *, storage: str = "s3://lake/insider") -> Path:
    """Write an accounts file with one account."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"accounts: [{{name: {name}, timezone: UTC, storage: '{storage}'}}]")
    return path


@pytest.fixture
def bundles(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the folder of Airflow's checkouts, with nothing in it; the DAGs folder is there, and empty."""
    monkeypatch.delenv("AIRFLOW__INSIDER_WEB_PUSH__ACCOUNTS_FILE", raising=False)
    (tmp_path / "airflow" / "dags").mkdir(parents=True)
    monkeypatch.setenv("AIRFLOW__CORE__DAGS_FOLDER", str(tmp_path / "airflow" / "dags"))
    monkeypatch.setenv("AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_STORAGE_PATH", str(tmp_path / "bundles"))
    configure(monkeypatch, team={"tracking_ref": "main", "subdir": "dags"})
    return tmp_path / "bundles"


def configure(monkeypatch: pytest.MonkeyPatch, **bundles: dict[str, str]) -> None:
    """Configure DAG bundles, by name."""
    found = [{"name": name, "classpath": "x.Bundle", "kwargs": kwargs} for name, kwargs in bundles.items()]
    monkeypatch.setenv("AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_CONFIG_LIST", json.dumps(found))


@pytest.mark.parametrize("dag_file", FOLDERS.values(), ids=FOLDERS)
def test_a_dag_of_a_bundle_finds_its_own(bundles: Path, dag_file: str) -> None:
    """As they lie in the repository: the DAGs of one version go with the accounts of that version."""
    path = bundles / "team" / dag_file
    repository = bundles / "team" / Path(*Path(dag_file).parts[: 2 if "versions" in dag_file else 1])
    write(repository / "include" / "accounts.yaml", "of_the_bundle")
    assert [account.name for account in configured_accounts(str(path))] == ["of_the_bundle"]


@pytest.mark.usefixtures("bundles")
def test_a_dag_of_the_dags_folder_finds_the_one_beside_that(tmp_path: Path) -> None:
    """As before there were bundles, whatever else is called include."""
    dags = tmp_path / "airflow" / "dags"
    write(tmp_path / "airflow" / "include" / "accounts.yaml", "beside")
    write(dags / "include" / "accounts.yaml", "within")
    assert [account.name for account in configured_accounts(str(dags / "a.py"))] == ["beside"]
    assert [account.name for account in configured_accounts()] == ["beside"]


@pytest.mark.parametrize(
    "kwargs",
    [
        pytest.param({"tracking_ref": "main", "subdir": "dags"}, id="git"),
        pytest.param({"tracking_ref": "main"}, id="git-whole"),
        pytest.param({"path": "HERE/team/tracking_repo/dags"}, id="local"),
    ],
)
def test_who_has_no_dag_looks_into_the_checkouts(
    bundles: Path, kwargs: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The pages, the scheduler's pools and the command line."""
    kwargs = {name: value.replace("HERE", str(bundles)) for name, value in kwargs.items()}
    configure(monkeypatch, team=kwargs)
    write(bundles / "team" / "tracking_repo" / "include" / "accounts.yaml", "of_the_bundle")
    assert [account.name for account in configured_accounts()] == ["of_the_bundle"]


def test_two_bundles_with_accounts_need_the_option(
    bundles: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Nobody can tell whose pages are meant; each DAG goes on with its own."""
    configure(monkeypatch, one={"subdir": "dags"}, two={"subdir": "dags"})
    for name in ("one", "two"):
        write(bundles / name / "tracking_repo" / "include" / "accounts.yaml", name)
    with pytest.raises(ConfigurationError, match=r"(?s)several accounts files: .*one.*two.*accounts_file"):
        configured_accounts()
    assert configured_accounts(str(bundles / "two" / "tracking_repo" / "dags" / "a.py"))[0].name == "two"
    monkeypatch.setenv("AIRFLOW__INSIDER_WEB_PUSH__ACCOUNTS_FILE", str(write(tmp_path / "all.yaml", "all")))
    assert configured_accounts()[0].name == "all"
    assert configured_accounts(str(bundles / "two" / "tracking_repo" / "dags" / "a.py"))[0].name == "all"


@pytest.mark.parametrize("dag_file", [None, "team/tracking_repo/dags/a.py"])
def test_a_file_that_is_nowhere_is_an_error_that_names_the_option(bundles: Path, dag_file: str | None) -> None:
    """Another machine may have no checkout at all."""
    with pytest.raises(ConfigurationError, match=r"no accounts file: .*include/accounts\.yaml") as caught:
        configured_accounts(dag_file and str(bundles / dag_file))
    assert "[insider_web_push] accounts_file, on every machine" in str(caught.value)


def test_figures_are_not_kept_in_a_checkout(bundles: Path) -> None:
    """Airflow replaces it with the next commit, and each version has its own."""
    write(bundles / "team" / "tracking_repo" / "include" / "accounts.yaml", "default", storage="data")
    with pytest.raises(ConfigurationError, match=r"storage of account 'default', .* checkout.*give a URL"):
        configured_accounts(str(bundles / "team" / "tracking_repo" / "dags" / "a.py"))


@pytest.mark.usefixtures("bundles")
@pytest.mark.parametrize("config", ["[]", '[1, {"name": "x"}, {"kwargs": {"path": 3}}]', "not json"])
def test_odd_bundles_are_passed_over(config: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """They are Airflow's to complain about."""
    monkeypatch.setenv("AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_CONFIG_LIST", config)
    with pytest.raises(ConfigurationError, match="no accounts file"):
        configured_accounts()
