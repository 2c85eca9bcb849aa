"""The documents that are written from the schemas."""

import re
from enum import StrEnum
from pathlib import Path

import pyarrow as pa
import pytest

from include.data_dictionary import DOCUMENTS, athena, data_dictionary, main, meanings
from insider_web_push.tables.schemas import ALL_TABLES, Table
from insider_web_push.vocabulary import Check, DetailStatus, Finality

every_table = pytest.mark.parametrize("table", ALL_TABLES, ids=lambda table: table.name)
every_document = pytest.mark.parametrize("name", DOCUMENTS)


def test_the_documents_are_as_the_schemas_say(capsys: pytest.CaptureFixture[str]) -> None:
    """They cannot drift: `python -m include.data_dictionary` writes them anew."""
    assert main(["--check"]) == 0, capsys.readouterr().out


@every_document
def test_a_stale_document_is_named(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """And left as it is by a check; written anew without it."""
    main([], root=tmp_path)
    capsys.readouterr()
    stale = tmp_path / name
    stale.write_text("old", encoding="utf-8")
    assert main(["--check"], root=tmp_path) == 1
    assert capsys.readouterr().out == f"{name} is stale: run python -m include.data_dictionary\n"
    assert stale.read_text(encoding="utf-8") == "old"
    assert main([], root=tmp_path) == 0
    assert main(["--check"], root=tmp_path) == 0


def test_a_document_that_is_not_there_is_stale(tmp_path: Path) -> None:
    """A fresh clone without it."""
    assert main(["--check"], root=tmp_path) == 1


@every_table
def test_every_column_is_in_the_dictionary_with_its_meaning(table: Table) -> None:
    """In the section of its table."""
    section = data_dictionary().partition(f"\n## {table.name}\n")[2].partition("\n## ")[0]
    for field in table.schema:
        (line,) = re.findall(rf"^\| `{field.name}` \|.*$", section, re.MULTILINE)
        assert field.metadata[b"description"].decode() in line
        assert ("not null" in line.split("|")[3]) is not field.nullable


def test_every_value_is_in_the_dictionary() -> None:
    """Of the columns whose values are a closed set."""
    text = data_dictionary()
    assert all(f"| `{value}` |" in text for kind in (Check, DetailStatus, Finality) for value in kind)


def test_a_member_that_no_docstring_explains_is_an_error() -> None:
    """The dictionary must not have a hole."""

    class Colour(StrEnum):
        """red: as blood. blue: as the sky."""

        RED = "red"
        BLUE = "blue"
        GREEN = "green"

    with pytest.raises(ValueError, match="the docstring of Colour does not say what green means"):
        meanings(Colour)


def created(table: Table) -> str:
    """Give a table's statement."""
    return athena().partition(f"CREATE EXTERNAL TABLE IF NOT EXISTS `{table.name}` (")[2].partition(";")[0]


@every_table
def test_athena_is_given_every_column_in_a_type_that_holds_it(table: Table) -> None:
    """Names of Athena's documentation, in the order of the file."""
    holds = {
        "string": pa.string(),
        "bigint": pa.int64(),
        "int": pa.int32(),
        "double": pa.float64(),
        "boolean": pa.bool_(),
        "date": pa.date32(),
        "timestamp": pa.timestamp("us", tz="UTC"),
        "decimal(38,9)": pa.decimal128(38, 9),
        "array<string>": pa.list_(pa.field("element", pa.string())),
    }
    columns = re.findall(r"^  `(\w+)` (.+?),?$", created(table).partition("PARTITIONED BY")[0], re.MULTILINE)
    assert [(name, holds[kind]) for name, kind in columns] == [(field.name, field.type) for field in table.schema]


@every_table
def test_athena_projects_the_partitions_that_the_storage_has(table: Table) -> None:
    """Partition columns, projection and path name the same ones."""
    statement = created(table)
    (partitioned,) = re.findall(r"PARTITIONED BY \((.*)\)", statement)
    (template,) = re.findall(r"'storage.location.template' = 's3://\$\{storage\}/(.*)'", statement)
    assert re.findall(r"`(\w+)`", partitioned) == list(table.partition)
    assert set(re.findall(r"'projection\.(\w+)\.type'", statement)) == set(table.partition)
    assert template == f"tables/{table.name}/" + "".join(f"{name}=${{{name}}}/" for name in table.partition)
