"""What an S3 store is asked, request by request, as its client sends them, those that it repeats included."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Self
from urllib.parse import parse_qs, unquote, urlsplit

from airflow.sdk import ObjectStoragePath

_METHODS = {
    "GetObject": "GET",
    "PutObject": "PUT",
    "ListObjectsV2": "LIST",
    "HeadObject": "HEAD",
    "DeleteObject": "DELETE",
}
_WITH_ROOMS = {"raw", "tables"}
"""Folders of which the next one tells what lies there."""


class Asked(NamedTuple):
    """
    One request.

    Attributes:
        by: Id of the task that sent it.
        method: PUT, GET, HEAD, DELETE, or LIST for a page of a listing; any other by the name of its operation.
        key: The object, or the prefix that is listed, relative to the storage.
    """

    by: str
    method: str
    key: str

    @property
    def kind(self) -> str:
        """The kind of object, by the folder that it lies in."""
        folder, _, rest = self.key.partition("/")
        if folder in _WITH_ROOMS:
            return f"{folder}/{rest.partition('/')[0]}"
        if folder == "state":
            return f"state/{rest.rpartition('/')[2]}"
        return "revisions, details" if "/details-" in self.key else folder


@dataclass
class Counted:
    """
    The requests for one storage from now on, in this process.

    Attributes:
        asked: What was asked since it was last cleared.
    """

    root: str
    task: Callable[[], str]
    asked: list[Asked] = field(default_factory=list)

    @classmethod
    def of(cls, storage: str, task: Callable[[], str]) -> Self:
        """Begin to count; *task* tells which task is at work."""
        place = ObjectStoragePath(storage)
        counted = cls(place.path.rstrip("/"), task)
        place.fs.s3.meta.events.register("request-created.s3", counted._note)
        return counted

    def _note(self, request: Any, operation_name: str, **_: object) -> None:
        url = urlsplit(request.url)
        bucket, prefix = self.root.split("/", 1)
        key = unquote(url.path).removeprefix(f"/{bucket}").removeprefix("/")
        key = key or next(iter(parse_qs(url.query).get("prefix", ())), "")
        method = _METHODS.get(operation_name, operation_name)
        self.asked.append(Asked(self.task(), method, key.removeprefix(f"{prefix}/")))


def methods_of(asked: Iterable[Asked]) -> dict[str, int]:
    """Count requests by their method: those that cost differently."""
    counts = Counter(one.method for one in asked)
    return {name: counts[name] for name in dict.fromkeys([*("PUT", "GET", "LIST", "HEAD", "DELETE"), *sorted(counts)])}
