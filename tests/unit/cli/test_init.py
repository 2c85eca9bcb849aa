"""`python -m insider_web_push init FOLDER`."""

from pathlib import Path

import pytest

from insider_web_push.__main__ import main
from insider_web_push.accounts.file import read_accounts
from tests.conftest import PROJECT_ROOT


def written(folder: Path) -> dict[str, bytes]:
    """Give every file of a folder, by its path in there."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_it_writes_the_files_of_the_repository(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Byte for byte: all DAG files, and the accounts file."""
    assert main(["init", str(tmp_path / "new" / "folder")]) == 0
    sources = [*(PROJECT_ROOT / "dags").glob("*.py"), PROJECT_ROOT / "include" / "accounts.yaml"]
    assert written(tmp_path / "new" / "folder") == {
        str(path.relative_to(PROJECT_ROOT)): path.read_bytes() for path in sources
    }
    said = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in said] == ["written"] * len(sources) + ["Next:"]


def test_what_is_there_is_kept(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Whatever it holds; what is missing beside it is written."""
    mine = tmp_path / "include" / "accounts.yaml"
    mine.parent.mkdir()
    mine.write_text("mine")
    assert main(["init", str(tmp_path)]) == 0
    assert mine.read_text() == "mine"
    assert f"kept     {mine}\n" in capsys.readouterr().out
    before = written(tmp_path)
    assert main(["init", str(tmp_path)]) == 0
    assert written(tmp_path) == before


def test_a_link_that_leads_nowhere_is_not_written_through(tmp_path: Path) -> None:
    """Somebody put it there."""
    (tmp_path / "include").mkdir()
    (tmp_path / "include" / "accounts.yaml").symlink_to(tmp_path / "elsewhere.yaml")
    assert main(["init", str(tmp_path)]) == 0
    assert not (tmp_path / "elsewhere.yaml").exists()


def test_a_place_that_is_no_folder_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With what is wrong with it."""
    (tmp_path / "file").write_text("")
    assert main(["init", str(tmp_path / "file")]) == 2
    assert f"cannot write {tmp_path}/file/dags/insider_web_push_" in capsys.readouterr().err


def test_the_accounts_file_is_one(tmp_path: Path) -> None:
    """And its storage lies in the folder."""
    main(["init", str(tmp_path)])
    (account,) = read_accounts(tmp_path / "include" / "accounts.yaml")
    assert account.storage == str(tmp_path / "storage")
