"""Text from outside is cleaned where it enters, and ordinary text is as it was."""

import json
import unicodedata
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insider_web_push.answers.day_list import read_list_page
from insider_web_push.answers.decoding import json_object
from insider_web_push.answers.refused import message_in
from insider_web_push.answers.shapes import read_campaign_metrics
from insider_web_push.answers.texts import LONGEST_NAME, LONGEST_TEXT, clean, clean_json, clean_name, is_clean_json
from tests.builders import sample
from tests.hostile_texts import HOSTILE, ORDINARY, unfit


def texts_in(value: object) -> Iterator[str]:
    """Give every text of a value, and every name of a field."""
    match value:
        case str():
            yield value
        case dict():
            yield from texts_in(list(value))
            yield from texts_in(list(value.values()))
        case list() | tuple():
            for item in value:
                yield from texts_in(item)


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_text_becomes_a_line_that_may_go_anywhere(text: str) -> None:
    """And what steers nothing stays: whoever writes HTML or markup escapes it."""
    cleaned = clean(text)
    assert unfit(cleaned) == []
    assert len(cleaned) <= LONGEST_TEXT
    assert len(str(clean_name(text))) <= LONGEST_NAME
    assert clean(cleaned) == cleaned
    assert cleaned.encode()
    assert cleaned == text or unfit(text) or len(text) > LONGEST_TEXT


@pytest.mark.parametrize("text", ORDINARY, ids=map(ascii, ORDINARY))
def test_an_ordinary_text_stays_as_it_is(text: str) -> None:
    """Otherwise days that are published would get another revision."""
    assert clean_name(text) is text


@given(st.text(st.characters(exclude_categories=["Cc", "Cf", "Cs", "Cn", "Zl", "Zp"]), max_size=LONGEST_NAME))
def test_letters_signs_and_spaces_of_any_script_stay(text: str) -> None:
    """Whatever Unicode knows and shows."""
    assert clean_name(text) == text


@given(st.text())
def test_nothing_unfit_is_left_of_any_text(text: str) -> None:
    """Not even by what stands in its place."""
    cleaned = clean(text)
    assert unfit(cleaned) == []
    assert all(unicodedata.category(character) != "Cc" for character in cleaned.replace("\t", ""))


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_every_text_of_an_answer_is_cleaned(text: str) -> None:
    """Of a list and of a campaign: names, labels, fields that nobody documents, and the names of those."""
    answer = sample("campaign_metrics_older")
    answer |= {"name": text, "alias": text, "goalMenu": {text: text}, "undocumented": [{text: [text]}]}
    answer["deviceMetrics"][0]["device"] = text
    row = {"builderId": 1, "campName": text, "type": text, "tags": [text], "messageLink": text, "odd": {text: text}}
    page = {"total": 2, "data": [row, {"id": text, "campName": text}]}
    for said in (
        read_campaign_metrics(json.dumps(answer).encode()).model_dump(by_alias=True),
        read_list_page(json.dumps(page).encode()).model_dump(by_alias=True),
    ):
        texts = list(texts_in(said))
        assert clean(text) in texts
        assert [found for found in texts if unfit(found)] == []


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_the_words_of_a_refusal_are_cleaned(text: str) -> None:
    """They end in an error, in what is stored of it, in XCom and in an alert."""
    for body in ({"message": text}, {"errors": {"end_date": [text]}}, {"error": {"message": text}}):
        assert unfit(message_in(json.dumps(body).encode())) == []
    assert unfit(message_in(text.encode("utf-8", "replace"))) == []


def test_no_depth_is_too_deep() -> None:
    """What the decoder takes is cleaned."""
    body = b'{"a": ' + b"[" * 400 + b'"\\u0000"' + b"]" * 400 + b"}"
    assert "\\u0000" not in json.dumps(json_object(body))


def test_names_that_become_one_are_one_field() -> None:
    """Two undocumented fields may be told apart by nothing that anybody sees."""
    assert clean_json({"a\x00": 1, "a\x01": {"b": "\x00"}}) in ({"a\ufffd": {"b": "\ufffd"}}, {"a\ufffd": 1})


@pytest.mark.parametrize("escaped", [True, False])
@pytest.mark.parametrize("text", [*HOSTILE.values(), "x" * (LONGEST_TEXT + 1), "\\/" * LONGEST_TEXT])
def test_json_with_a_text_to_be_cleaned_is_not_taken_for_clean(text: str, escaped: bool) -> None:  # noqa: FBT001 — a case
    """However it is written, as a name or as a value; the quick look may only err on the side of cleaning."""
    for value in ({"name": text}, {text: 1}, [text]):
        if clean(text) != text:
            assert not is_clean_json(json.dumps(value, ensure_ascii=escaped))


@given(st.text() | st.text(st.sampled_from('\\/"a\n\ud800')))
def test_what_is_taken_for_clean_json_is_clean(text: str) -> None:
    """In either way of writing JSON, and with slashes written as PHP does."""
    value = [{text: [text, 7, None]}]
    for written in (json.dumps(value), json.dumps(value, ensure_ascii=False), json.dumps(value).replace("/", "\\/")):
        assert not is_clean_json(written) or clean_json(json.loads(written)) == json.loads(written)


def test_most_answers_are_taken_for_clean() -> None:
    """Or the quick look would be work for nothing."""
    assert is_clean_json('{"name": "İlk kampanya ✓", "link": "https:\\/\\/example.com", "tags": []}')
    assert not is_clean_json('{"name": "two\\nlines"}')
