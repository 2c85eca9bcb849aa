"""
Objects below one address, in any store that fsspec knows, through Airflow's `ObjectStoragePath`.

An object is written whole or not at all: by one PUT, or on a local file system beside its place and then moved there.
"""

from __future__ import annotations

import inspect
import logging
import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from airflow.sdk import ObjectStoragePath

from insider_web_push.lake.atomic import write_file
from insider_web_push.lake.swapping import swapping_of

T = TypeVar("T")
log = logging.getLogger(__name__)

_PARALLEL_READS, _READS_QUEUED = 16, 1_000
_IN_ONE_REQUEST = {"max_concurrency": 1}
FIRST_LOOK_S = 1.0
LONGEST_LAG_S = 65.0
"""NFS looks anew at a folder after 60 s, by default (`acdirmax`), and lists old names until then."""


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

    def place(self, key: str) -> tuple[str, str]:
        """Tell where an object lies without the connection that reads it: `s3://bucket` and the name in there."""
        path = self._path(key)
        return path.namespace or "file", path.key if path.bucket else f"/{path.key}"

    def _own(self, key: str) -> str:
        """Let a name pass that may be read, written, listed or removed here."""
        return key

    def _path(self, key: str) -> ObjectStoragePath:
        """Find the place of a name."""
        return self._root / self._own(key)

    def read(self, key: str) -> bytes:
        """Read an object whole."""
        # Where `_path` would find it, in a tenth of the time: a day has thousands of answers.
        store, place = self._root.fs, f"{self._root.path.rstrip('/')}/{self._own(key)}"
        options = _IN_ONE_REQUEST if _asks_first(getattr(type(store), "_cat_file", None)) else {}
        return bytes(store.cat_file(place, **options))

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
            found: dict[str, T] = {}
            for start in range(0, len(wanted), _READS_QUEUED):
                some = wanted[start : start + _READS_QUEUED]
                found.update(zip(some, pool.map(lambda key: parse(key, self.read(key)), some), strict=True))
            return found

    def there(self, keys: Iterable[str]) -> set[str]:
        """
        Tell which objects are there that somebody has surely written, and wait for those that are not to be seen yet.

        Asked by name, most stores know an object before they list it. All together wait for a minute at most.
        """
        left, found, pause_s = set(keys), set[str](), FIRST_LOOK_S
        until = time.monotonic() + LONGEST_LAG_S
        while left:
            found |= {key for key in left if self._exists(key)}
            left -= found
            if not left or time.monotonic() > until:
                break
            log.info("%d objects that were written are not to be seen yet, %s among them", len(left), min(left))
            time.sleep(pause_s)
            pause_s *= 2
        return found

    def _exists(self, key: str) -> bool:
        path = self._path(key)
        path.fs.invalidate_cache()
        return bool(path.fs.exists(path.path))

    def keys(self, prefix: str) -> list[str]:
        """List all objects below a folder, as they are now, without folders that the store lists as empty ones."""
        path = self._path(prefix)
        path.fs.invalidate_cache()
        root = self._root.path.rstrip("/") + "/"
        listed = path.fs.find(path.path, detail=True)
        return [
            found.split(root, 1)[1] for found, info in sorted(listed.items()) if root in found and not _is_folder(info)
        ]

    def folders(self, prefix: str) -> list[str]:
        """List the names of what lies directly below a folder, without listing what is in there."""
        path = self._path(prefix)
        path.fs.invalidate_cache()
        try:
            found = path.fs.ls(path.path, detail=False)
        except FileNotFoundError:
            return []
        return sorted(str(item).rstrip("/").rpartition("/")[2] for item in found)

    def write(self, key: str, data: bytes) -> str:
        """Write an object, whole or not at all; gives its key."""
        path = self._path(key)
        if path.protocol in {"", "file", "local"}:
            write_file(Path(path.path), data)
        else:
            path.fs.pipe_file(path.path, data)
        return key

    def version(self, key: str) -> str | None:
        """Name the version of an object that is there now; None if there is none."""
        path = self._path(key)
        return swapping_of(path).version(path)

    def swap(self, key: str, data: bytes, *, made_from: str | None) -> bool:
        """
        Write an object only if it is still the version that the new one was made from.

        Args:
            made_from: What `version` named before whatever the new one was made from was read.

        Returns:
            Whether it is there now.
        """
        path = self._path(key)
        # A write whose answer was lost is sent again by the store's client, and is then refused for what it wrote.
        return swapping_of(path).swap(path, data, made_from) or self.read_if_there(key) == data

    def keeps_conditions(self, key: str) -> bool:
        """Tell whether of two that swap at once one surely loses; may write an empty object to find that out."""
        path = self._path(key)
        return swapping_of(path).keeps_conditions(path)

    def delete(self, keys: Iterable[str]) -> int:
        """Remove objects; tells how many were named. One may be gone already, where somebody else removes as well."""
        doomed = [self._path(key) for key in keys]
        for path in doomed:
            with suppress(FileNotFoundError):
                path.fs.rm_file(path.path)
        return len(doomed)


@cache
def _asks_first(reads: Callable[..., object] | None) -> bool:
    """
    Tell by how it reads a file system that asks how large an object is before it reads it, so as to read it in parts.

    s3fs does so since February 2026 (fsspec/s3fs#1007): a HEAD before each GET, and a listing where nothing is there.
    """
    return reads is not None and "max_concurrency" in inspect.signature(reads).parameters


def _is_folder(info: Mapping[str, Any]) -> bool:
    """
    Tell a folder that is listed as an object of no bytes.

    Azure with a hierarchical namespace has such, and S3 where a console made them. Whatever is written here has an
    ending, but for the check of writing, which nobody lists.
    """
    name = str(info["name"])
    return info["type"] == "directory" or not (info["size"] or "." in name.rpartition("/")[2])
