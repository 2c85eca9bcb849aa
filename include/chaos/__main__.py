"""`make chaos`: each fault in the middle of a run of 60 campaign days. ROWS="worker valkey" takes some of them."""

import os
import sys
import tempfile
from pathlib import Path


def main() -> int:
    """Run the program; gives its exit status."""
    with tempfile.TemporaryDirectory(prefix="chaos-") as folder:
        os.environ |= {"AIRFLOW_HOME": f"{folder}/reader", "AIRFLOW__LOGGING__LOGGING_LEVEL": "ERROR"}
        from include.chaos.table import run_all  # noqa: PLC0415 - Airflow reads its settings when it is imported

        return run_all(Path(folder))


if __name__ == "__main__":
    sys.exit(main())
