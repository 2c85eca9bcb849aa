"""The collector of reference cycles rests while rows are made, and Arrow gives back what it does not need."""

import gc

import pyarrow as pa
import pytest

from insider_web_push.publishing.collector import arrow_gives_back, paused_collector


def test_it_rests_and_goes_on() -> None:
    """Also after a failure."""

    @paused_collector()
    def publish() -> None:
        assert not gc.isenabled()
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        publish()
    assert gc.isenabled()


def test_one_that_was_off_stays_off() -> None:
    """Somebody else has turned it off."""
    gc.disable()
    try:
        with paused_collector():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_arrow_takes_from_the_system_for_as_long() -> None:
    """Also where it fails."""
    before = pa.default_memory_pool().backend_name

    @arrow_gives_back()
    def publish() -> None:
        assert pa.default_memory_pool().backend_name == "system"
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        publish()
    assert pa.default_memory_pool().backend_name == before
