"""MkDocs hooks: pages from outside of docs/, the decisions in the navigation, and links that hold in both places."""

from __future__ import annotations

import os
import posixpath
import re
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).resolve().parents[2]
OUTSIDE = {"README.md": "index.md", "CHANGELOG.md": "CHANGELOG.md", "SECURITY.md": "SECURITY.md"}
"""Pages of the repository that lie beside docs/, and what they are on the site."""
_LINK = re.compile(r"(!?\[(?:[^\]\[]|\[[^\]]*\])*\])\((?!https?://|#|mailto:)([^)\s]+)\)")


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Put the decisions into the navigation: nobody lists them twice."""
    decisions = sorted(path.name for path in (ROOT / "docs" / "decisions").glob("0*.md"))
    assert config.nav is not None
    config.nav[-1]["Decisions"] += [f"decisions/{name}" for name in decisions]
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages from outside."""
    for name, place in OUTSIDE.items():
        files.append(File.generated(config, place, content=(ROOT / name).read_text(encoding="utf-8")))
    return files


def on_page_markdown(markdown: str, page: Page, **_: Any) -> str:
    """Lead links to where things are on the site, or, where they are not, to the repository."""
    here = page.file.src_uri
    source = next((name for name, place in OUTSIDE.items() if place == here), f"docs/{here}")
    return _LINK.sub(lambda found: _link(found[1], found[2], source=source, here=here), markdown)


def _link(text: str, target: str, *, source: str, here: str) -> str:
    """
    Give a link as it has to be on the site.

    Args:
        text: In its brackets.
        target: Where it leads, as it stands in the repository.
        source: The page's place in the repository.
        here: Its place on the site.
    """
    path, mark, anchor = target.partition("#")
    named = posixpath.normpath(posixpath.join(posixpath.dirname(source), path))
    place = OUTSIDE.get(named) or (named.removeprefix("docs/") if named.startswith("docs/") else None)
    if place is not None:
        return f"{text}({posixpath.relpath(place, posixpath.dirname(here) or '.')}{mark}{anchor})"
    address = os.environ.get("REPOSITORY_URL", "").rstrip("/")
    return f"{text}({address}/blob/main/{named})" if address else text.strip("[]")
