"""A storage where something happens before each write."""

from abc import ABC, abstractmethod

from insider_web_push.lake.storage import Storage


class EachWrite(Storage, ABC):
    """The package's storage; a commit is a write like any other."""

    @abstractmethod
    def before_write(self) -> None:
        """What happens."""

    def write(self, key: str, data: bytes) -> str:
        """Write an object."""
        self.before_write()
        return super().write(key, data)

    def swap(self, key: str, data: bytes, *, made_from: str | None) -> bool:
        """Commit."""
        self.before_write()
        return super().swap(key, data, made_from=made_from)
