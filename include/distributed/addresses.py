"""What replaces the addresses of the containers where the same runs as processes of one machine. Pure."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

_FOREIGN = re.compile(
    r"@postgres\b|\bvalkey:|\"valkey\"|//storage\b|=storage\b|//api-server\b|/opt/airflow|/run/airflow"
)


class ForeignAddressError(ValueError):
    """A setting names a host or a path of the containers, and nothing here takes its place; the message names it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    """
    Where everything is on this machine.

    Attributes:
        postgres: Folder of PostgreSQL's socket.
        valkey: Port on loopback, as are all others.
        paths: What stands for files and folders of the containers, by their path there.
    """

    postgres: Path
    valkey: int
    s3: int
    api: int
    paths: Mapping[str, Path]

    def localised(self, text: str, *, data: Path | None = None) -> str:
        """
        Replace the containers' addresses in a setting or an argument.

        Args:
            data: What stands for a server's own volume, `/data`.

        Raises:
            ForeignAddressError: one is left.
        """
        instead = {
            "@valkey:6379": f"@127.0.0.1:{self.valkey}",
            '"host": "valkey", "port": 6379': f'"host": "127.0.0.1", "port": {self.valkey}',
            "http://storage:8333": f"http://127.0.0.1:{self.s3}",
            "http://api-server:8080": f"http://127.0.0.1:{self.api}",
            "-ip=storage": "-ip=127.0.0.1",
            "-ip.bind=0.0.0.0": "-ip.bind=127.0.0.1",
            "-s3.port=8333": f"-s3.port={self.s3}",
            **{there: str(path) for there, path in self.paths.items()},
            **({"/data": str(data)} if data else {}),
        }
        known = re.compile("|".join(re.escape(there) for there in instead) + r"|@postgres/(?P<database>\w+)")

        def here(match: re.Match[str]) -> str:
            database = match["database"]
            return f"@/{database}?host={quote(str(self.postgres))}" if database else instead[match[0]]

        if left := _FOREIGN.search(known.sub("", text)):
            raise ForeignAddressError(f"{left[0]!r} of {text!r} is an address of a container: say what is here instead")
        return known.sub(here, text)

    def environment(self, settings: Mapping[str, str]) -> dict[str, str]:
        """Replace them in a whole environment."""
        return {name: self.localised(value) for name, value in settings.items()}

    def command(self, arguments: Sequence[str], *, data: Path | None = None) -> list[str]:
        """Replace them in a command."""
        return [self.localised(argument, data=data) for argument in arguments]


def with_extra(connection: str, extra: Mapping[str, object]) -> str:
    """Add to the extra of a connection that is written as JSON."""
    fields = json.loads(connection)
    return json.dumps({**fields, "extra": {**fields.get("extra", {}), **extra}})
