"""What the tasks of a real scheduler need is loaded before it forks them."""

import psutil
import pytest

pytestmark = pytest.mark.system


@pytest.mark.parametrize("name", ["scheduler", "dag-processor"])
def test_what_forks_has_loaded_what_is_needed(system, name):
    """Arrow's library is a large part of it, and can be seen from outside."""
    mapped = psutil.Process(system.airflow.pids()[name]).memory_maps()
    assert [place.path for place in mapped if "/pyarrow/" in place.path]
