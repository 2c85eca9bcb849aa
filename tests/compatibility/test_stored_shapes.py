"""
Everything stored is JSON that a model reads: one that has got a field more reads what was stored without it, and
today's reads what a newer version stored with a field more.
"""

import gzip
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from pydantic import BaseModel, create_model

from insider_web_push.answers.day_list import Totals
from insider_web_push.budget.ledger import Ledger
from insider_web_push.coverage.index import CoverageIndex, DayEntry, parse_index
from insider_web_push.errors import ContractViolation
from insider_web_push.lake.manifest import (
    EventOwed,
    Manifest,
    ManifestDetails,
    ManifestHead,
    PublishedCampaign,
    PublishedFile,
    Sentinel,
)
from insider_web_push.lake.raw import Snapshot, StoredList, StoredPage
from insider_web_push.lake.tombstones import Tombstone
from insider_web_push.probing.report import AccountReport, Finding
from insider_web_push.reports.due import BuiltReport
from tests.builders import DATA
from tests.compatibility.old_lake import OldLake, is_kept, nov

NEW = "of_a_newer_version"
Place = tuple[str | int, ...]
"""Keys that lead to an object within a document; () is the document."""


def newer(model: type[BaseModel], **nested: Any) -> type[BaseModel]:
    """Give a model with a field more; *nested* are fields whose models have one more themselves."""
    return create_model(f"Newer{model.__name__}", __base__=model, **{NEW: (int | None, None)}, **nested)


NEWER_TOTALS, NEWER_FILE, NEWER_PAGE = newer(Totals), newer(PublishedFile), newer(StoredPage)
NEWER_CAMPAIGN = newer(PublishedCampaign, baseline=(NEWER_TOTALS | None, None))
FILES: dict[str, Any] = {
    "files": (dict[str, NEWER_FILE], ...),
    "changes": (list[NEWER_FILE], []),
    "event": (newer(EventOwed) | None, None),
}


def of_manifest(lake: OldLake, day: int = 12) -> Any:
    """Read a manifest as JSON."""
    return json.loads((lake.root / lake.store.at.manifest(nov(day))).read_text(encoding="utf-8"))


def of_answer(lake: OldLake) -> Any:
    """Read a stored answer as JSON."""
    return json.loads(gzip.decompress(lake.store.read(lake.store.newest_snapshots(nov(9))["40006"])))


def of_list(lake: OldLake) -> Any:
    """Read a stored list as JSON."""
    return json.loads(gzip.decompress(lake.store.read(str(lake.store.newest_list(nov(9))))))


def of_json(key: str) -> Callable[[OldLake], Any]:
    """Give what reads a JSON file of the lake."""
    return lambda lake: json.loads(lake.store.read(key))


def of_ledger(name: str) -> Any:
    """Read one of PostgreSQL's ledgers."""
    rows = json.loads((DATA / "budget_v1" / "postgres.json").read_text(encoding="utf-8"))["insider_web_push_budget"]
    return next(json.loads(row["ledger"]) for row in rows if row["name"].endswith(name))


@dataclass(frozen=True, kw_only=True)
class Stored:
    """
    Something that version 0.1.0 stored.

    Attributes:
        newer: The model, with a field more here and within it.
        read: Gives a document, from the lake if it lies there.
        places: Objects of the document that a newer version may put a field more into.
    """

    model: type[BaseModel]
    newer: type[BaseModel]
    read: Callable[[OldLake], Any]
    places: tuple[Place, ...] = ((),)


STORED = [
    Stored(model=Totals, newer=NEWER_TOTALS, read=lambda lake: of_answer(lake)["baseline"]),
    Stored(
        model=Snapshot,
        newer=newer(Snapshot, baseline=(NEWER_TOTALS | None, ...)),
        read=of_answer,
        places=((), ("baseline",)),
    ),
    Stored(model=StoredPage, newer=NEWER_PAGE, read=lambda lake: of_list(lake)["pages"][0]),
    Stored(
        model=StoredList,
        newer=newer(StoredList, pages=(list[NEWER_PAGE], ...)),
        read=of_list,
        places=((), ("pages", 0)),
    ),
    Stored(
        model=Manifest,
        newer=newer(
            Manifest, **FILES, campaigns=(dict[str, NEWER_CAMPAIGN], ...), sentinel=(newer(Sentinel), Sentinel())
        ),
        read=of_manifest,
        places=(
            (), ("files", "campaign_day"), ("changes", 0), ("campaigns", "40006"), ("campaigns", "40006", "baseline"),
            ("sentinel",),
        ),
    ),
    Stored(
        model=ManifestHead,
        newer=newer(ManifestHead, **FILES),
        read=lambda lake: of_manifest(lake, 9),
        places=((), ("files", "campaign_day"), ("event",)),
    ),
    Stored(
        model=ManifestDetails,
        newer=newer(ManifestDetails, campaigns=(dict[str, NEWER_CAMPAIGN], ...)),
        read=lambda lake: {name: of_manifest(lake)[name] for name in ManifestDetails.model_fields},
        places=((), ("campaigns", "40006"), ("sentinel",)),
    ),
    Stored(model=Tombstone, newer=newer(Tombstone), read=of_json("tombstones/partner_id=acme/day=2026-11-14.json")),
    Stored(
        model=CoverageIndex,
        newer=newer(CoverageIndex, days=(dict[str, newer(DayEntry)], {})),
        read=of_json("state/partner_id=acme/coverage.json"),
        places=((), ("days", "2026-11-12")),
    ),
    Stored(
        model=DayEntry,
        newer=newer(DayEntry),
        read=lambda lake: of_json("state/partner_id=acme/coverage.json")(lake)["days"]["2026-11-17"],
    ),
    Stored(
        model=BuiltReport,
        newer=newer(BuiltReport),
        read=of_json("reports/weekly/partner_id=acme/week=2026-W46/report.json"),
    ),
    Stored(
        model=AccountReport,
        newer=newer(AccountReport, findings=(tuple[newer(Finding), ...], ...)),
        read=of_json("state/partner_id=acme/account_check.json"),
        places=((), ("findings", 0)),
    ),
    Stored(model=Ledger, newer=newer(Ledger), read=lambda _: of_ledger("leases"), places=((), ("leases", "3"))),
    Stored(
        model=Ledger,
        newer=newer(Ledger),
        read=lambda _: of_ledger("refused"),
        places=((), ("breakers", "0123456789abcdef")),
    ),
]  # fmt: skip
EACH = pytest.mark.parametrize("kind", STORED, ids=lambda kind: kind.model.__name__)


