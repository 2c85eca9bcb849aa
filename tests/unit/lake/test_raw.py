"""Raw objects: what goes in comes out, and damage is named."""

import base64
import gzip
import json
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insider_web_push.api.transport import MAX_RESPONSE_BYTES
from insider_web_push.errors import ContractViolation, DamagedObject
from insider_web_push.lake.raw import ALWAYS_UNPACKED_BYTES, Snapshot, StoredList, StoredPage
from insider_web_push.vocabulary import CallOutcome
from tests.builders import DAY, SWEPT_AT, sample, snapshot, totals

WHERE = "raw/campaign_metrics/x.json.gz"


def sweep(body: bytes) -> StoredList:
    """Give a sweep of one page."""
    page = StoredPage(request={"page": "1"}, status=200, body=body)
    return StoredList(run_id="manual__1", partner_id="brand", day=DAY, swept_at=SWEPT_AT, pages=[page])


@given(st.binary() | st.text().map(str.encode))
def test_a_body_comes_back_byte_for_byte(body: bytes) -> None:
    """Whatever the server sent, text or not, in snapshots and in sweeps."""
    assert Snapshot.unpack(snapshot(body=body).pack(), where=WHERE).body == body
    assert StoredList.unpack(sweep(body).pack(), where=WHERE).pages[0].body == body


@pytest.mark.parametrize(
    ("numbers", "readings"),
    [
        (["1"], [1]),
        (["1", "2", "3"], [3]),
        (["1", "2", "1", "2"], [2, 2]),
        (["1", "1", "1", "2"], [1, 1, 2]),
        ([None], [1]),
        ([None, None], [2]),
    ],
)
def test_each_reading_begins_with_the_first_page(numbers: list[str | None], readings: list[int]) -> None:
    """Pages of which nobody noted what was asked are one."""
    pages = [StoredPage(request={"page": n} if n else {}, status=200, body=b"{}") for n in numbers]
    assert [len(reading) for reading in sweep(b"").model_copy(update={"pages": pages}).readings] == readings


def test_the_accounts_totals_come_back_and_may_be_absent() -> None:
    """As in the lists of earlier versions."""
    stored = sweep(b"{}").model_copy(update={"top_metrics": StoredPage(request={}, status=200, body=b"\xff")})
    assert StoredList.unpack(stored.pack(), where=WHERE) == stored
    older = json.loads(gzip.decompress(sweep(b"{}").pack()))
    del older["top_metrics"]
    assert StoredList.unpack(gzip.compress(json.dumps(older).encode()), where=WHERE).top_metrics is None


@pytest.mark.parametrize("outcome", CallOutcome)
def test_everything_about_an_answer_comes_back(outcome: CallOutcome) -> None:
    """Baseline, reason, instant and all."""
    stored = snapshot(outcome=outcome, reason="because", baseline=totals(clicks=None, revenue="2479.66"), status=424)
    assert Snapshot.unpack(stored.pack(), where=WHERE) == stored


def test_a_text_body_can_be_read_by_people() -> None:
    """Decompressed, it stands there as it was sent."""
    shown = json.loads(gzip.decompress(snapshot(body='{"name": "İndirim"}'.encode()).pack()))
    assert shown["body"] == '{"name": "İndirim"}'


def test_a_body_that_is_no_text_is_kept_as_base64() -> None:
    """JSON could not hold it otherwise."""
    shown = json.loads(gzip.decompress(snapshot(body=b"\xff\x00").pack()))
    assert base64.b64decode(shown["body"]["base64"]) == b"\xff\x00"


def test_the_same_object_gives_the_same_bytes() -> None:
    """No time of writing in them."""
    body = json.dumps(sample("campaign_metrics_newer")).encode()
    assert snapshot(body=body).pack() == snapshot(body=body).pack()


@pytest.mark.parametrize(
    "damaged",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"{}", id="not-gzip"),
        pytest.param(snapshot().pack()[:-9], id="cut"),
        pytest.param(snapshot().pack()[:5], id="cut-in-the-header"),
        pytest.param(snapshot().pack() + b"x", id="something-behind-it"),
        pytest.param(gzip.compress(b"{"), id="not-json"),
        pytest.param(gzip.compress(b"{}"), id="not-a-snapshot"),
        pytest.param(gzip.compress(b'{"base64": "\xff"}'), id="not-utf-8"),
        pytest.param(sweep(b"").pack(), id="a-sweep"),
    ],
)
def test_a_damaged_object_is_named(damaged: bytes) -> None:
    """So that somebody can remove it."""
    with pytest.raises(ContractViolation, match=f"{WHERE} is damaged .* remove it"):
        Snapshot.unpack(damaged, where=WHERE)


def test_a_body_with_broken_base64_is_damage() -> None:
    """The rest of the object being well."""
    raw = json.loads(gzip.decompress(snapshot(body=b"\xff").pack()))
    raw["body"] = {"base64": "x"}
    with pytest.raises(ContractViolation, match="is damaged"):
        Snapshot.unpack(gzip.compress(json.dumps(raw).encode()), where=WHERE)


@given(st.data())
def test_a_changed_byte_is_damage_or_changes_nothing(data: st.DataObject) -> None:
    """Never another answer, and never another error."""
    stored: Snapshot = snapshot()
    packed = bytearray(stored.pack())
    packed[data.draw(st.integers(0, len(packed) - 1))] ^= data.draw(st.integers(1, 255))
    try:
        read = Snapshot.unpack(bytes(packed), where=WHERE)
    except ContractViolation:
        return
    assert read == stored


@pytest.mark.parametrize("kind", [Snapshot, StoredList])
def test_an_object_that_unpacks_to_more_than_any_answer_is_damaged(kind: type[Snapshot] | type[StoredList]) -> None:
    """Without unpacking it whole: 300 kB can give 300 MB."""
    packed = gzip.compress(b" " * (ALWAYS_UNPACKED_BYTES + 1))
    with pytest.raises(DamagedObject, match=r"raw/x.json.gz of \d+ bytes unpacks to more than"):
        kind.unpack(packed, where="raw/x.json.gz")


@pytest.mark.parametrize(
    "body", [b'"' + b"a" * (MAX_RESPONSE_BYTES - 2) + b'"', os.urandom(MAX_RESPONSE_BYTES)], ids=["even", "noise"]
)
def test_the_largest_answer_that_is_accepted_comes_back(body: bytes) -> None:
    """What was kept can be read."""
    kept = snapshot("1", body=body)
    assert Snapshot.unpack(kept.pack(), where="here") == kept
