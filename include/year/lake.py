"""The object store of a year, in memory; it does what real ones do: lag, be down or full, fail after it has written."""

import errno
from bisect import bisect_left, insort
from collections.abc import Callable, Iterable
from hashlib import sha256
from typing import TypeVar

from include.year.events import Kind
from include.year.weather import Weather
from insider_web_push.lake.storage import Storage

T = TypeVar("T")
_STEP_S = (0.005, 0.15)
"""How long a write or a listing takes."""
_LAG_S = 45.0


class Lake(Storage):
    """
    The package's storage on a dictionary. Whatever lies above bytes under names is the package's own code.

    Attributes:
        wrote: Called after each write and each removal that took place, with the object's name.
        objects: Bytes by name.
    """

    def __init__(self, partner_id: str, weather: Weather) -> None:
        super().__init__("memory://lake", partner_id)
        self.objects: dict[str, bytes] = {}
        self.wrote: Callable[[str], None] = lambda _: None
        self._weather = weather
        self._names: list[str] = []  # sorted
        self._first_written: dict[str, float] = {}

    def forget(self, key: str) -> None:
        """Lose an object, as stores do not."""
        del self.objects[key], self._first_written[key], self._names[bisect_left(self._names, key)]

    def url(self, key: str) -> str:
        """Tell an object's address, at less cost than a path has."""
        return f"memory://lake/{key}"

    def read(self, key: str) -> bytes:
        """Read an object whole."""
        self._check_up()
        if key not in self.objects:
            raise FileNotFoundError(errno.ENOENT, "no such object", key)
        return self.objects[key]

    def read_all(self, keys: Iterable[str], parse: Callable[[str, bytes], T]) -> dict[str, T]:
        """Read and parse objects, one after the other: jobs are not threads."""
        return {key: parse(key, self.read(key)) for key in keys}

    def _exists(self, key: str) -> bool:
        self._step(f"ask for {key}")
        return key in self.objects

    def keys(self, prefix: str) -> list[str]:
        """List all objects below a folder; a store whose listing lags leaves the newest out."""
        below = self._listed(prefix)
        seen = self._weather.time.now - (_LAG_S if self._weather.going_on(Kind.LISTING_LAGS) else 0.0)
        return [key for key in below if self._first_written[key] <= seen]

    def folders(self, prefix: str) -> list[str]:
        """List the names of what lies directly below a folder."""
        return sorted({key[len(prefix) + 1 :].partition("/")[0] for key in self._listed(prefix)})

    def _listed(self, prefix: str) -> list[str]:
        self._step(f"list {prefix}")
        first, after = (bisect_left(self._names, prefix + mark) for mark in ("/", chr(ord("/") + 1)))
        return self._names[first:after]

    def write(self, key: str, data: bytes) -> str:
        """Write an object; or fail, also after it was written."""
        self._step(f"write {key}")
        self._put(f"write {key}", key, data)
        return key

    def version(self, key: str) -> str | None:
        """Name an object's version, by its bytes."""
        self._check_up()
        return sha256(self.objects[key]).hexdigest() if key in self.objects else None

    def swap(self, key: str, data: bytes, *, made_from: str | None) -> bool:
        """Write an object if it is that version still, in one step; and lose where another write came first."""
        self._step(f"swap {key}")
        if self.version(key) != made_from:
            return self.objects.get(key) == data
        self._put(f"swap {key}", key, data)
        return True

    def keeps_conditions(self, key: str) -> bool:  # noqa: ARG002 — the storage's
        """It does."""
        return True

    def delete(self, keys: Iterable[str]) -> int:
        """Remove objects."""
        doomed = list(keys)
        for key in doomed:
            self._step(f"remove {key}")
            if key in self.objects:
                self.forget(key)
                self.wrote(key)
            self._weather.after(f"remove {key}")
        return len(doomed)

    def _put(self, step: str, key: str, data: bytes) -> None:
        if self._weather.going_on(Kind.STORE_FULL):
            raise OSError(errno.ENOSPC, "no space left")
        if key not in self.objects:
            insort(self._names, key)
            self._first_written[key] = self._weather.time.now
        self.objects[key] = data
        self.wrote(key)
        self._weather.after(step)
        if self._weather.taken(Kind.WRITE_UNSURE):
            raise OSError(f"the connection was closed while {key} was written")

    def _step(self, step: str) -> None:
        if not self._weather.suspended:
            self._weather.time.sleep(self._weather.dice.uniform(*_STEP_S))
            self._weather.before(step)
        self._check_up()

    def _check_up(self) -> None:
        if self._weather.going_on(Kind.STORE_DOWN):
            raise OSError("the store does not answer")
