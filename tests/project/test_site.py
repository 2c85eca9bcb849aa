"""The navigation of the documentation's site."""

import re

from tests.conftest import PROJECT_ROOT

DOCS = PROJECT_ROOT / "docs"


def test_every_page_stands_in_the_navigation_once() -> None:
    """But for the decisions, which the site lists by itself."""
    text = (PROJECT_ROOT / "include/site/mkdocs.yml").read_text(encoding="utf-8")
    named = sorted(re.findall(r"^ +- [^:]+: (\S+\.md)$", text, re.MULTILINE))
    pages = (path.relative_to(DOCS) for path in DOCS.rglob("*.md") if path.parent.name != "decisions")
    assert named == sorted([*map(str, pages), "index.md", "CHANGELOG.md", "SECURITY.md"])
