"""The API behind an Airflow connection. Every request of every caller goes through the shared budget."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any, cast

import pendulum
from airflow.providers.http.hooks.http import HttpHook
from airflow.sdk.observability import stats
from requests import PreparedRequest, Request, Response, Session

from insider_web_push import metrics
from insider_web_push.answers.day_list import read_list_page
from insider_web_push.answers.texts import clean
from insider_web_push.api.connection import CONN_TYPE, DEFAULT_CONN_ID, ConnectionSettings
from insider_web_push.api.endpoints import (
    CAMPAIGN_METRICS,
    OVERALL_METRICS,
    TOP_METRICS,
    campaign_metrics_body,
    overall_metrics_body,
    top_metrics_body,
)
from insider_web_push.api.heard import Heard
from insider_web_push.api.key_masking import key_masked
from insider_web_push.api.present_connection import PresentConnection
from insider_web_push.api.refusals import error_of, stated_limit
from insider_web_push.api.transport import AccountSession, mask_key, send
from insider_web_push.budget.clock import boot_clock
from insider_web_push.budget.lease import Use
from insider_web_push.budget.opening import store_for
from insider_web_push.budget.slots import Budget, Slot
from insider_web_push.budget.store import Closed
from insider_web_push.errors import (
    InsiderError,
    ServiceUnavailable,
    Throttled,
    TurnedAway,
    Unauthorized,
)

GIVE_BACK_WORKER_AFTER_S = 75.0
"""A little over a window: shorter waits are cheaper in place than a new task process."""
_TEST_WAIT_S = 5.0
_TELL_INSIDER = "Tell Insider: whoever can read its answers elsewhere has the key"


@dataclass(frozen=True, slots=True)
class Answer:
    """
    A 2xx answer, verbatim.

    Attributes:
        request: The body that was sent; it holds no key.
        status: HTTP status.
        body: The response's body, decompressed.
        fetched_at: When the response was there, UTC.
    """

    request: dict[str, str]
    status: int
    body: bytes
    fetched_at: datetime


class InsiderWebPushHook(HttpHook):
    """
    Insider's Web Push statistics API.

    Whatever is sent through it, also by `run`, takes a lease of the account's budget first. Redirects are not
    followed, proxies and certificate bundles come from the environment as usual with requests.

    Args:
        insider_web_push_conn_id: Airflow connection of type `insider_web_push`.
        max_wait_s: Seconds that a call may wait for the budget in place; None waits as long as it takes.
    """

    conn_name_attr = "insider_web_push_conn_id"
    default_conn_name = DEFAULT_CONN_ID
    conn_type = CONN_TYPE
    hook_name = "Insider Web Push"

    def __init__(
        self, insider_web_push_conn_id: str = DEFAULT_CONN_ID, *, max_wait_s: float | None = GIVE_BACK_WORKER_AFTER_S
    ) -> None:
        super().__init__(method="POST", http_conn_id=insider_web_push_conn_id, tcp_keep_alive=False)
        self.insider_web_push_conn_id = insider_web_push_conn_id
        self.max_wait_s = max_wait_s
        self._connection = PresentConnection(self.http_conn_id, lambda: self.get_connection(self.http_conn_id))

    @property
    def settings(self) -> ConnectionSettings:
        """
        The connection as it is, or was five seconds ago.

        Raises:
            ConfigurationError: it is unknown or wrong; names the setting and where to set it.
        """
        return self._connection.recent()

    def campaign_metrics(self, *, campaign_id: str, first_day: date, last_day: date, timezone: str) -> Answer:
        """
        Ask for one campaign's figures over a window of days, both ends inclusive, of the account's time zone.

        Raises:
            InsiderError: see `errors`; the body is not judged here.
        """
        body = campaign_metrics_body(
            partner_id=self.settings.partner_id,
            campaign_id=campaign_id,
            first_day=first_day,
            last_day=last_day,
            today=pendulum.now(timezone).date(),
        )
        return self._ask(CAMPAIGN_METRICS, body)

    def overall_metrics(self, *, day: date, page: int, timezone: str) -> Answer:
        """
        Ask for one page of the list of a day's campaigns, with their totals.

        Raises:
            InsiderError: see `errors`; the body is not judged here.
        """
        today = pendulum.now(timezone).date()
        return self._ask(
            OVERALL_METRICS, overall_metrics_body(partner_id=self.settings.partner_id, day=day, page=page, today=today)
        )

    def top_metrics(self, *, day: date, timezone: str) -> Answer:
        """
        Ask for the account's totals of a day.

        A refusal of the key says nothing of the other endpoints: it does not stop the key's other callers.

        Raises:
            InsiderError: see `errors`; the body is not judged here.
        """
        today = pendulum.now(timezone).date()
        return self._ask(TOP_METRICS, top_metrics_body(partner_id=self.settings.partner_id, day=day, today=today))

    def look(self, endpoint: str, body: dict[str, str]) -> Heard:
        """
        Ask a statistics endpoint a question whose refusal says as much as an answer.

        Raises:
            InsiderError: nothing was sent, or no whole answer came. A refusal is returned.
        """
        session = self.get_conn()
        settings = session.settings
        asked = session.prepare_request(Request("POST", settings.base_url + endpoint, json=body))
        response, error, _ = self._exchange(session, asked)
        return Heard(
            status=response.status_code,
            headers={name.lower(): clean(value) for name, value in response.headers.items()},
            body=response.content,
            error=error,
            took_s=response.elapsed.total_seconds(),
        )

    def budget_use(self) -> Use:
        """Tell how much of the account's budget is used now, without a call."""
        return self._budget(self._connection.now()).use()

    def budget_closed(self) -> Closed:
        """Tell what keeps callers of the account's budget from sending, besides its use; without a call."""
        return self._budget(self._connection.now()).closed()

    def reopen_budget(self) -> None:
        """End a pause of the account's budget, and use a refused API key again; what is used goes on counting."""
        self._budget(self._connection.now()).reopen()

    def test_connection(self) -> tuple[bool, str]:
        """Spend one call to say whether host, key and partner id work together, or what is wrong."""
        self.max_wait_s = _TEST_WAIT_S
        try:
            partner_id = self.settings.partner_id
            day = pendulum.now("UTC").subtract(days=1).date()
            page = read_list_page(self.overall_metrics(day=day, page=1, timezone="UTC").body)
        except InsiderError as error:
            return False, f"{type(error).__name__}: {error}"
        return True, f"Connected to partner {partner_id}: {page.total} campaigns are listed for {day}"

    def get_conn(
        self, headers: dict[Any, Any] | None = None, extra_options: dict[str, Any] | None = None
    ) -> AccountSession:
        """Make a session with the key as bearer token; nothing of the connection's extra reaches the wire."""
        settings = self.settings
        settings.require_key(self.http_conn_id)
        self.base_url = settings.base_url
        self._base_url_initialized = True
        if settings.insecure:
            self.log.warning("Connection %s sends its API key over plain http (allow_http)", self.http_conn_id)
        self.merged_extra = {"timeout": settings.connect_timeout_s, **(extra_options or {})}
        session = AccountSession(settings)
        session.headers.update({"Accept": "application/json", **(headers or {})})
        return session

    def run_and_check(
        self, session: Session, prepped_request: PreparedRequest, extra_options: dict[Any, Any]
    ) -> Response:
        """
        Send one request under the budget and one cutoff for all of it, and turn a refusal into its error.

        Raises:
            InsiderError: see `errors`.
        """
        response, _, error = self._exchange(session, prepped_request)
        if error and extra_options.get("check_response", True):
            raise error
        return response

    def _exchange(
        self, session: Session, prepped_request: PreparedRequest
    ) -> tuple[Response, InsiderError | None, InsiderError | None]:
        """Give the response, the key masked in it; the error that it stands for; and the one that the budget makes."""
        settings = cast("AccountSession", session).settings
        budget = self._budget(settings)
        slot = budget.slot(max_wait_s=self.max_wait_s)
        began = boot_clock()
        try:
            response = self._send(session, prepped_request, slot)
        except ServiceUnavailable as fault:
            fault.took_s = boot_clock() - began
            raise
        response.elapsed = timedelta(seconds=boot_clock() - began)
        stated = error = _error_of(settings, response)
        if isinstance(error, ServiceUnavailable):
            error.took_s = response.elapsed.total_seconds()
        # The breaker is for a refused key; here it may be the endpoint that the key is not made for.
        is_of_the_endpoint = _is_optional(prepped_request) and not slot.lease.probes
        server_limit = stated_limit(response.headers)
        if is_of_the_endpoint and isinstance(error, Unauthorized):
            budget.learn(slot, None, server_limit=server_limit)
        elif not (is_of_the_endpoint and isinstance(error, TurnedAway)):
            error = budget.learn(slot, error, server_limit=server_limit)
        self._count(settings, slot, response, error)
        # Only now: what it means is judged by what was said.
        if mask_key(response, settings.api_key.get_secret_value()):
            self.log.warning(
                "%s: what the server answered to connection %s repeats its API key, and is masked. %s",
                prepped_request.path_url, self.http_conn_id, _TELL_INSIDER,
            )  # fmt: skip
        return response, stated, error

    def _send(self, session: Session, request: PreparedRequest, slot: Slot) -> Response:
        """Let a request leave: the one place that does."""
        with session:
            timeout_s = cast("AccountSession", session).settings.connect_timeout_s
            return send(session, request, slot, connect_timeout_s=timeout_s)

    def check_response(self, response: Response) -> None:
        """Raise the error that status and body stand for; neither body nor headers are logged."""
        error = _error_of(self.settings, response)
        if error:
            raise error

    def _count(self, settings: ConnectionSettings, slot: Slot, response: Response, error: InsiderError | None) -> None:
        tags = {"account": settings.partner_id}
        outcome = type(error).__name__ if error else "ok"
        stats.incr(metrics.REQUESTS.name, tags=tags | {"outcome": outcome, "status": str(response.status_code)})
        stats.timing(metrics.BUDGET_WAIT.name, timedelta(seconds=slot.waited_s), tags=tags)
        stats.gauge(metrics.BUDGET_USED.name, slot.lease.used, tags=tags)
        if isinstance(error, Throttled):
            stats.incr(metrics.THROTTLED.name, tags=tags)

    def _ask(self, endpoint: str, body: dict[str, str]) -> Answer:
        response = self.run(endpoint, json=body)
        return Answer(body, response.status_code, response.content, datetime.now(UTC))

    def _budget(self, settings: ConnectionSettings) -> Budget:
        # While a call waits, the connection is read again: a limit that the vendor raised is used at once.
        return Budget(
            store_for(settings.budget_conn_id),
            settings.budget_key,
            api_key=settings.api_key.get_secret_value(),
            limit=settings.limit,
            limit_now=lambda: self._connection.now().limit,
        )


def _is_optional(request: PreparedRequest) -> bool:
    return (request.path_url or "").endswith(TOP_METRICS)


def _error_of(settings: ConnectionSettings, response: Response) -> InsiderError | None:
    mask = partial(key_masked, key=settings.api_key.get_secret_value())
    return error_of(response.status_code, response.headers, response.content, now=datetime.now(UTC), mask=mask)