def without_new(value: Any) -> Any:
    """Leave the new fields out of what a newer model says."""
    match value:
        case dict():
            return {key: without_new(item) for key, item in value.items() if key != NEW}
        case list():
            return [without_new(item) for item in value]
    return value


def at_place(document: Any, place: Place) -> Any:
    """Give an object within a document."""
    for key in place:
        document = document[key]
    return document


@EACH
def test_a_field_more_is_absent_in_what_was_stored(stored: OldLake, kind: Stored) -> None:
    """All else is what it was."""
    text = json.dumps(kind.read(stored))
    read = kind.newer.model_validate_json(text)
    assert getattr(read, NEW) is None
    assert without_new(read.model_dump(mode="json")) == kind.model.model_validate_json(text).model_dump(mode="json")


@EACH
def test_a_field_that_today_does_not_know_is_passed_over(stored: OldLake, kind: Stored) -> None:
    """In every object of it: nothing is refused, so that a version can be taken back."""
    document = kind.read(stored)
    known = kind.model.model_validate_json(json.dumps(document))
    for place in kind.places:
        at_place(document, place)[NEW] = {"some": ["thing"]}
    assert kind.model.model_validate_json(json.dumps(document)) == known


@EACH
def test_nothing_that_was_stored_is_lost_when_it_is_written_again(stored: OldLake, kind: Stored) -> None:
    """A look that finds nothing moved rewrites a manifest, each publish the index, each step a ledger."""
    document = kind.read(stored)
    written = json.loads(kind.model.model_validate_json(json.dumps(document)).model_dump_json())
    if kind.model is ManifestHead:  # the part of a manifest that it reads, which was one object
        document = {name: document[name] for name in ManifestHead.model_fields if name in document}
    assert is_kept(document, written)


@pytest.mark.parametrize(
    ("parse", "read", "change"),
    [
        pytest.param(Manifest.from_json, of_manifest, {"format": 4}, id="manifest"),
        pytest.param(ManifestHead.from_json, of_manifest, {"format": 4}, id="head"),
        pytest.param(Manifest.from_json, of_manifest, {"status": "doubtful"}, id="status-of-a-day"),
        pytest.param(parse_index, of_json("state/partner_id=acme/coverage.json"), {"format": 2}, id="index"),
    ],
)
def test_a_newer_format_and_a_new_word_are_refused(
    stored: OldLake, parse: Callable[..., Any], read: Callable[[OldLake], Any], change: dict[str, Any]
) -> None:
    """By name, and not guessed at: so a release that writes one cannot be taken back over what it wrote."""
    data = json.dumps(read(stored) | change).encode()
    with pytest.raises(ContractViolation, match=r"the place|state/x\.json"):
        parse(data, where="state/x.json")


@pytest.mark.parametrize(
    ("unpack", "read"),
    [pytest.param(Snapshot.unpack, of_answer, id="answer"), pytest.param(StoredList.unpack, of_list, id="list")],
)
def test_raw_answers_of_any_format_are_read(
    stored: OldLake, unpack: Callable[..., Any], read: Callable[[OldLake], Any]
) -> None:
    """Their number holds nobody off; a new outcome does."""
    document = read(stored)
    assert unpack(gzip.compress(json.dumps(document | {"format": 7}).encode()), where="raw/x").format == 7
    with pytest.raises(ContractViolation, match="raw/x is damaged"):
        unpack(gzip.compress(json.dumps(document | {"outcome": "postponed"}).encode()), where="raw/x")


def test_a_report_of_any_format_is_read(stored: OldLake) -> None:
    """The number of the check of an account holds nobody off either."""
    document = of_json(stored.store.at.account_check)(stored) | {"format": 7}
    assert AccountReport.model_validate_json(json.dumps(document)).format == 7


def test_an_index_lies_where_it_lay(stored: OldLake) -> None:
    """As does the check: by the names that these tests read them by."""
    assert stored.store.at.coverage == "state/partner_id=acme/coverage.json"
    assert stored.store.at.account_check == "state/partner_id=acme/account_check.json"


@pytest.mark.parametrize("name", Totals.model_fields)
def test_a_baseline_that_lacks_a_field_is_read(stored: OldLake, name: str) -> None:
    """The figure is unknown: every answer and manifest from before a counter was known has such a baseline."""
    document = of_answer(stored)
    del document["baseline"][name]
    baseline = Snapshot.unpack(gzip.compress(json.dumps(document).encode()), where="raw/x").baseline
    assert baseline is not None
    assert getattr(baseline, name) is None
    assert baseline == Totals.model_validate(document["baseline"] | {name: None})
