"""The manifest: what a day consists of."""

import gzip
import json
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from insider_web_push.errors import ContractViolation, DamagedObject
from insider_web_push.lake.manifest import Manifest, ManifestDetails, ManifestHead, PublishedCampaign
from insider_web_push.lake.raw import ALWAYS_UNPACKED_BYTES, Known
from insider_web_push.tables.campaign_day import TableRows
from insider_web_push.tables.changes import content_hash
from insider_web_push.vocabulary import CallOutcome, DetailStatus
from tests.builders import (
    CAMPAIGN,
    FETCHED_AT,
    campaign_day,
    detail,
    parse_campaign_metrics,
    rows_of,
    sample,
    swept,
    totals,
)
from tests.lake import Lake


def manifest() -> Manifest:
    """Give the manifest of a day of one campaign."""
    with TemporaryDirectory() as folder:
        lake = Lake(Path(folder))
        lake.list_day([swept()])
        lake.answer(CAMPAIGN)
        lake.publish()
        return lake.manifest()


MANIFEST = manifest()


HEAD, DETAILS = MANIFEST.head_alone, MANIFEST.details_alone


@pytest.mark.parametrize("names", [[], ["Plain"], ['{} "said"\n\u00fc\u2028', None, "Third"]], ids=len)
def test_details_are_written_a_campaign_at_a_time_as_at_once(names: list[str | None]) -> None:
    """Byte for byte: a head names them by their hash."""
    (one,) = DETAILS.campaigns.values()
    campaigns = {str(number): one.model_copy(update={"name": name}) for number, name in enumerate(names)}
    details = DETAILS.model_copy(update={"campaigns": campaigns})
    assert details.pack() == gzip.compress(details.model_dump_json(indent=1).encode(), mtime=0)
    assert ManifestDetails.unpack(details.pack(), where="x").campaigns.keys() == campaigns.keys()


def test_a_manifest_comes_back_as_it_was_written() -> None:
    """Dates, instants, totals and all."""
    assert Manifest.from_json(MANIFEST.to_json(), where="manifests/x.json") == MANIFEST


def test_head_and_details_are_the_manifest() -> None:
    """Each comes back as it was written, and what one has the other has not."""
    head = ManifestHead.from_json(HEAD.to_json(), where="manifests/x.json")
    details = ManifestDetails.unpack(DETAILS.pack(), where="revisions/x.json.gz")
    assert (head, details, Manifest.of(head, details)) == (HEAD, DETAILS, MANIFEST)
    assert ManifestHead.model_fields.keys() & ManifestDetails.model_fields.keys() == set()
    assert ManifestHead.model_fields.keys() | ManifestDetails.model_fields.keys() == Manifest.model_fields.keys()


def test_a_head_says_nothing_of_a_campaign() -> None:
    """But what the refresh needs of a day, `held`: neither id nor name, so that it stays small."""
    told = HEAD.to_json().decode()
    assert (CAMPAIGN in told, str(MANIFEST.campaigns[CAMPAIGN].name) in told) == (False, False)


def test_the_same_details_are_the_same_bytes() -> None:
    """By whose hash they are known, whenever they are written."""
    assert ManifestDetails.unpack(DETAILS.pack(), where="x").pack() == DETAILS.pack()


def test_a_manifest_can_be_read_by_people() -> None:
    """`grep` finds a figure with its name, and the line on which a campaign begins."""

    def grep(text: str) -> list[str]:
        both = HEAD.to_json() + gzip.decompress(DETAILS.pack())
        return [line.strip() for line in both.decode().splitlines() if text in line]

    assert grep('"status"') == ['"status": "complete",', '"status": "fetched",']
    assert grep('"clicks"') == ['"clicks": 2807,', '"clicks": 1,']
    assert grep(f'"{CAMPAIGN}":') == [f'"{CAMPAIGN}": {{']


@pytest.mark.parametrize(
    ("packed", "shown"),
    [
        pytest.param(b"", "EOFError", id="empty"),
        pytest.param(DETAILS.pack()[:-9], "EOFError", id="cut"),
        pytest.param(b"no gzip", "error", id="no-gzip"),
        pytest.param(gzip.compress(b"{}"), "campaigns", id="no-campaigns"),
        pytest.param(gzip.compress(b" " * (ALWAYS_UNPACKED_BYTES + 1)), "unpacks to more than", id="endless"),
    ],
)
def test_details_that_cannot_be_read_are_named(packed: bytes, shown: str) -> None:
    """With what to do, which is to make the manifest anew."""
    with pytest.raises(DamagedObject, match=f"revisions/x.json.gz .*{shown}.*remove the day's manifest, and rebuild"):
        ManifestDetails.unpack(packed, where="revisions/x.json.gz")


