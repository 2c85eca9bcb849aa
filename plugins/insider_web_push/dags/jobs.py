"""Which of Airflow's commands it is that starts, as listeners ask before they do what one of them alone should do."""

from __future__ import annotations

import sys


def is_job_of(component: object, *commands: str) -> bool:
    """
    Tell whether what says that it starts is a job of one of these commands of Airflow's, such as `scheduler`.

    Jobs of all commands look alike, so the command line tells; but the tasks that LocalExecutor forks have that of the
    scheduler, so it must be a job as well.
    """
    return type(component).__name__ == "Job" and not set(commands).isdisjoint(sys.argv[1:2])
