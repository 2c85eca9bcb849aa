"""Sends one HTTP request with a slot of the budget: one cutoff for all of it, no redirects, a bounded answer."""

from __future__ import annotations

from contextlib import closing
from http import HTTPStatus
from typing import Any, cast

from requests import PreparedRequest, RequestException, Response, Session
from requests.auth import AuthBase

from insider_web_push.api.connection import ConnectionSettings
from insider_web_push.api.cutoff import Cutoff, CutoffAdapter
from insider_web_push.api.key_masking import LEAST_IN_AN_ANSWER, bytes_masked, key_masked
from insider_web_push.budget.slots import Slot
from insider_web_push.errors import ContractViolation, ServiceUnavailable

_CHUNK_BYTES = 64 * 1024
MAX_RESPONSE_BYTES = 10 * 2**20
"""Far more than an answer holds (a page of a list is about 20 kB); bounds a worker's memory."""


class BearerAuth(AuthBase):
    """The key, as an auth object: requests would replace a plain header by a ~/.netrc entry of the same host."""

    def __init__(self, key: str) -> None:
        self._key = key

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        """Put the key into a request."""
        request.headers["Authorization"] = f"Bearer {self._key}"
        return request


class AccountSession(Session):
    """
    A session of one account, made for one request.

    Args:
        settings: The connection, as it was read for this request.
    """

    def __init__(self, settings: ConnectionSettings) -> None:
        super().__init__()
        self.settings = settings
        self.auth = BearerAuth(settings.api_key.get_secret_value())


def send(session: Session, request: PreparedRequest, slot: Slot, *, connect_timeout_s: float) -> Response:
    """
    Send a request, and stamp its slot as soon as the server has answered.

    Args:
        session: Made for this one request; proxies and certificate bundles come from its environment.
        request: The request.
        slot: The right to send it, until `slot.send_by`.
        connect_timeout_s: Seconds to reach the server.

    Raises:
        ServiceUnavailable: no complete answer before the cutoff, or the connection broke.
        ContractViolation: the answer is larger than any real one.
    """
    found = session.merge_environment_settings(request.url, {}, stream=True, verify=None, cert=None)
    from_environment = cast("dict[str, Any]", found)
    with Cutoff(slot.send_by) as cutoff, closing(CutoffAdapter(cutoff)) as adapter:
        left_s = max(0.001, cutoff.left_s)
        timeout = (min(connect_timeout_s, left_s), left_s)
        try:
            # Not by the session: it reads a redirect's body without bound, and follows what its Location says.
            with closing(adapter.send(request, timeout=timeout, **from_environment)) as response:
                slot.stamp()
                response._content = _bounded_content(response)  # noqa: SLF001 — where requests keeps what was read
                if not cutoff.passed:
                    return response
        except RequestException as error:
            # The original's text may quote the request; its class says enough.
            what = type(error).__name__
    deadline_s = slot.limit.request_deadline.total_seconds()
    message = f"{request.url}: " + (f"no complete answer within {deadline_s:g} s" if cutoff.passed else what)
    raise ServiceUnavailable(message)


def mask_key(response: Response, key: str) -> bool:
    """
    Mask the key in all that a server said, in place, so that nobody keeps or shows it.

    In an answer that is no refusal, a key of a few characters is left: it stands in figures by chance.

    Returns:
        Whether there was anything to mask in the body.
    """
    if response.status_code < HTTPStatus.MULTIPLE_CHOICES and len(key) < LEAST_IN_AN_ANSWER:
        return False
    for name, value in response.headers.items():
        response.headers[name] = key_masked(value, key)
    said = response.content
    masked = bytes_masked(said, key)
    response._content = masked  # noqa: SLF001 — as above
    return masked != said


def _bounded_content(response: Response) -> bytes:
    """Read the body; of a refusal only as much as a message can be."""
    content = bytearray()
    for chunk in response.iter_content(_CHUNK_BYTES):
        content += chunk
        if response.status_code >= HTTPStatus.MULTIPLE_CHOICES and len(content) >= _CHUNK_BYTES:
            break
        if len(content) > MAX_RESPONSE_BYTES:
            message = f"$: the answer is larger than {MAX_RESPONSE_BYTES // 2**20} MiB, the most that is accepted"
            raise ContractViolation(message)
    return bytes(content)
