"""Paths that copied DAG files import: each still works, and says where its things are now."""

import subprocess
import sys
from importlib import import_module

import pytest

from insider_web_push.moved import MOVED


@pytest.mark.parametrize(("old", "new"), MOVED.items())
def test_an_old_path_gives_the_same_things_and_a_warning(old: str, new: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The warning names both, and the line that imports."""
    monkeypatch.delitem(sys.modules, f"insider_web_push.{old}", raising=False)
    with pytest.warns(DeprecationWarning, match=f"{old} has moved: import insider_web_push.{new}") as found:
        old_module = import_module(f"insider_web_push.{old}")
    new_module = import_module(f"insider_web_push.{new}")
    public = [name for name in vars(new_module) if not name.startswith("_")]
    assert {name: getattr(old_module, name) for name in public} == {name: getattr(new_module, name) for name in public}
    assert len(found) == 1


@pytest.mark.parametrize(("old", "new"), MOVED.items())
def test_no_module_lies_at_an_old_path(old: str, new: str) -> None:
    """It would be found first, and the new one would be another."""
    found = import_module(f"insider_web_push.{new}")
    assert not found.__file__.endswith(f"insider_web_push/{old}.py")


def test_the_warning_points_at_the_line_that_imports(tmp_path) -> None:
    """Not at this package, where nobody could mend it."""
    dag_file = tmp_path / "somebodys_dag.py"
    dag_file.write_text("import json\nfrom insider_web_push.forms import MAX_CALLS\n")
    done = subprocess.run(  # noqa: S603 — our own interpreter
        [sys.executable, "-W", "default::DeprecationWarning", str(dag_file)], capture_output=True, text=True, check=True
    )
    assert f"{dag_file}:2: DeprecationWarning: insider_web_push.forms has moved" in done.stderr


@pytest.mark.filterwarnings("ignore:insider_web_push.forms has moved")
def test_a_name_that_never_was_is_missing_as_anywhere() -> None:
    """With the error that Python gives."""
    moved = import_module("insider_web_push.forms")
    with pytest.raises(AttributeError, match="nothing_like_it"):
        _ = moved.nothing_like_it


def test_other_modules_are_not_found_either() -> None:
    """Only what is listed has moved."""
    with pytest.raises(ModuleNotFoundError, match=r"insider_web_push\.nowhere"):
        import_module("insider_web_push.nowhere")
