"""The connection `insider_web_push`, read into typed settings. Pure: errors name the connection and the field."""

from __future__ import annotations

import ipaddress
import re
from datetime import timedelta
from typing import Annotated, Any, Protocol
from urllib.parse import urlsplit

import idna
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, ValidationError

from insider_web_push.budget.lease import RateLimit
from insider_web_push.errors import AS_IN_A_URI, ConfigurationError, first_mistake

CONN_TYPE = "insider_web_push"
DEFAULT_CONN_ID = "insider_web_push_default"
DEFAULT_HOST = "https://web-push.api.useinsider.com"
_USUAL_PORT = {"https": 443, "http": 80}
_PARTNER_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*", re.ASCII)


class ConnectionParts(Protocol):
    """What this module reads of an Airflow connection."""

    conn_id: str
    host: str | None
    port: int | None
    schema: str | None
    password: str | None

    @property
    def extra_dejson(self) -> dict[str, Any]:
        """The extra field, decoded."""


NO_KEY = "not-for-this-process"
"""In place of the API key where a process needs to know the account alone, as an API server with its pages."""
_BLANK_IS_ABSENT = BeforeValidator(lambda value: None if value == "" else value)


def _number_as_text(value: object) -> object:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


class Extra(BaseModel):
    """The connection's extra field. These names and no others: a misspelled one would silently mean its default."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    partner_id: Annotated[str | None, BeforeValidator(_number_as_text), _BLANK_IS_ABSENT] = None
    requests_per_minute: Annotated[Annotated[int, Field(ge=1, le=10_000)] | None, _BLANK_IS_ABSENT] = None
    window_s: Annotated[Annotated[float, Field(gt=0, le=3600)] | None, _BLANK_IS_ABSENT] = None
    budget_conn_id: Annotated[str | None, _BLANK_IS_ABSENT] = None
    request_deadline_s: Annotated[Annotated[float, Field(gt=0, le=300)] | None, _BLANK_IS_ABSENT] = None
    connect_timeout_s: Annotated[Annotated[float, Field(gt=0, le=300)] | None, _BLANK_IS_ABSENT] = None
    allow_http: Annotated[bool | None, _BLANK_IS_ABSENT] = None


class ConnectionSettings(BaseModel):
    """
    The settings by which one account is reached.

    Attributes:
        base_url: Scheme, host and port, without a path.
        api_key: Sent as `Authorization: Bearer`.
        partner_id: The account.
        limit: Requests in any 60 seconds; the vendor's baseline is 30. The extra window_s sets another window than the
            minute. Only tests and benchmarks need that, so the form does not show it.
        budget_conn_id: Airflow connection of the budget's store; None is a file on this machine.
        connect_timeout_s: Seconds to reach the server. The whole request has `limit.request_deadline`.
        insecure: Whether plain http to another machine is used, which the connection allows explicitly.
    """

    model_config = ConfigDict(frozen=True)

    base_url: str
    api_key: SecretStr
    partner_id: str
    limit: RateLimit
    budget_conn_id: str | None
    connect_timeout_s: float
    insecure: bool

    def require_key(self, conn_id: str) -> None:
        """
        Refuse to send anything where a process was given `NO_KEY`.

        Raises:
            ConfigurationError: it was; names the connection.
        """
        if self.api_key.get_secret_value() == NO_KEY:
            raise ConfigurationError(
                f"connection {conn_id!r} has no API key in this process, as its password {NO_KEY!r} says: nothing was "
                "sent. Ask where tasks run, as in a worker"
            )

    @property
    def budget_key(self) -> str:
        """
        Names the account's budget.

        Without the key, so that a rotated one goes on with the same budget; and one name for a host, however it is
        written, since a second one would send twice the limit. That of an ordinary host is the host itself.
        """
        parts = urlsplit(self.base_url)
        port = f":{parts.port}" if parts.port else ""
        return f"{_one_name(parts.hostname or '')}{port}/{self.partner_id}"


def read_connection(connection: ConnectionParts) -> ConnectionSettings:
    """
    Read and check a connection.

    Raises:
        ConfigurationError: names the connection, the field and what to do. Never shows the key.
    """
    _refuse_what_is_left_of_a_uri(connection)
    extra = _extra(connection)
    key = (connection.password or "").strip()
    if not key:
        raise _error(connection, "has no API key: set it as the password")
    if not key.isascii() or not key.isprintable() or " " in key:
        raise _error(
            connection, "has an API key with characters that a key cannot have: paste it again as the password"
        )
    if not extra.partner_id:
        raise _error(
            connection, "has no partner id: set it (extra partner_id); InOne shows it in Settings > Account Settings"
        )
    if not _PARTNER_ID.fullmatch(extra.partner_id):
        raise _error(
            connection, f"has the partner id {extra.partner_id!r}: letters, digits, '.', '_' and '-' are allowed"
        )
    base_url, insecure = _base_url(connection, allow_http=bool(extra.allow_http))
    return ConnectionSettings(
        base_url=base_url,
        api_key=SecretStr(key),
        partner_id=extra.partner_id,
        limit=RateLimit(
            requests=extra.requests_per_minute or 30,
            window=timedelta(seconds=extra.window_s or 60),
            request_deadline=timedelta(seconds=extra.request_deadline_s or 30),
        ),
        budget_conn_id=extra.budget_conn_id,
        connect_timeout_s=extra.connect_timeout_s or 10,
        insecure=insecure,
    )


def _refuse_what_is_left_of_a_uri(connection: ConnectionParts) -> None:
    """Refuse what Airflow makes of a URI that ends too early for it; the rest of the key may stand in any field."""
    if connection.password:
        return
    schema = connection.schema or ""
    if "//" in schema:
        raise _error(
            connection,
            "was cut where its URI has an underscore, which no scheme can have: one of this type begins with "
            "insider-web-push://",
        )
    # A port without a host is the beginning of a key of digits: only a URI leaves the host empty, and not absent.
    is_cut = "@" in schema or (connection.port and connection.host == "")
    if is_cut or any("@" in name for name in connection.extra_dejson):
        raise _error(
            connection,
            "was cut by its own characters, so it has no API key: in the URI, the key must have "
            f"{AS_IN_A_URI}; JSON and the form need none of that",
        )


def _extra(connection: ConnectionParts) -> Extra:
    try:
        return Extra.model_validate(connection.extra_dejson)
    except ValidationError as error:
        first = first_mistake(error)
        if first.kind == "extra_forbidden":
            raise _error(
                connection, f"has the unknown extra {first.name!r}; known are {', '.join(Extra.model_fields)}"
            ) from None
        raise _error(connection, f"has the extra {first.name} = {first.value!r}: {first.said}") from None


def _base_url(connection: ConnectionParts, *, allow_http: bool) -> tuple[str, bool]:
    host = (connection.host or DEFAULT_HOST).strip().removesuffix("/")
    address = host if "://" in host else f"{connection.schema or 'https'}://{host}"
    try:
        parts = urlsplit(address)
        port = parts.port or connection.port
    except ValueError:
        raise _error(connection, f"has the host {host!r}, which is no address") from None
    if parts.port and connection.port and parts.port != connection.port:
        raise _error(connection, f"has the host {host!r} and the port {connection.port}: which one?")
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username or parts.query or parts.fragment:
        raise _error(connection, f"has the host {host!r}: write it as https://host or https://host:port")
    if parts.path:
        raise _error(connection, f"has the host {host!r}: leave out the path {parts.path!r}")
    plain = parts.scheme == "http"
    local = _is_loopback(parts.hostname)
    if plain and not local and not allow_http:
        raise _error(
            connection,
            f"uses plain http to {parts.hostname}, which would show the API key to the network: use https, or set the "
            "extra allow_http to true",
        )
    name = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    # The usual port is left out, so that the budget has one name whether it was filled in or not.
    shown_port = f":{port}" if port and port != _USUAL_PORT[parts.scheme] else ""
    return f"{parts.scheme}://{name}{shown_port}", plain and not local


def _one_name(hostname: str) -> str:
    """Give the one name of a host in lower case: without the root's dot, and as requests writes it for DNS."""
    if ":" in hostname:
        try:
            return f"[{ipaddress.ip_address(hostname)}]"
        except ValueError:
            return f"[{hostname}]"
    if not hostname.isascii():
        try:
            hostname = idna.encode(hostname, uts46=True).decode()
        except idna.IDNAError:  # requests refuses it as well
            return hostname
    return hostname.removesuffix(".")


def _is_loopback(hostname: str) -> bool:
    try:
        return ipaddress.ip_address(hostname).is_loopback
    except ValueError:
        return hostname == "localhost"


def _error(connection: ConnectionParts, what: str) -> ConfigurationError:
    key = (connection.password or "").strip()
    shown = what.replace(key, "***") if key else what  # a key that was pasted into another field as well
    return ConfigurationError(f"connection {connection.conn_id!r} {shown}")
