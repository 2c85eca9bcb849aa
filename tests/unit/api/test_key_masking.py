"""The key is found in whatever form a server repeats it, and nothing beside it changes."""

import json
import time
from datetime import UTC, datetime
from functools import partial
from html import escape
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from insider_web_push.api.key_masking import bytes_masked, key_masked
from insider_web_push.api.refusals import error_of
from insider_web_push.errors import CampaignNotFound, Throttled

KEY = "ab/Cd+ef=0123&456\"7\\89'<x>"
NOW = datetime(2026, 11, 23, tzinfo=UTC)
PHP = json.dumps(KEY)[1:-1].replace("/", "\\/")
UNICODE = "".join(f"\\u{ord(letter):04X}" for letter in KEY)
WAYS = {
    "plain": KEY,
    "json": json.dumps(KEY)[1:-1],
    "php": PHP,
    "json-in-json": json.dumps(json.dumps(PHP)[1:-1])[1:-1],
    "unicode": UNICODE,
    "unicode-in-json": json.dumps(UNICODE)[1:-1],
    "url": quote(KEY, safe=""),
    "url-twice": quote(quote(KEY, safe=""), safe=""),
    "html": escape(KEY),
    "html-numbers": "".join(f"&#{ord(letter)};" for letter in KEY),
    "html-hex": "".join(f"&#x{ord(letter):X};" for letter in KEY),
}
WIDE = ("utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")


@pytest.mark.parametrize("encoding", WIDE)
@pytest.mark.parametrize("way", WAYS)
def test_the_key_is_masked_however_it_is_written(way: str, encoding: str) -> None:
    """What stands beside it is as it was, in the same encoding."""
    said = f'{{"message": "token {WAYS[way]} is unknown, ş", "status": 401}}'
    masked = bytes_masked(said.encode(encoding), KEY).decode(encoding)
    assert masked == said.replace(WAYS[way], "***")


@pytest.mark.parametrize("way", WAYS)
def test_a_piece_at_the_end_of_a_cut_text_is_masked(way: str) -> None:
    """A message is bounded before it is masked: the end may be in the middle of the key, or of an escaped character."""
    written = WAYS[way]
    for cut in range(len(written)):
        for end in ("", "…"):
            shown = key_masked(f"token {written[:cut]}{end}", KEY)
            assert shown == "token ***" or cut < len(written) / 2
            assert "ab/Cd" not in shown


@settings(max_examples=50)
@given(st.text(), st.text(), st.text(alphabet=st.characters(min_codepoint=33, max_codepoint=126), min_size=8))
def test_any_key_is_masked_and_its_neighbours_stay(before: str, after: str, key: str) -> None:
    """Of the printable characters that a key may have."""
    said = f"{before} {key} {after}"
    assert bytes_masked(said.encode("utf-8", "replace"), key).decode().count("***") >= 1
    assert key not in key_masked(said, key)


def test_a_short_key_does_not_change_what_words_mean() -> None:
    """They are judged as they came; told, they are masked."""
    mask = partial(key_masked, key="a")
    gone = error_of(424, {}, b'{"message": "SERVICE:-Campaign not found"}', now=NOW, mask=mask)
    busy = error_of(403, {}, b'{"message": "Too many attempts"}', now=NOW, mask=mask)
    absent = error_of(200, {}, b'{"success": false, "message": "Campaign not found"}', now=NOW, mask=mask)
    assert [type(error) for error in (gone, busy, absent)] == [CampaignNotFound, Throttled, CampaignNotFound]
    assert "C***mp***ign not found" in str(gone)
    assert "the API answered 424" in str(gone)


@pytest.mark.parametrize("piece", [b"\\", b"\x00", b"%25", b"&#", b"ab", b"a\x00\\"])
def test_no_body_takes_long(piece: bytes) -> None:
    """A quarter of a megabyte that begins like the key everywhere."""
    began = time.monotonic()
    bytes_masked(piece * (2**18 // len(piece)), KEY)
    assert time.monotonic() - began < 5
