"""What is built of the repository: the wheel, its metadata, and what an image builds it from."""

import fnmatch
import re
import shutil
import zipfile
from email import message_from_string
from email.message import Message
from pathlib import Path

import pytest
from hatchling.builders.wheel import WheelBuilder

from insider_web_push import __version__
from tests.conftest import PROJECT_ROOT

DOCKERFILE = (PROJECT_ROOT / "Dockerfile").read_text(encoding="utf-8")
STARTER = "insider_web_push/starter/"


def built(root: Path, folder: Path) -> zipfile.ZipFile:
    """Build the wheel of a repository."""
    (path,) = WheelBuilder(str(root)).build(directory=str(folder), versions=["standard"])
    return zipfile.ZipFile(path)


def metadata(wheel: zipfile.ZipFile) -> Message:
    """Read a wheel's metadata; its payload is the README."""
    (name,) = fnmatch.filter(wheel.namelist(), "*.dist-info/METADATA")
    return message_from_string(wheel.read(name).decode())


@pytest.fixture(scope="module")
def of_the_image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Copy what the Dockerfile copies before it installs the package, and no more."""
    root = tmp_path_factory.mktemp("image")
    for names, to in re.findall(r"^COPY --chown=\S+ (.+) /opt/provider/(\S*)$", DOCKERFILE, re.MULTILINE):
        for name in names.split():
            source, target = PROJECT_ROOT / name, root / to
            if source.is_dir():
                shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                target.mkdir(parents=True, exist_ok=True)
                shutil.copy(source, target)
    return root


def test_the_image_builds_the_wheel_that_everybody_gets(of_the_image: Path, tmp_path: Path) -> None:
    """Typed, with the files that `init` writes, the same as in the repository."""
    wheel = built(of_the_image, tmp_path)
    assert "insider_web_push/py.typed" in wheel.namelist()
    starter = {name.removeprefix(STARTER): wheel.read(name) for name in wheel.namelist() if name.startswith(STARTER)}
    sources = [*(PROJECT_ROOT / "dags").glob("*.py"), PROJECT_ROOT / "include" / "accounts.yaml"]
    assert starter == {str(path.relative_to(PROJECT_ROOT)): path.read_bytes() for path in sources}
    assert {name.partition("/")[0] for name in wheel.namelist()} == {
        "insider_web_push",
        f"airflow_provider_insider_web_push-{__version__}.dist-info",
    }


def test_the_builder_of_images_is_given_what_the_dockerfile_copies() -> None:
    """`.dockerignore` refuses everything else."""
    allowed = {line[1:] for line in (PROJECT_ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    copied = re.findall(r"^COPY (?:--chown=\S+ )?(.+) \S+$", DOCKERFILE, re.MULTILINE)
    assert {name for names in copied for name in names.split()} <= allowed


def test_the_readme_leads_to_the_repository_that_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a package index, where relative links and pictures lead nowhere."""
    monkeypatch.setenv("REPOSITORY_URL", "https://git.example.com/team/repo/")
    told = metadata(built(PROJECT_ROOT, tmp_path))
    text = str(told.get_payload())
    assert f"](https://git.example.com/team/repo/blob/v{__version__}/docs/runbook.md)" in text
    assert f"](https://git.example.com/team/repo/raw/v{__version__}/docs/pictures/coverage.png)" in text
    assert re.findall(r"\]\((?!https?://|#)[^)]*\)", text) == []
    assert "Source, https://git.example.com/team/repo" in told.get_all("Project-URL", [])


def test_without_an_address_none_is_invented(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is public until somebody says so."""
    monkeypatch.delenv("REPOSITORY_URL", raising=False)
    told = metadata(built(PROJECT_ROOT, tmp_path))
    assert told.get_all("Project-URL") is None
    assert str(told.get_payload()).strip() == (PROJECT_ROOT / "README.md").read_text(encoding="utf-8").strip()


@pytest.mark.parametrize(
    "path", sorted((PROJECT_ROOT / ".github" / "workflows").glob("*.yml")), ids=lambda path: path.stem
)
def test_a_workflow_makes_what_there_is(path: Path) -> None:
    """A target that was renamed is found here, not after a push."""
    targets = set(re.findall(r"^([a-z0-9-]+):", (PROJECT_ROOT / "Makefile").read_text(), re.MULTILINE))
    made = set(re.findall(r"\bmake ([a-z0-9-]+)", path.read_text(encoding="utf-8")))
    assert made
    assert made <= targets
