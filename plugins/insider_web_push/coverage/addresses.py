"""Where the coverage pages are, and what they link to in Airflow's UI."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from urllib.parse import quote, urlsplit

from airflow.sdk.configuration import conf

from insider_web_push.accounts.file import Account
from insider_web_push.vocabulary import PAGES

SEVERAL_DAYS = "days"
"""What stands in an address in the place of a day, where it is about several."""


def page_path(*parts: str) -> str:
    """
    Give the path of the coverage page, of an account's day, or of a campaign's stored answer, as browsers see it.

    Only the path: workers may know the API server by another name than browsers do.
    """
    below = urlsplit(conf.get("api", "base_url", fallback="")).path.rstrip("/")
    return "/".join([below + PAGES, *(quote(part, safe="") for part in parts)])


@dataclass(frozen=True, slots=True)
class Addresses:
    """The addresses at which a browser finds the coverage pages (*here*) and Airflow's UI (*airflow*)."""

    here: str
    airflow: str

    def day(self, account: Account, day: date, *more: str) -> str:
        """Give the address of a day's page, or of one below it."""
        return "/".join([self.here, account.name, day.isoformat(), *more])

    def dag(self, account: Account, dag: str) -> str:
        """Give the address of one of an account's DAGs in Airflow's UI."""
        return f"{self.airflow}/dags/{account.named(dag)}"

    def days(self, account: Account) -> str:
        """Give the address of the page about several days, without its query."""
        return f"{self.here}/{account.name}/{SEVERAL_DAYS}"

    def runs(self, account: Account, dag: str) -> str:
        """Give the address at which Airflow's public API takes runs of one of an account's DAGs."""
        return f"{self.airflow}/api/v2/dags/{account.named(dag)}/dagRuns"
