"""The documentation's site: its navigation, and what its Markdown takes otherwise than GitHub's."""

import re

from tests.conftest import PROJECT_ROOT

DOCS = PROJECT_ROOT / "docs"


def test_every_page_stands_in_the_navigation_once() -> None:
    """But for the decisions, which the site lists by itself."""
    text = (PROJECT_ROOT / "include/site/mkdocs.yml").read_text(encoding="utf-8")
    named = sorted(re.findall(r"^ +- [^:]+: (\S+\.md)$", text, re.MULTILINE))
    pages = (path.relative_to(DOCS) for path in DOCS.rglob("*.md") if path.parent.name != "decisions")
    assert named == sorted([*map(str, pages), "index.md", "CHANGELOG.md", "SECURITY.md"])


def test_what_belongs_to_a_numbered_point_is_indented_for_both() -> None:
    """GitHub takes three spaces, and the site's Markdown four: with fewer, the list ends there."""
    wrong = {}
    for path in [PROJECT_ROOT / "README.md", *DOCS.rglob("*.md")]:
        text = re.sub(r"^ *```.*?^ *```", "", path.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
        wrong[path.name] = re.findall(r"\n\n {2,3}\S.*", text)
    assert not any(wrong.values()), wrong
