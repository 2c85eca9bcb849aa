"""
Import paths that DAG files of earlier versions named. They still work, with a DeprecationWarning that says the new one.

People copy `dags/` into their own deployment, and upgrade the package without it.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Sequence
from functools import partial
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType

_PACKAGE = "insider_web_push."
MOVED = {
    "forms": "dags.forms",
    "links": "operators.links",
    "pipeline": "dags.tasks",
    "priority": "dags.priority",
    "retry_policy": "operators.retry_policy",
}
"""Modules of this package, from and to."""


class _MovedModules(MetaPathFinder, Loader):
    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None = None,  # noqa: ARG002 — Python's signature
        target: ModuleType | None = None,  # noqa: ARG002 — as above
    ) -> ModuleSpec | None:
        is_moved = fullname.startswith(_PACKAGE) and fullname.removeprefix(_PACKAGE) in MOVED
        return ModuleSpec(fullname, self) if is_moved else None

    def create_module(self, spec: ModuleSpec) -> None:
        """Leave it to Python."""

    def exec_module(self, module: ModuleType) -> None:
        new = _PACKAGE + MOVED[module.__name__.removeprefix(_PACKAGE)]
        # Past the frames of the import itself, to the line that imports.
        warnings.warn(f"{module.__name__} has moved: import {new}", DeprecationWarning, stacklevel=2)
        vars(module)["__getattr__"] = partial(getattr, import_module(new))


def keep_old_paths() -> None:
    """Let Python find the moved modules, where it finds nothing else."""
    if not any(isinstance(finder, _MovedModules) for finder in sys.meta_path):
        sys.meta_path.append(_MovedModules())
