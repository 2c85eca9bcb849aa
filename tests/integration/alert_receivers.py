"""
The far ends of alerts: Slack, Teams and PagerDuty behind a proxy, and a mail server, all on loopback.

Each refuses what its service documents that it refuses. Whoever sends uses the service's own address: the proxy answers
in its name, with a certificate of an authority that only this test trusts.
"""

import json
import re
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Annotated, Any, Literal

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from pydantic import BaseModel, ConfigDict, Field, HttpUrl, ValidationError

from include.servers import free_ports

TEAMS_HOST = "default0000.00.environment.api.powerplatform.com"
NAMES = ("hooks.slack.com", "events.pagerduty.com", TEAMS_HOST, "localhost")
MAIL_LOGIN = ("airflow@example.com", "XXXXXXXX")


class _Documented(BaseModel):
    model_config = ConfigDict(extra="forbid")


class SlackMessage(_Documented):
    """https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks/."""

    text: Annotated[str, Field(min_length=1, max_length=40_000)]
    blocks: list[dict[str, Any]] | None = None
    unfurl_links: bool | None = None


class TextRun(_Documented):
    """https://adaptivecards.io/explorer/TextRun.html."""

    type: Literal["TextRun"]
    text: Annotated[str, Field(min_length=1)]
    weight: Literal["Bolder"] | None = None


class RichTextBlock(_Documented):
    """https://adaptivecards.io/explorer/RichTextBlock.html."""

    type: Literal["RichTextBlock"]
    inlines: Annotated[list[TextRun], Field(min_length=1)]


class OpenUrl(_Documented):
    """https://adaptivecards.io/explorer/Action.OpenUrl.html."""

    type: Literal["Action.OpenUrl"]
    title: str
    url: HttpUrl


class AdaptiveCard(_Documented):
    """https://adaptivecards.io/explorer/AdaptiveCard.html."""

    schema_: Annotated[Literal["http://adaptivecards.io/schemas/adaptive-card.json"], Field(alias="$schema")]
    type: Literal["AdaptiveCard"]
    version: Annotated[str, Field(pattern=r"^1\.[0-5]$")]
    msteams: dict[str, str]
    body: Annotated[list[RichTextBlock], Field(min_length=1)]
    actions: Annotated[list[OpenUrl], Field(max_length=6)]


class Attachment(_Documented):
    """A card, as Teams takes it."""

    content_type: Annotated[Literal["application/vnd.microsoft.card.adaptive"], Field(alias="contentType")]
    content_url: Annotated[None, Field(alias="contentUrl")]
    content: AdaptiveCard


class TeamsMessage(_Documented):
    """https://learn.microsoft.com/connectors/teams/#microsoft-teams-webhook."""

    type: Literal["message"]
    attachments: Annotated[list[Attachment], Field(min_length=1)]


class PagerDutyLink(_Documented):
    """One of an event's links."""

    href: HttpUrl
    text: str | None = None


class PagerDutyPayload(_Documented):
    """What an event is about."""

    summary: Annotated[str, Field(min_length=1, max_length=1024)]
    source: Annotated[str, Field(min_length=1)]
    severity: Literal["critical", "error", "warning", "info"]
    custom_details: dict[str, Any] | None = None


class PagerDutyEvent(_Documented):
    """https://developer.pagerduty.com/docs/send-alert-event."""

    routing_key: Annotated[str, Field(pattern=r"^[0-9a-zA-Z]{32}$")]
    event_action: Literal["trigger", "acknowledge", "resolve"]
    dedup_key: Annotated[str, Field(max_length=255)] | None = None
    payload: PagerDutyPayload
    links: list[PagerDutyLink] = []


@dataclass(frozen=True)
class _Service:
    path: str
    shape: type[BaseModel]
    status: int
    answer: Callable[[Any], str]
    most_bytes: int = 512 * 1024


SERVICES = {
    "hooks.slack.com": _Service(r"/services/T\w+/B\w+/\w+", SlackMessage, 200, lambda _: "ok"),
    TEAMS_HOST: _Service(r"/powerautomate/.+/invoke\?.*&sig=\w+", TeamsMessage, 202, lambda _: "", 28 * 1024),
    "events.pagerduty.com": _Service(
        "/v2/enqueue", PagerDutyEvent, 202,
        lambda event: json.dumps({"status": "success", "message": "", "dedup_key": event["dedup_key"]}),
    ),
}  # fmt: skip


