"""Whether anything goes to Iceberg."""

import logging
from importlib import metadata

import pytest

from insider_web_push.iceberg.settings import IcebergSettings, iceberg_settings

CONN_ID, NAMESPACE = (f"AIRFLOW__INSIDER_WEB_PUSH__ICEBERG_{name}" for name in ("CONN_ID", "NAMESPACE"))


def test_nothing_does_until_a_connection_is_named() -> None:
    assert iceberg_settings() is None


def test_the_connection_and_the_namespace_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(CONN_ID, "lakehouse")
    assert iceberg_settings() == IcebergSettings("lakehouse", "insider_web_push")
    monkeypatch.setenv(NAMESPACE, "marketing.push")
    assert iceberg_settings() == IcebergSettings("lakehouse", "marketing.push")


def test_without_the_extra_the_log_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Instead of an import error for each DAG file."""
    found = metadata.distribution

    def installed(name: str) -> metadata.Distribution:
        if name == "pyiceberg":
            raise metadata.PackageNotFoundError(name)
        return found(name)

    # What is installed is the environment's, which has the extra.
    monkeypatch.setattr(metadata, "distribution", installed)
    monkeypatch.setenv(CONN_ID, "lakehouse")
    with caplog.at_level(logging.WARNING):
        assert iceberg_settings() is None
    assert "pyiceberg is not installed" in caplog.text
    assert "airflow-provider-insider-web-push[iceberg]" in caplog.text
