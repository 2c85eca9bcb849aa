"""A lake with a published day."""

from pathlib import Path

import pytest

from tests.builders import swept
from tests.lake import Lake


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    """A published day of the account brand."""
    lake = Lake(tmp_path / "lake")
    lake.list_day([swept("1")])
    lake.answer("1")
    lake.publish()
    return lake
