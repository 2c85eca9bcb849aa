"""Errors say where they happened without losing what they say; pydantic's complaints are told one at a time."""

import pytest
from pydantic import BaseModel, ConfigDict, ValidationError

from insider_web_push.errors import (
    ContractViolation,
    InsiderError,
    InvalidRequest,
    Mistake,
    ServiceUnavailable,
    first_mistake,
    no_connection,
)

PLACE = "campaign 40006 on 2026-11-22"


class Inner(BaseModel):
    """A part with one number."""

    model_config = ConfigDict(extra="forbid")
    number: int


class Outer(BaseModel):
    """A model with parts."""

    parts: list[Inner]
    name: str


@pytest.mark.parametrize(
    ("error", "field"),
    [
        (ServiceUnavailable("later", retry_after_s=7.0), "retry_after_s"),
        (InvalidRequest("no", status=422), "status"),
        (ContractViolation("odd", path="$.overview"), "path"),
    ],
)
def test_an_error_with_its_place_is_otherwise_the_same(error: InsiderError, field: str) -> None:
    """Its class and fields decide what is done next."""
    placed = error.at(PLACE, more="It is kept")
    assert type(placed) is type(error)
    assert str(placed) == f"{PLACE}: {error}. It is kept"
    assert (placed.place, getattr(placed, field)) == (PLACE, getattr(error, field))


def test_the_error_itself_is_left_alone() -> None:
    """Whoever holds it reads what was raised."""
    error = ServiceUnavailable("later")
    error.at(PLACE)
    assert (str(error), error.place) == ("later", "")


@pytest.mark.parametrize(
    ("value", "path", "name", "kind"),
    [
        (
            {"parts": [{"number": 1}, {"number": "x"}], "name": "a"},
            "$.parts[1].number",
            "parts.1.number",
            "int_parsing",
        ),
        ({"parts": [{"number": 1, "nmber": 2}], "name": "a"}, "$.parts[0].nmber", "parts.0.nmber", "extra_forbidden"),
        ({"parts": []}, "$.name", "name", "missing"),
    ],
)
def test_the_first_mistake_says_where_and_what(value: object, path: str, name: str, kind: str) -> None:
    """As JSON path, and as people write settings."""
    with pytest.raises(ValidationError) as raised:
        Outer.model_validate(value)
    found = first_mistake(raised.value)
    assert isinstance(found, Mistake)
    assert (found.path, found.name, found.kind) == (path, name, kind)


@pytest.mark.parametrize("written", ["insider-web-push://:s3c/ret@host", '{"password": "s3c', "insider-web-push"])
def test_a_connection_that_cannot_be_read_is_told_from_one_that_is_not_there(written: str) -> None:
    """Airflow says of both that they are not defined."""
    said = str(no_connection("brand", "add it", environ={"AIRFLOW_CONN_BRAND": written}))
    assert said.startswith("connection 'brand' cannot be read, though AIRFLOW_CONN_BRAND is set")
    assert "%2F for /" in said
    assert "s3c" not in said
    assert str(no_connection("brand", "add it", environ={"AIRFLOW_CONN_OTHER": written})) == (
        "connection 'brand' does not exist: add it"
    )
