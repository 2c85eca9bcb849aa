"""Where a mistake in a YAML file stands, and what was meant."""

import pytest

from insider_web_push.accounts.yaml_mistakes import line_of, repeated
from insider_web_push.errors import meant

TEXT = """# a comment
accounts:
  - name: one
    ages: [2, 3,
           x]
  - {name: two,
     storage: data}
"""


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("accounts",), 2),
        (("accounts", 0, "name"), 3),
        (("accounts", 0, "ages", 2), 5),
        (("accounts", 1, "storage"), 7),
        (("accounts", 1, "timezone"), 6),
        (("accounts", 7), 2),
        (("pools",), 2),
        ((), 2),
    ],
)
def test_the_line_of_a_setting_is_found(path: tuple[str | int, ...], line: int) -> None:
    """Or of what it is missing from."""
    assert line_of(TEXT, path) == line


def test_an_empty_file_begins_with_its_first_line() -> None:
    """There is nothing to point at."""
    assert line_of("", ("accounts",)) == 1


@pytest.mark.parametrize(
    ("written", "said"),
    [("storag", "; did you mean storage?"), ("STORAGE", "; did you mean storage?"), ("xyz", ""), ("", "")],
)
def test_what_was_meant_is_said_where_something_is_like_it(written: str, said: str) -> None:
    """And nothing is guessed otherwise."""
    assert meant(written, ["name", "storage"]) == said


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a: 1\nb: 2\na: 3", ("a", 3)),
        ("a:\n  - {b: 1, b: 2}", ("b", 2)),
        ("a: {b: 1}\nc: {b: 1}", None),
        ("- a\n- a", None),
        ("a: &x {b: 1}\nc: *x", None),
        (TEXT, None),
        ("text", None),
        ("", None),
    ],
)
def test_a_key_that_hides_another_is_found(text: str, found: tuple[str, int] | None) -> None:
    """YAML itself takes the last one without a word."""
    assert repeated(text) == found
