"""
What a build adds to what the repository holds.

    wheel      `insider_web_push/starter/`: the DAG files and the accounts file that the command `init` writes
    metadata   with REPOSITORY_URL, the project's addresses, and a README whose links and pictures lead there

REPOSITORY_URL is the one place that says where the repository is: the release sets it to the address that it runs at.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from hatchling.metadata.plugin.interface import MetadataHookInterface

STARTER = ("dags", "include/accounts.yaml")
_LINK = re.compile(r"(!?)(\[[^\]]*\]\()(?!https?://|#)([^)]+)\)")


class StarterFiles(BuildHookInterface):  # type: ignore[type-arg]  # its configuration's type, which is not used
    """Puts the starter files into a wheel. An editable install has them where they are."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add them, where a wheel is built that is copied."""
        if version != "standard":
            return
        for name in STARTER:
            source = Path(self.root, name)
            files = sorted(source.glob("*.py")) if source.is_dir() else [source]
            for file in files:
                to = Path("insider_web_push", "starter", file.relative_to(self.root))
                build_data["force_include"][str(file)] = str(to)


class Addresses(MetadataHookInterface):
    """Gives the fields of the metadata that depend on where the repository is."""

    def update(self, metadata: dict[str, Any]) -> None:
        """Set `readme` and `urls`."""
        text = Path(self.root, "README.md").read_text(encoding="utf-8")
        address = os.environ.get("REPOSITORY_URL", "").rstrip("/")
        if address:
            tag = f"v{metadata['version']}"
            text = absolute(text, address, tag)
            metadata["urls"] = {
                "Source": address,
                "Documentation": f"{address}/tree/{tag}/docs",
                "Changelog": f"{address}/blob/{tag}/CHANGELOG.md",
                "Issues": f"{address}/issues",
            }
        metadata["readme"] = {"content-type": "text/markdown", "text": text}


def absolute(text: str, address: str, tag: str) -> str:
    """Make the relative links and pictures of a page addresses of one version of the repository."""
    return _LINK.sub(
        lambda found: f"{found[1]}{found[2]}{address}/{'raw' if found[1] else 'blob'}/{tag}/{found[3]})", text
    )
