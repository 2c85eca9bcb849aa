"""
The processes of one local Airflow, which end with whoever started them.

    the `with` block ends, an exception, Ctrl-C   `Processes.stop_all`
    the supervisor is killed                      the watchdog, a child that reads the end of a pipe, stops the same
    the watchdog is killed as well                the next start does, first of all
"""

import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from include.local.home import PROJECT, shown
from include.local.interrupts import held
from include.local.sessions import GRACE_S, Session, started_at, stop_recorded, write_record
from insider_web_push.answers.texts import clean

_LOG_TAIL_LINES = 12
_LOG_LINE_WIDTH = 180


class ComponentDiedError(RuntimeError):
    """A component ended by itself; the message names it and carries its log's last lines."""


class Processes:
    """
    Start components, notice when one ends, stop them all.

    Args:
        record: File in which they are written down.
        logs: Folder of their output, `<name>.log`.
    """

    def __init__(self, *, record: Path, logs: Path) -> None:
        self._record = record
        self._logs = logs
        self._sessions: list[Session] = []
        self._adopted: list[tuple[Session, Path]] = []
        self._children: dict[str, subprocess.Popen[bytes]] = {}
        self._watchdog: subprocess.Popen[bytes] | None = None

    def watch(self, lock: int) -> None:
        """Stop what an earlier run may have left; start the watchdog, which shares the *lock* until it has ended."""
        stop_recorded(self._record)
        with held(), (self._logs / "watchdog.log").open("wb") as output:
            self._watchdog = subprocess.Popen(  # noqa: S603 - our own module, by our own interpreter
                [sys.executable, "-m", "include.local.watchdog", str(self._record)],
                cwd=PROJECT,
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=output,
                start_new_session=True,
                pass_fds=[lock],
            )

    def start(
        self,
        name: str,
        command: Sequence[str],
        env: Mapping[str, str],
        *,
        grace_s: float = GRACE_S,
        append: bool = False,
    ) -> None:
        """
        Start a component in a session of its own, its output going to `<logs>/<name>.log`.

        Args:
            grace_s: Seconds between the stop signal and SIGKILL.
            append: Keep what the log holds: it is started again.
        """
        with held(), (self._logs / f"{name}.log").open("ab" if append else "wb") as output:
            child = subprocess.Popen(  # noqa: S603 - the commands are constants of this package
                command,
                cwd=PROJECT,
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
            self._children[name] = child
            self._record_session(Session(name, child.pid, started_at(child.pid), grace_s=grace_s))

    def adopt(self, name: str, pid: int, *, stop_signal: int, log: Path) -> None:
        """Take over a session leader that something else started, to watch it and stop it after all others."""
        session = Session(name, pid, started_at(pid), stop_signal)
        self._adopted.append((session, log))
        self._sessions.insert(0, session)
        write_record(self._record, self._sessions)

    def kill(self, name: str) -> None:
        """Send SIGKILL to a component and all its descendants, and forget it: as a machine that loses power."""
        with held():
            (session,) = (session for session in self._sessions if session.name == name)
            while session.members():
                session.send(signal.SIGKILL)
                time.sleep(0.05)
            self._forget(name)

    def pids(self) -> dict[str, int]:
        """Give the process of each component that runs, by its name."""
        return {session.name: session.pid for session in self._sessions if session.leader_lives()}

    def take_ended(self) -> dict[str, int]:
        """Forget what ended by itself, after ending what it left behind; gives the exit codes by name."""
        ended = {name: code for name, child in self._children.items() if (code := child.poll()) is not None}
        for name in ended:
            self.kill(name)
        return ended

    def check(self) -> None:
        """
        Look whether everything that was started is still running.

        Raises:
            ComponentDiedError: something ended.
        """
        for session, log in self._adopted:
            if not session.leader_lives():
                raise ComponentDiedError(f"{session.name} ended by itself. {log_end(log)}")
        for name, child in self._children.items():
            if child.poll() is not None:
                raise self._died(name, child.returncode)

    def wait_for(self, name: str) -> None:
        """
        Wait until a component has done its work.

        Raises:
            ComponentDiedError: it ended with an error, or another one ended meanwhile.
        """
        child = self._children.pop(name)
        while child.poll() is None:
            self.check()
            time.sleep(0.05)
        if child.returncode:
            raise self._died(name, child.returncode)

    def stop_all(self) -> None:
        """Stop everything, and the watchdog last."""
        with held():
            stop_recorded(self._record)
            for child in self._children.values():
                child.wait()
            self._children.clear()
            self._adopted.clear()
            self._sessions.clear()
            if self._watchdog is not None and self._watchdog.stdin is not None:
                self._watchdog.stdin.close()
                self._watchdog.wait()

    def _forget(self, name: str) -> None:
        child = self._children.pop(name, None)
        if child is not None:
            child.wait()
        self._adopted = [(session, log) for session, log in self._adopted if session.name != name]
        self._sessions = [session for session in self._sessions if session.name != name]
        write_record(self._record, self._sessions)

    def _record_session(self, session: Session) -> None:
        self._sessions.append(session)
        write_record(self._record, self._sessions)

    def _died(self, name: str, returncode: int) -> ComponentDiedError:
        how = f"exit code {returncode}" if returncode >= 0 else f"killed by {signal.Signals(-returncode).name}"
        return ComponentDiedError(f"{name} ended by itself ({how}). {log_end(self._logs / f'{name}.log')}")


def log_end(log: Path) -> str:
    """Give a log's path and its last lines, to be read on one screen."""
    lines = log.read_text(errors="replace").splitlines()[-_LOG_TAIL_LINES:] if log.exists() else []
    short = (clean(line, most=_LOG_LINE_WIDTH) for line in lines)  # it goes to a terminal
    return "\n  ".join([f"The end of {shown(log)}:", *short])
