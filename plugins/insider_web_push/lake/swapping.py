"""
Compare and swap: an object is written only if what it was made from is still there, in each store's own way.

    S3            its ETag, by `If-Match` and `If-None-Match`; some servers ignore them, which `keeps_conditions` finds
    GCS           its generation
    Azure         its ETag
    files         a hash of its bytes, compared under a lock of its folder
    any other     a hash of its bytes, compared just before the write: two at once may both succeed
"""

from __future__ import annotations

import fcntl
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import quote

from insider_web_push.lake.atomic import write_file
from insider_web_push.lake.refusals import answer_of_s3

if TYPE_CHECKING:
    from airflow.sdk import ObjectStoragePath

log = logging.getLogger(__name__)
LOCK = ".lock"
"""The file that is locked, in the folder of what is swapped. It is empty, and stays."""
_LOST_ON_S3 = frozenset({HTTPStatus.PRECONDITION_FAILED, HTTPStatus.CONFLICT, HTTPStatus.NOT_FOUND})
"""Another version is there; one is being written at the moment; the version is gone."""
_NO_BUCKET = "NoSuchBucket"
"""A 404 as well, but nobody was quicker."""
_NOBODYS_ETAG = f'"{"0" * 32}"'


class Swapping(Protocol):
    """How one kind of store compares and swaps."""

    def version(self, path: ObjectStoragePath) -> str | None:
        """Name the version that is there; None if there is none."""

    def swap(self, path: ObjectStoragePath, data: bytes, made_from: str | None) -> bool:
        """Write an object if that version is there still, or none where it is None; tells whether it did."""

    def keeps_conditions(self, path: ObjectStoragePath) -> bool:
        """Tell whether of two that swap at once one surely loses; may write an empty object to find it out."""


def swapping_of(path: ObjectStoragePath) -> Swapping:
    """Tell how the store of a place compares and swaps."""
    return _BY_PROTOCOL.get(path.protocol, _Rechecked())


class _Rechecked:
    """What any store can: look once more just before the write."""

    def version(self, path: ObjectStoragePath) -> str | None:
        try:
            path.fs.invalidate_cache()
            return sha256(path.fs.cat_file(path.path)).hexdigest()
        except FileNotFoundError:
            return None

    def swap(self, path: ObjectStoragePath, data: bytes, made_from: str | None) -> bool:
        return _rechecked(self, path, data, made_from)

    def keeps_conditions(self, path: ObjectStoragePath) -> bool:  # noqa: ARG002 — the protocol's
        return False


class _Files:
    def version(self, path: ObjectStoragePath) -> str | None:
        try:
            return sha256(Path(path.path).read_bytes()).hexdigest()
        except FileNotFoundError:
            return None

    def swap(self, path: ObjectStoragePath, data: bytes, made_from: str | None) -> bool:
        file = Path(path.path)
        with _locked(file.parent):
            if self.version(path) != made_from:
                return False
            write_file(file, data)
        return True

    def keeps_conditions(self, path: ObjectStoragePath) -> bool:  # noqa: ARG002 — the protocol's
        return True


class _S3:
    def version(self, path: ObjectStoragePath) -> str | None:
        bucket, key, _ = path.fs.split_path(path.path)
        try:
            return str(path.fs.call_s3("head_object", Bucket=bucket, Key=key)["ETag"])
        except FileNotFoundError:
            return None

    def swap(self, path: ObjectStoragePath, data: bytes, made_from: str | None) -> bool:
        condition = {"IfNoneMatch": "*"} if made_from is None else {"IfMatch": made_from}
        try:
            path.fs.pipe_file(path.path, data, **condition)
        except Exception as error:
            status, code, _ = answer_of_s3(error)
            if code == _NO_BUCKET:
                raise
            if status in _LOST_ON_S3:
                return False
            if status != HTTPStatus.NOT_IMPLEMENTED:
                raise
            return _rechecked(self, path, data, made_from)
        return True

    def keeps_conditions(self, path: ObjectStoragePath) -> bool:
        """Ask by a write on the condition of a version that nobody has: it has to be refused."""
        try:
            path.fs.pipe_file(path.path, b"", IfMatch=_NOBODYS_ETAG)
        except Exception as error:
            status, _, _ = answer_of_s3(error)
            # Forbidden: AWS wants the right to read for that condition, and the check's object may have none.
            if status in _LOST_ON_S3 or status == HTTPStatus.FORBIDDEN:
                return True
            if status != HTTPStatus.NOT_IMPLEMENTED:
                raise
        return False


