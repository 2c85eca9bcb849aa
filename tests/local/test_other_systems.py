"""What needs Linux says so where it is not there, before it begins."""

from pathlib import Path

import pytest

from include.bench.figures import needs_proc, peak_kib
from include.chaos.disk import why_not


def test_a_benchmark_of_memory_says_that_it_needs_linux(tmp_path: Path) -> None:
    """It would run for minutes, and then have nothing to tell."""
    with pytest.raises(SystemExit, match=r"Linux's .*, which is not here: run it on Linux"):
        needs_proc(tmp_path)


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="Linux alone has it")
def test_on_linux_it_can_tell() -> None:
    """Some memory every process has."""
    needs_proc()
    assert peak_kib() > 1000


def test_the_chaos_of_a_full_disk_says_what_it_lacks(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A mount namespace takes two programs of Linux's."""
    monkeypatch.setenv("PATH", str(tmp_path))
    assert why_not() == "unshare and nsenter, of Linux's util-linux, are not here"
