"""The collector of reference cycles rests while rows are made."""

import gc

import pytest

from insider_web_push.publishing.collector import paused_collector


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
