"""The parts of the tests that share what takes long to start."""

import re

import pytest

from tests.conftest import LONG, PROJECT_ROOT, SHARED

FILES = [path.relative_to(PROJECT_ROOT).as_posix() for path in (PROJECT_ROOT / "tests").rglob("test_*.py")]


@pytest.mark.parametrize("part", [*SHARED, LONG])
def test_a_part_is_there(part: str) -> None:
    """Tests that were moved or renamed would start everything once in each process, and nobody would notice."""
    assert [file for file in FILES if re.match(part, file)]
