"""
Objects below one address, in any store that fsspec knows, through Airflow's `ObjectStoragePath`.

An object is written whole or not at all: by one PUT, or on a local file system beside its place and then moved there.
"""

from __future__ import annotations

import errno
import os
import uuid
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from airflow.sdk import ObjectStoragePath
from airflow.sdk.exceptions import AirflowNotFoundException

T = TypeVar("T")
_PARALLEL_READS = 16
_NO_CREDENTIALS = frozenset({"NoCredentialsError", "PartialCredentialsError", "DefaultCredentialsError"})
"""Errors of botocore and google-auth, which are not always installed."""
_REFUSED = frozenset({errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.ENOENT, errno.EEXIST, errno.ENOSPC})


class Objects:
    """
    Bytes under names, in one place.

    Args:
        url: Where they lie: `s3://conn_id@bucket/prefix`, `file:///folder`, any URL of `ObjectStoragePath`.
    """

    def __init__(self, url: str) -> None:
        self._root = ObjectStoragePath(url.rstrip("/"))

    def url(self, key: str) -> str:
        """Tell an object's full address."""
        return str(self._root / key)

    def read(self, key: str) -> bytes:
        """Read an object whole."""
        path = self._root / key
        return bytes(path.fs.cat_file(path.path))

    def read_if_there(self, key: str) -> bytes | None:
        """Read an object whole; None if there is none."""
        try:
            return self.read(key)
        except FileNotFoundError:
            return None

    def read_all(self, keys: Iterable[str], parse: Callable[[str, bytes], T]) -> dict[str, T]:
        """Read and parse objects, many at a time."""
        wanted = list(keys)
        with ThreadPoolExecutor(_PARALLEL_READS) as pool:
            parsed = pool.map(lambda key: parse(key, self.read(key)), wanted)
            return dict(zip(wanted, parsed, strict=True))

    def keys(self, prefix: str) -> list[str]:
        """List all objects below a folder, as they are now."""
        path = self._root / prefix
        path.fs.invalidate_cache()
        root = self._root.path.rstrip("/") + "/"
        return [found.split(root, 1)[1] for found in path.fs.find(path.path) if root in found]

    def folders(self, prefix: str) -> list[str]:
        """List the names of what lies directly below a folder, without listing what is in there."""
        path = self._root / prefix
        path.fs.invalidate_cache()
        try:
            found = path.fs.ls(path.path, detail=False)
        except FileNotFoundError:
            return []
        return sorted(str(item).rstrip("/").rpartition("/")[2] for item in found)

    def write(self, key: str, data: bytes) -> str:
        """Write an object, whole or not at all; gives its key."""
        path = self._root / key
        if path.protocol in {"", "file", "local"}:
            _write_file(Path(path.path), data)
        else:
            path.fs.pipe_file(path.path, data)
        return key

    def delete(self, keys: Iterable[str]) -> int:
        """Remove objects; tells how many were named. One may be gone already, where somebody else removes as well."""
        doomed = [self._root / key for key in keys]
        for path in doomed:
            with suppress(FileNotFoundError):
                path.fs.rm_file(path.path)
        return len(doomed)


def is_refusal(error: Exception) -> bool:
    """Whether a store said no, or its connection or credentials are missing, in contrast to an outage."""
    if isinstance(error, OSError):
        return isinstance(error, PermissionError | FileNotFoundError) or error.errno in _REFUSED
    return isinstance(error, AirflowNotFoundException) or type(error).__name__ in _NO_CREDENTIALS


def _write_file(path: Path, data: bytes) -> None:
    """Write beside the final place and move: readers, and a crash, see the old file or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{uuid.uuid4().hex}.tmp")
    try:
        with beside.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