def damaged(change: dict[str, Any]) -> bytes:
    """Give a manifest with something else in it."""
    return json.dumps(json.loads(MANIFEST.to_json()) | change).encode()


@pytest.mark.parametrize(
    ("data", "shown"),
    [
        pytest.param(b"", "JSON", id="empty"),
        pytest.param(MANIFEST.to_json()[:100], "JSON", id="cut"),
        pytest.param(b"\xff\xfe", "JSON", id="not-utf-8"),
        pytest.param(b"[]", "object", id="list"),
        pytest.param(damaged({"revision": None}), "revision", id="no-revision"),
        pytest.param(damaged({"day": "yesterday"}), "day", id="no-day"),
        pytest.param(damaged({"format": 4}), "format", id="newer-version"),
    ],
)
def test_a_manifest_that_cannot_be_read_is_named(data: bytes, shown: str) -> None:
    """With what is wrong, and what to do; a newer version's is not guessed at."""
    with pytest.raises(ContractViolation, match=f"(?s)manifests/x.json cannot be read .*{shown}.* rebuild the day"):
        Manifest.from_json(data, where="manifests/x.json")


@pytest.mark.parametrize(
    ("status", "snapshot_key", "known"),
    [
        (DetailStatus.FETCHED, "raw/1", Known("raw/1", CallOutcome.FETCHED, FETCHED_AT, totals(clicks=1))),
        (DetailStatus.SKIPPED, "raw/1", Known("raw/1", CallOutcome.SKIPPED, FETCHED_AT, totals(clicks=1))),
        (DetailStatus.QUIET, None, None),
    ],
)
def test_a_published_campaign_is_known_to_planning(
    status: DetailStatus, snapshot_key: str | None, known: Known | None
) -> None:
    """Without opening its snapshot again."""
    campaign = PublishedCampaign(
        name="x",
        listed=True,
        status=status,
        snapshot=snapshot_key,
        fetched_at=FETCHED_AT,
        baseline=totals(clicks=1) if snapshot_key else None,
    )
    assert campaign.as_known() == known


def rows(order: int = 1, **changes: Any) -> TableRows:
    """Give the rows of two campaigns; *order* -1 turns them round."""
    days = [campaign_day(detail(), campaign_id=campaign, **changes) for campaign in ("1", "2")]
    return rows_of(days[::order])


def test_the_content_is_the_same_whenever_it_was_fetched() -> None:
    """A second look at unmoved figures is no new revision."""
    later = rows(seen_at=FETCHED_AT + timedelta(days=3))
    stamped = {name: [row | {"revision": 9, "schema_version": 2} for row in found] for name, found in later.items()}
    assert content_hash(rows()) == content_hash(later) == content_hash(stamped)


def test_the_content_is_the_same_in_any_order() -> None:
    """Of rows, of columns, and of tables."""
    turned = {name: [dict(reversed(row.items())) for row in found] for name, found in reversed(rows(order=-1).items())}
    assert content_hash(rows()) == content_hash(turned)


@pytest.mark.parametrize(
    ("place", "figure"),
    [("conversions", "15"), ("conversions", "unreadable")],
)
def test_any_other_figure_is_other_content(place: str, figure: object) -> None:
    """Also one that cannot be read."""
    document = sample("campaign_metrics_older")
    document["overview"]["conversionRate"][place] = figure
    moved = rows_of(campaign_day(parse_campaign_metrics(document), campaign_id=campaign) for campaign in ("1", "2"))
    assert content_hash(moved) != content_hash(rows())


def test_an_undocumented_field_moves_nothing() -> None:
    """It may be another one in every answer, and is counted elsewhere."""
    strange = parse_campaign_metrics(sample("campaign_metrics_older") | {"requestId": "another one"})
    assert content_hash(
        rows_of(campaign_day(strange, campaign_id=campaign) for campaign in ("1", "2"))
    ) == content_hash(rows())


def test_leaving_the_list_is_other_content() -> None:
    """Readers see it in `listed`."""
    assert content_hash(rows(swept=None)) != content_hash(rows())


def test_the_same_row_in_another_table_is_other_content() -> None:
    """Tables do not run into each other."""
    assert content_hash({"a": [{"x": 1}], "b": []}) != content_hash({"a": [], "b": [{"x": 1}]})


def test_a_manifest_of_the_first_format_can_be_read() -> None:
    """What it does not say yet has its default."""
    old = json.loads(MANIFEST.to_json()) | {"format": 1, "event_owed": True, "failed_checks": 3}
    for name in ("status", "looked_at", "changes", "totals", "checks", "unknown_fields", "moved", "sentinel", "event"):
        del old[name]
    read = Manifest.from_json(json.dumps(old).encode(), where="x")
    assert (read.is_complete, read.looked_at, read.changes, read.event) == (True, 0, [], None)
