"""Raw objects: what goes in comes out, and damage is named."""

import base64
import gzip
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insider_web_push.errors import ContractViolation
from insider_web_push.lake.raw import (
    Snapshot,
    StoredList,
    StoredPage,
    pack,
    unpack_list,
    unpack_snapshot,
)
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
    assert unpack_snapshot(pack(snapshot(body=body)), where=WHERE).body == body
    assert unpack_list(pack(sweep(body)), where=WHERE).pages[0].body == body


@pytest.mark.parametrize("outcome", CallOutcome)
def test_everything_about_an_answer_comes_back(outcome: CallOutcome) -> None:
    """Baseline, reason, instant and all."""
    stored = snapshot(outcome=outcome, reason="because", baseline=totals(clicks=None, revenue="2479.66"), status=424)
    assert unpack_snapshot(pack(stored), where=WHERE) == stored


def test_a_text_body_can_be_read_by_people() -> None:
    """Decompressed, it stands there as it was sent."""
    shown = json.loads(gzip.decompress(pack(snapshot(body='{"name": "İndirim"}'.encode()))))
    assert shown["body"] == '{"name": "İndirim"}'


def test_a_body_that_is_no_text_is_kept_as_base64() -> None:
    """JSON could not hold it otherwise."""
    shown = json.loads(gzip.decompress(pack(snapshot(body=b"\xff\x00"))))
    assert base64.b64decode(shown["body"]["base64"]) == b"\xff\x00"


def test_the_same_object_gives_the_same_bytes() -> None:
    """No time of writing in them."""
    body = json.dumps(sample("campaign_metrics_newer")).encode()
    assert pack(snapshot(body=body)) == pack(snapshot(body=body))


@pytest.mark.parametrize(
    "damaged",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"{}", id="not-gzip"),
        pytest.param(pack(snapshot())[:-9], id="cut"),
        pytest.param(pack(snapshot())[:5], id="cut-in-the-header"),
        pytest.param(gzip.compress(b"{"), id="not-json"),
        pytest.param(gzip.compress(b"{}"), id="not-a-snapshot"),
        pytest.param(gzip.compress(b'{"base64": "\xff"}'), id="not-utf-8"),
        pytest.param(pack(sweep(b"")), id="a-sweep"),
    ],
)
def test_a_damaged_object_is_named(damaged: bytes) -> None:
    """So that somebody can remove it."""
    with pytest.raises(ContractViolation, match=f"{WHERE} is damaged .* remove it"):
        unpack_snapshot(damaged, where=WHERE)


def test_a_body_with_broken_base64_is_damage() -> None:
    """The rest of the object being well."""
    raw = json.loads(gzip.decompress(pack(snapshot(body=b"\xff"))))
    raw["body"] = {"base64": "x"}
    with pytest.raises(ContractViolation, match="is damaged"):
        unpack_snapshot(gzip.compress(json.dumps(raw).encode()), where=WHERE)


@given(st.data())
def test_a_changed_byte_is_damage_or_changes_nothing(data: st.DataObject) -> None:
    """Never another answer, and never another error."""
    stored: Snapshot = snapshot()
    packed = bytearray(pack(stored))
    packed[data.draw(st.integers(0, len(packed) - 1))] ^= data.draw(st.integers(1, 255))
    try:
        read = unpack_snapshot(bytes(packed), where=WHERE)
    except ContractViolation:
        return
    assert read == stored
