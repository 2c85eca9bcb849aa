"""What an account wants to be told, and by whom. Pure."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from insider_web_push.accounts.schedules import as_cron


class NotifierSettings(BaseModel):
    """
    A notifier of Airflow's: any subclass of `BaseNotifier`, of a provider or of your own.

    Attributes:
        path: Its import path, `airflow.providers.slack.notifications.slack_webhook.SlackWebhookNotifier`.
        kwargs: Its arguments; Airflow renders its template fields with the task's context and `alert`
            (`alerts.message.Alert`). They are stored in clear: secrets belong in a connection.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    path: Annotated[str, Field(pattern=r"^[A-Za-z_]\w*(\.[A-Za-z_]\w*)+$")]
    kwargs: Annotated[dict[str, Any], Field(repr=False)] = {}


def _as_clock_time(written: object) -> object:
    """Undo what YAML 1.1 does to 10:30 without quotes: it reads 10 * 60 + 30."""
    return f"{written // 60:02}:{written % 60:02}" if type(written) is int else written


ClockTime = Annotated[str, BeforeValidator(_as_clock_time), Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
"""A time of the day, HH:MM, on the clocks of the account's time zone."""


class AlertSettings(BaseModel):
    """
    Who is told of an account's failures, and when one of its days is late.

    Attributes:
        publish_by: When a day must be published, on the day after it, in the account's time zone; later than the
            schedule. null: no day is late.
        notifier: Who is told of failed runs and late days; null: the log of the task alone.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    publish_by: ClockTime | None = None
    notifier: NotifierSettings | None = None

    @property
    def publish_by_schedule(self) -> str | None:
        """`publish_by` as a cron expression."""
        return as_cron(self.publish_by) if self.publish_by else None
