"""
Writes what plain SQL reads: copies of the committed files, and what an account has once instead of once a day.

Each copy is replaced at once, but not all of them together. The manifest alone is exact; the next publish of the day
makes good whatever a crash leaves behind here.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from hashlib import sha256
from types import MappingProxyType

from insider_web_push.lake.keys import revision_in
from insider_web_push.lake.manifest import Manifest
from insider_web_push.lake.storage import Storage
from insider_web_push.publishing.campaigns import write_campaigns
from insider_web_push.publishing.revision import DayContent

log = logging.getLogger(__name__)


def write_copies(
    store: Storage, manifest: Manifest, content: DayContent, *, new: Mapping[str, bytes] = MappingProxyType({})
) -> list[str]:
    """
    Bring what SQL reads in line with the manifest: also after a crash between the two.

    Args:
        new: Bytes by key of files that were committed just now: of those, there is no copy yet.

    Returns:
        The keys of the day's copies that were not there, or not as the manifest says.
    """
    written: list[str] = []
    tables = {store.at.table(name, manifest.day): file for name, file in manifest.files.items()}
    changes = {store.at.changes(manifest.day, revision_in(file.key)): file for file in manifest.changes}
    for key, file in (tables | changes).items():
        data = new.get(file.key)
        if data is None:
            copy = store.read_if_there(key)
            if copy is not None and sha256(copy).hexdigest() == file.sha256:
                continue
            data = store.read_file(file)
        if data is None:
            log.warning("%s is lost, and with it what that revision changed", file.key)
        else:
            written.append(store.write(key, data))
    write_campaigns(store, manifest, content)
    _report_unknown_fields(store, manifest)
    return written


def _report_unknown_fields(store: Storage, manifest: Manifest) -> None:
    """Say once of each undocumented field that it is there."""
    seen = store.read_unknown_fields()
    new = sorted(manifest.unknown_fields.keys() - seen.keys())
    if new:
        log.warning(
            "Schema drift: the API answers with %d fields that no documentation mentions, first seen on %s: %s. "
            "They are kept in raw and in the column `extra`", len(new), manifest.day, ", ".join(new),
        )  # fmt: skip
        store.write_unknown_fields(seen | dict.fromkeys(new, manifest.day.isoformat()))
