"""Where a local Airflow keeps everything that it writes: one folder, safe to delete while nothing runs."""

import base64
import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
"""The project's root, where `dags/`, `plugins/` and `include/` are."""


@dataclass(frozen=True, slots=True)
class Keys:
    """What this one installation signs and encrypts with, and its only login."""

    fernet_key: str
    """Encrypts connections in the database; a lost one makes them unreadable."""
    jwt_secret: str
    secret_key: str
    admin_password: str


@dataclass(frozen=True, slots=True)
class Home:
    """The folder of one local Airflow, `.demo` in the project unless a test brings its own."""

    root: Path

    @property
    def airflow(self) -> Path:
        """AIRFLOW_HOME."""
        return self.root / "airflow"

    @property
    def postgres(self) -> Path:
        """PostgreSQL's data."""
        return self.root / "postgres"

    @property
    def logs(self) -> Path:
        """One log file a component, and `tasks/` below."""
        return self.root / "logs"

    @property
    def run(self) -> Path:
        """What is running now: the lock, the processes, the state of `make up`."""
        return self.root / "run"

    @property
    def lock(self) -> Path:
        """Held by whoever runs the one Airflow of this home."""
        return self.run / "lock"

    @property
    def storage(self) -> Path:
        """The day's files, unless STORAGE names another place."""
        return self.root / "storage"

    @property
    def accounts_file(self) -> Path:
        """The generated counterpart of `include/accounts.yaml`."""
        return self.root / "accounts.yaml"

    @property
    def passwords_file(self) -> Path:
        """Logins in the form that Airflow's SimpleAuthManager reads."""
        return self.root / "passwords.json"

    def prepare(self) -> Keys:
        """Create the folders, which nobody else may enter, and the keys where there are none yet."""
        self.root.mkdir(parents=True, exist_ok=True)
        # PostgreSQL, which root starts as another user, has to come through to its data, and sees no names here.
        self.root.chmod(0o711 if os.geteuid() == 0 else 0o700)
        for folder in (self.airflow, self.logs, self.run):
            make_private(folder)
        (self.logs / "tasks").mkdir(exist_ok=True)
        # Airflow writes a whole default configuration where there is none, by several processes at once.
        (self.airflow / "airflow.cfg").touch()
        keys = self._keys()
        _write_private(self.passwords_file, json.dumps({"admin": keys.admin_password}))
        return keys

    def _keys(self) -> Keys:
        path = self.root / "keys.json"
        if not path.exists():
            keys = {
                "fernet_key": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
                "jwt_secret": secrets.token_urlsafe(48),
                "secret_key": secrets.token_urlsafe(48),
                "admin_password": secrets.token_urlsafe(12),
            }
            _write_private(path, json.dumps(keys))
        return Keys(**json.loads(path.read_text()))


def make_private(folder: Path) -> None:
    """Make a folder that only its owner may enter, whatever the umask is and an earlier version has made of it."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)


def _write_private(path: Path, text: str) -> None:
    """Replace a file by one that only its owner may read, also while it is written."""
    draft = path.with_name(path.name + ".new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    draft.replace(path)


def shown(path: Path) -> str:
    """Give a path as short as a person who stands in the project's root may type it."""
    return str(path.relative_to(PROJECT)) if path.is_relative_to(PROJECT) else str(path)
