"""What Airflow reads of the package: the provider, its connection form, its configuration."""

import json
from importlib import metadata
from pathlib import Path

import airflow
import pytest
from airflow.sdk.module_loading import import_string
from jsonschema import Draft202012Validator, validate

from insider_web_push.api.connection import CONN_TYPE, Extra
from insider_web_push.provider import get_provider_info

DISTRIBUTION = "airflow-provider-insider-web-push"
INFO = get_provider_info()
(FORM,) = INFO["connection-types"]


def test_it_is_described_as_airflow_wants_it() -> None:
    """By the schema that Airflow itself validates providers with."""
    schema = json.loads((Path(airflow.__file__).parent / "provider_info.schema.json").read_text(encoding="utf-8"))
    validate(INFO, schema)


def test_it_is_the_installed_distribution() -> None:
    """Airflow refuses a provider whose package name is another; the version is shown in the UI."""
    assert INFO["package-name"] == DISTRIBUTION
    assert INFO["versions"] == [metadata.version(DISTRIBUTION)]


def test_it_is_registered_by_entry_points() -> None:
    """As provider and as plugin, once each."""
    points = [(point.group, point.name) for point in metadata.distribution(DISTRIBUTION).entry_points]
    assert sorted(points) == [("airflow.plugins", "insider_web_push"), ("apache_airflow_provider", "provider_info")]


def test_the_hook_is_the_connection_types_own() -> None:
    """The Test button looks it up by this name."""
    assert FORM["connection-type"] == CONN_TYPE == import_string(FORM["hook-class-name"]).conn_type
    assert "__" not in CONN_TYPE


def test_the_form_has_every_extra_that_an_account_needs() -> None:
    """A field that is not read would be refused as unknown; only tests have another window than the API's."""
    assert set(FORM["conn-fields"]) == set(Extra.model_fields) - {"window_s"}


@pytest.mark.parametrize("name", FORM["conn-fields"])
def test_a_field_of_the_form_is_a_schema_and_says_what_it_means(name: str) -> None:
    """The React form is made from it."""
    field = FORM["conn-fields"][name]
    Draft202012Validator.check_schema(field["schema"])
    assert field["label"]
    assert field["description"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("requests_per_minute", 1),
        ("requests_per_minute", 10_000),
        ("request_deadline_s", 300),
        ("connect_timeout_s", 0.5),
        ("allow_http", True),
        ("requests_per_minute", None),
        ("request_deadline_s", None),
    ],
)
def test_what_the_form_accepts_the_connection_reads(name: str, value: object) -> None:
    """Bounds included, and what is left empty."""
    validate(value, FORM["conn-fields"][name]["schema"])
    Extra.model_validate({name: value})


def test_the_key_is_asked_for_in_the_password_field() -> None:
    """Airflow masks that one, and no other."""
    shown = FORM["ui-field-behaviour"]
    assert shown["relabeling"]["password"] == "API key"
    assert "password" not in shown["hidden-fields"]
