"""
Run in a process of its own: load DAG files as `load_dags` does, several times at once, each in a process forked for it.

    python -m tests.dags.load_each JOBS.json

Airflow is imported once, and nothing of ours: the DAG processor likewise forks a process for each file. A job is where
the result goes, `result`, the `folder` of the DAG files, and what is added to the environment, `env`.
"""

import json
import os
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from tests.dags import load_dags


def main(jobs: Iterable[Mapping[str, Any]]) -> int:
    """Fork, load and wait; gives how many failed."""
    children = []
    for job in jobs:
        child = os.fork()
        if not child:
            os.environ |= job["env"]
            load_dags.main(Path(job["result"]), Path(job["folder"]))
            os._exit(0)  # without taking all of Airflow apart
        children.append(child)
    return sum(os.waitpid(child, 0)[1] != 0 for child in children)


if __name__ == "__main__":
    sys.exit(main(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))))
