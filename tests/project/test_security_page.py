"""docs/security.md names tests and pages that are there."""

import re

import pytest

from tests.conftest import PROJECT_ROOT

PAGE = PROJECT_ROOT / "docs" / "security.md"
TEXT = PAGE.read_text(encoding="utf-8")
NAMED = sorted(set(re.findall(r"`(tests/[^`]+)`", TEXT)))
LINKED = sorted(set(re.findall(r"\]\(([^)#]+)", TEXT)))


@pytest.mark.parametrize("path", NAMED)
def test_a_test_that_holds_something_is_there(path: str) -> None:
    """Whoever moves it finds out here."""
    assert (PROJECT_ROOT / path).exists()


@pytest.mark.parametrize("link", LINKED)
def test_a_page_that_is_linked_is_there(link: str) -> None:
    """Relative to the page."""
    assert (PAGE.parent / link).resolve().is_file()


def test_the_page_says_something_and_is_found() -> None:
    """From the file where people look for it."""
    assert len(NAMED) > 5
    assert "docs/security.md" in (PROJECT_ROOT / "SECURITY.md").read_text(encoding="utf-8")
