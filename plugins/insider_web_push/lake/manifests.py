"""
One account's manifests: heads, and the details that they name; read, written, committed.

The details are written before the head that names them, and never again: whoever reads between any two writes finds the
version before or the version after.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import date
from typing import TypeVar

from insider_web_push.errors import DamagedObject, Overtaken
from insider_web_push.lake.keys import Keys, said_in
from insider_web_push.lake.manifest import FORMAT, Manifest, ManifestDetails, ManifestHead, PublishedFile
from insider_web_push.lake.objects import Objects
from insider_web_push.lake.raw import Snapshot, StoredList
from insider_web_push.lake.tombstones import Tombstone

_Head = TypeVar("_Head", bound=ManifestHead)
_Stored = TypeVar("_Stored", bound=ManifestHead | Snapshot | StoredList | Tombstone)


class Manifests(Objects):
    """The part of an account's `Storage` that manifests go through."""

    partner_id: str
    at: Keys

    def read_manifest(self, day: date) -> Manifest | None:
        """
        Read a day's manifest with its details; None if the day was never published.

        Raises:
            DamagedObject: it is damaged or lost, or names what is not the account's; names it.
        """
        key = self.at.manifest(day)
        return self.manifest_in(self.read_if_there(key), where=key)

    def manifest_in(self, data: bytes | None, *, where: str) -> Manifest | None:
        """Do the same with a manifest's bytes that were read already; None is no manifest."""
        lost: PublishedFile | None = None
        while data is not None:
            head = self._head_in(where, data)
            if head.details is None:
                return self._with_own_names(Manifest.from_json(data, where=where), where)
            packed = self.read_file(head.details)
            if packed is not None:
                details = ManifestDetails.unpack(packed, where=head.details.key)
                return self._with_own_names(Manifest.of(head, details), where)
            if head.details == lost:
                message = f"{lost.key} is gone or changed, and the manifest {where} names it: remove the manifest, and "
                raise DamagedObject(f"{message}rebuild the day")
            # A purge that has committed the day since removes what earlier manifests named: its head names others.
            lost, data = head.details, self.read_if_there(where)
        return None

    def read_head(self, day: date) -> ManifestHead | None:
        """Read what a day's manifest says of it as a whole; None if the day was never published."""
        key = self.at.manifest(day)
        data = self.read_if_there(key)
        return None if data is None else self._head_in(key, data)

    def read_heads(self, days: Iterable[date]) -> list[ManifestHead]:
        """Read what the manifests of published days say of them as wholes, many at a time."""
        keys = [self.at.manifest(day) for day in days]
        return list(self.read_all(keys, self._head_in).values())

    def _head_in(self, where: str, data: bytes) -> ManifestHead:
        return self._with_own_names(ManifestHead.from_json(data, where=where), where)

    def _with_own_names(self, manifest: _Head, where: str) -> _Head:
        for named in manifest.named():
            if not self.at.is_own(named.key, named.kind, day=named.day, campaign_id=named.campaign_id):
                of = f"day {named.day}" + (f", campaign {named.campaign_id}" if named.campaign_id else "")
                message = (
                    f"the manifest {where} names {named.key[:200]!r}, which does not lie below {named.kind} of account "
                    f"{self.partner_id}, {of}, so it was not written by this package: remove it, and rebuild the day"
                )
                raise DamagedObject(message)
        return at_its_place(manifest, where)

    def write_manifest(self, manifest: Manifest) -> Manifest:
        """Commit a day, whatever is there; gives what is committed, as `swap_manifest` does."""
        committed = self._with_details(manifest)
        self.write(self.at.manifest(manifest.day), committed.head_alone.to_json())
        return committed

    def _with_details(self, manifest: Manifest) -> Manifest:
        """Write the details that no head names yet, unless they are those that the manifest was read with."""
        packed = manifest.details_alone.pack()
        digest, details = hashlib.sha256(packed).hexdigest(), manifest.details
        if details is None or details.sha256 != digest:
            key = self.write(self.at.details(manifest.day, manifest.revision, digest), packed)
            details = PublishedFile(key=key, sha256=digest, bytes=len(packed), rows=len(manifest.campaigns))
        return manifest.model_copy(update={"format": FORMAT, "details": details})

    def manifest_version(self, day: date) -> str | None:
        """Name the version of a day's manifest that is there now; None if there is none."""
        return self.version(self.at.manifest(day))

    def swap_manifest(self, manifest: Manifest, *, made_from: str | None) -> Manifest:
        """
        Commit a day, if its manifest is still the version that this one was made from: its details, then its head.

        Args:
            made_from: What `manifest_version` named before the day was read.

        Returns:
            The manifest as it is committed: with the key of its details.

        Raises:
            Overtaken: somebody else has committed the day meanwhile.
        """
        committed = self._with_details(manifest)
        if not self.swap(self.at.manifest(manifest.day), committed.head_alone.to_json(), made_from=made_from):
            raise Overtaken(
                f"somebody else has committed {manifest.day} of account {self.partner_id} meanwhile, so that this "
                "version of it was not: the next try of the task makes it anew"
            )
        return committed

    def read_file(self, file: PublishedFile) -> bytes | None:
        """Read a published file; None if it is gone, or not what was published."""
        data = self.read_if_there(file.key)
        return data if data is not None and hashlib.sha256(data).hexdigest() == file.sha256 else None


def at_its_place(stored: _Stored, where: str) -> _Stored:
    """Give an object that is what its key says; figures of another day or campaign would pass for this one's."""
    for name, value in said_in(where).items():
        own = str(getattr(stored, name, value))
        if own != value:
            message = (
                f"the object {where} says {name} {own[:100]!r} where its key says {value!r}, so it was copied or moved "
                "there: remove it, and make it anew (fetch an answer, rebuild a manifest, purge again)"
            )
            raise DamagedObject(message)
    return stored
