"""
What `make demo` and `make up` are told, from the environment; checked before anything is started.

    API_URL                  the API's address; without it the bundled simulator answers
    API_KEY, API_KEY_FILE    its key, or a file that holds it
    PARTNER_ID               the account
    DAY                      the day to fetch, yesterday by default
    TIMEZONE                 the account's zone, Europe/Istanbul by default
    STORAGE                  where the files go: a URL, or a path; .demo/storage by default
    YES=1                    spend more than 100 calls without asking
    ALLOW_HTTP=1             send the key over plain http to another machine
"""

import ipaddress
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import cast
from urllib.parse import urlsplit
from zoneinfo import available_timezones

import pendulum

from include.local.home import PROJECT, make_private, shown

_SIMULATED_PARTNER = "demo"
_DEFAULT_TIMEZONE = "Europe/Istanbul"
_REAL_API = "https://web-push.api.useinsider.com"
_TRUE, _FALSE = {"1", "true", "yes"}, {"", "0", "false", "no"}


class SettingError(ValueError):
    """A variable is missing or wrong; the message names it and says what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoSettings:
    """One account, one day, one place."""

    api_url: str | None
    """None: the bundled simulator."""
    api_key: str = field(repr=False)
    partner_id: str
    day: date
    timezone: str
    storage: str
    """A URL, or an absolute path."""
    spend_without_asking: bool
    allow_http: bool

    @property
    def data_interval(self) -> tuple[pendulum.DateTime, pendulum.DateTime]:
        """The day's first instant, and the next day's; 23 or 25 hours apart where the clock changes."""
        return _first_instant(self.day, self.timezone), _first_instant(self.day + timedelta(days=1), self.timezone)


def read_settings(env: Mapping[str, str], *, default_storage: Path) -> DemoSettings:
    """
    Read and check the variables.

    Raises:
        SettingError: the first one that is missing or wrong.
    """
    given = {name: value.strip() for name, value in env.items()}
    api_url = _api_url(given)
    timezone = _timezone(given)
    return DemoSettings(
        api_url=api_url,
        api_key=_api_key(given) if api_url else secrets.token_urlsafe(24),
        partner_id=_partner_id(given) if api_url else given.get("PARTNER_ID") or _SIMULATED_PARTNER,
        day=_day(given, timezone),
        timezone=timezone,
        storage=_storage(given, default_storage),
        spend_without_asking=_flag(given, "YES"),
        allow_http=_flag(given, "ALLOW_HTTP"),
    )


def _api_url(env: Mapping[str, str]) -> str | None:
    url = env.get("API_URL", "")
    if not url:
        for name in ("API_KEY", "API_KEY_FILE"):
            if env.get(name):
                raise SettingError(
                    f"API_URL is not set, but {name} is: set API_URL={_REAL_API}, or unset {name} to use the simulator"
                )
        return None
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username or parts.path.strip("/"):
        raise SettingError(f"API_URL={url!r} is no address: write https://host or https://host:port, as {_REAL_API}")
    if parts.scheme == "http" and not _is_loopback(parts.hostname) and not _flag(env, "ALLOW_HTTP"):
        raise SettingError("API_URL is plain http to another machine, which shows the key: use https, or ALLOW_HTTP=1")
    return f"{parts.scheme}://{parts.netloc}"


def _is_loopback(hostname: str) -> bool:
    try:
        return ipaddress.ip_address(hostname).is_loopback
    except ValueError:
        return hostname == "localhost"


def _api_key(env: Mapping[str, str]) -> str:
    key, file = env.get("API_KEY", ""), env.get("API_KEY_FILE", "")
    if key and file:
        raise SettingError("API_KEY and API_KEY_FILE are both set: unset one of them")
    if file:
        try:
            key = Path(file).expanduser().read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise SettingError(f"API_KEY_FILE={file!r} cannot be read ({error}): name a readable text file") from None
        if not key:
            raise SettingError(f"API_KEY_FILE={file!r} is empty: put the key into it")
    if not key:
        raise SettingError("API_KEY is not set: set it to the account's key, or API_KEY_FILE to a file that holds it")
    if not key.isascii() or not key.isprintable() or " " in key:
        raise SettingError("API_KEY has characters that no key has: copy it again, without spaces or line breaks")
    return key


def _partner_id(env: Mapping[str, str]) -> str:
    if partner_id := env.get("PARTNER_ID", ""):
        return partner_id
    raise SettingError("PARTNER_ID is not set: set it to the account's id, in InOne under Settings > Account Settings")


def _timezone(env: Mapping[str, str]) -> str:
    name = env.get("TIMEZONE") or _DEFAULT_TIMEZONE
    if name not in available_timezones():
        raise SettingError(f"TIMEZONE={name!r} is no IANA time zone: write it as in {_DEFAULT_TIMEZONE}")
    return name


def _day(env: Mapping[str, str], timezone: str) -> date:
    today = pendulum.today(timezone).date()
    text = env.get("DAY", "")
    if not text:
        return cast("date", today.subtract(days=1))
    try:
        day = datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007 - a date has no zone
    except ValueError:
        raise SettingError(f"DAY={text!r} is no date: write it as in {today.subtract(days=1)}") from None
    if day > today:
        raise SettingError(f"DAY={text} is in the future: in {timezone} it is {today}")
    return day


def _storage(env: Mapping[str, str], default: Path) -> str:
    storage = env.get("STORAGE", "")
    if "://" in storage:
        return storage
    # Relative to the project's root, where make runs; a leading ~ is left to us by some shells.
    path = (PROJECT / Path(storage).expanduser()).resolve() if storage else default
    try:
        if storage:
            path.mkdir(parents=True, exist_ok=True)
        else:
            make_private(path)
    except OSError as error:
        raise SettingError(f"STORAGE={shown(path)} cannot be made ({error.strerror}): name a writable folder") from None
    return str(path)


def _first_instant(day: date, timezone: str) -> pendulum.DateTime:
    # Where a change of the clock skips midnight this is 01:00; `add(days=1)` would end at 23:00 of the day before.
    return pendulum.datetime(day.year, day.month, day.day, tz=timezone)


def _flag(env: Mapping[str, str], name: str) -> bool:
    value = env.get(name, "").lower()
    if value not in _TRUE | _FALSE:
        raise SettingError(f"{name}={value!r} is neither yes nor no: set {name}=1, or unset it")
    return value in _TRUE