class _Gcs:
    """gcsfs has no condition but "create", so that its own request is made here, with the generation."""

    def version(self, path: ObjectStoragePath) -> str | None:
        path.fs.invalidate_cache()
        return _named(path, "generation")

    def swap(self, path: ObjectStoragePath, data: bytes, made_from: str | None) -> bool:
        bucket, key, _ = path.fs.split_path(path.path)
        try:
            path.fs.call(
                "POST",
                f"{path.fs._location}/upload/storage/v1/b/{quote(bucket, safe='')}/o",  # noqa: SLF001 — gcsfs gives no other way
                uploadType="media",
                name=key,
                ifGenerationMatch=made_from or "0",
                headers={"Content-Type": "application/octet-stream"},
                data=data,
                json_out=True,
            )
        except FileExistsError:  # what gcsfs makes of 412
            return False
        except FileNotFoundError:
            if made_from is None:  # no version can be gone, so the bucket is
                raise
            return False
        path.fs.invalidate_cache()
        return True

    def keeps_conditions(self, path: ObjectStoragePath) -> bool:  # noqa: ARG002 — the protocol's
        return True


class _Azure:
    def version(self, path: ObjectStoragePath) -> str | None:
        path.fs.invalidate_cache()
        return _named(path, "etag")

    def swap(self, path: ObjectStoragePath, data: bytes, made_from: str | None) -> bool:
        from azure.core import MatchConditions  # type: ignore[import-not-found] # noqa: PLC0415 — comes with adlfs
        from azure.core.exceptions import (  # type: ignore[import-not-found] # noqa: PLC0415
            ResourceModifiedError,
            ResourceNotFoundError,
        )

        condition: dict[str, Any] = {"overwrite": False}
        if made_from is not None:
            condition = {"overwrite": True, "etag": made_from, "match_condition": MatchConditions.IfNotModified}
        try:
            path.fs.pipe_file(path.path, data, **condition)
        except (FileExistsError, ResourceModifiedError):
            return False
        except (FileNotFoundError, ResourceNotFoundError):
            if made_from is None:  # no version can be gone, so the bucket is
                raise
            return False
        return True

    def keeps_conditions(self, path: ObjectStoragePath) -> bool:  # noqa: ARG002 — the protocol's
        return True


_BY_PROTOCOL: dict[str, Swapping] = {
    **dict.fromkeys(("", "file", "local"), _Files()),
    **dict.fromkeys(("s3", "s3a"), _S3()),
    **dict.fromkeys(("gs", "gcs"), _Gcs()),
    **dict.fromkeys(("abfs", "abfss", "adl", "az"), _Azure()),
}


def _rechecked(swapping: Swapping, path: ObjectStoragePath, data: bytes, made_from: str | None) -> bool:
    """Look once more, and write: nothing else is left where a store knows no conditions."""
    if swapping.version(path) != made_from:
        return False
    path.fs.pipe_file(path.path, data)
    return True


def _named(path: ObjectStoragePath, name: str) -> str | None:
    try:
        return str(path.fs.info(path.path)[name])
    except (FileNotFoundError, KeyError):  # a folder of that name has none
        return None


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Hold the lock of a folder; go on without it, and say so, where the file system has none."""
    folder.mkdir(parents=True, exist_ok=True)
    lock = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o666)
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
        except OSError as error:
            log.warning("%s has no locks (%s): two that publish or purge a day at once may both succeed", folder, error)
        yield
    finally:
        os.close(lock)