class Receivers:
    """What came, and where it is taken."""

    def __init__(self, folder: Path) -> None:
        self.authority = folder / "authority.pem"
        self.tls = _certificate(folder / "services.pem", self.authority)
        self.posted: list[tuple[str, Any]] = []
        """Of the proxy: the service's host, and the body."""
        self.refused: list[str] = []
        self.mails: list[EmailMessage] = []
        self.proxy = ""
        self.mail_port = 0

    def take(self, host: str, path: str, content_type: str, body: bytes) -> tuple[int, str]:
        """Judge a request as its service would: status and body of the answer."""
        service = SERVICES[host]
        try:
            service.shape.model_validate_json(body)
        except ValidationError as error:
            self.refused.append(f"{host}: {error}")
            return 400, "invalid_payload"
        if not re.fullmatch(service.path, path):
            self.refused.append(f"{host}: no such path: {path}")
            return 404, "no_service"
        if len(body) > service.most_bytes or not content_type.startswith("application/json"):
            self.refused.append(f"{host}: {len(body)} bytes of {content_type}")
            return 413, "too large, or no JSON"
        self.posted.append((host, json.loads(body)))
        return service.status, service.answer(self.posted[-1][1])

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 — aiosmtpd's name
        """Take a mail, if RFC 5322 does."""
        mail = message_from_bytes(envelope.content, policy=policy.default)
        missing = {"From", "To", "Subject", "Date"} - set(mail.keys())
        too_long = any(len(line) > 998 for line in envelope.content.splitlines())
        if mail.defects or missing or too_long:
            self.refused.append(f"mail: {mail.defects}, without {missing}, too long: {too_long}")
            return "550 not a message of RFC 5322"
        self.mails.append(mail)
        return "250 OK"


@contextmanager
def receivers(folder: Path) -> Iterator[Receivers]:
    """Take alerts, until the block ends."""
    taken = Receivers(folder)
    proxy = ThreadingHTTPServer(("127.0.0.1", 0), _handler(taken))
    threading.Thread(target=proxy.serve_forever, args=(0.05,), daemon=True).start()
    taken.proxy = f"http://127.0.0.1:{proxy.server_port}"
    (taken.mail_port,) = free_ports(1)
    mail = Controller(
        taken, hostname="127.0.0.1", port=taken.mail_port, tls_context=taken.tls, require_starttls=True,
        auth_required=True, authenticator=lambda *given: AuthResult(success=_login(given[-1]) == MAIL_LOGIN),
    )  # fmt: skip
    mail.start()
    try:
        yield taken
    finally:
        mail.stop()
        proxy.shutdown()
        proxy.server_close()


def _login(data: Any) -> tuple[str, str]:
    return data.login.decode(), data.password.decode()


def _handler(taken: Receivers) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        """A proxy that answers for those whom it is asked to connect to."""

        protocol_version = "HTTP/1.1"

        def do_CONNECT(self) -> None:
            self.wfile.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            self.connection = taken.tls.wrap_socket(self.connection, server_side=True)
            self.rfile, self.wfile = self.connection.makefile("rb"), self.connection.makefile("wb", 0)
            self.close_connection = False

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            host = self.headers["Host"].partition(":")[0]
            status, text = taken.take(host, self.path, self.headers["Content-Type"], body)
            self.send_response(status)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *_: Any) -> None:
            """Say nothing: the test reads what was taken."""

    return Handler


def _certificate(file: Path, authority: Path) -> ssl.SSLContext:
    """Write an authority, and make the context of a server that has a certificate by it for all the names."""
    now = datetime.now(UTC)

    def signed(name: str, key: Any, by: Any, *extensions: x509.ExtensionType) -> x509.Certificate:
        builder = x509.CertificateBuilder(
            x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "authority of a test")]),
            x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)]),
            key.public_key(), x509.random_serial_number(), now - timedelta(days=1), now + timedelta(days=1),
        )  # fmt: skip
        for extension in extensions:
            builder = builder.add_extension(extension, critical=isinstance(extension, x509.BasicConstraints))
        return builder.sign(by, hashes.SHA256())

    root, leaf = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    identity = x509.SubjectKeyIdentifier.from_public_key(root.public_key())
    issuer = x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identity)
    usage = x509.KeyUsage(*[False] * 5, key_cert_sign=True, crl_sign=True, encipher_only=False, decipher_only=False)
    top = signed("authority of a test", root, root, x509.BasicConstraints(ca=True, path_length=None), identity, usage)
    names = x509.SubjectAlternativeName([x509.DNSName(name) for name in NAMES])
    mine = signed("services", leaf, root, x509.BasicConstraints(ca=False, path_length=None), names, issuer)
    pem = serialization.Encoding.PEM
    authority.write_bytes(top.public_bytes(pem))
    key = leaf.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    file.write_bytes(key + mine.public_bytes(pem))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context
