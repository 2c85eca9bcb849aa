"""How old a connection may be that is taken as it was."""

import pytest
from airflow.sdk import Connection
from airflow.sdk.exceptions import AirflowNotFoundException

from insider_web_push.api.present_connection import FRESH_S, PresentConnection
from insider_web_push.errors import ConfigurationError


class Admin:
    """Airflow's connections, which somebody changes, and a clock."""

    def __init__(self) -> None:
        self.partner, self.asked, self.time_s = "one", 0, 100.0

    def ask(self) -> Connection:
        """Give the connection."""
        self.asked += 1
        if not self.partner:
            raise AirflowNotFoundException("there is none")
        extra = f'{{"partner_id": "{self.partner}"}}'
        return Connection(conn_id="brand", conn_type="insider_web_push", password="k", extra=extra)


@pytest.fixture
def admin() -> Admin:
    return Admin()


@pytest.fixture
def connection(admin: Admin) -> PresentConnection:
    return PresentConnection("brand", admin.ask, clock=lambda: admin.time_s)


def test_it_is_read_once_in_five_seconds(admin: Admin, connection: PresentConnection) -> None:
    """Then as it has become."""
    assert connection.recent().partner_id == "one"
    admin.partner, admin.time_s = "two", 100.0 + FRESH_S
    assert (connection.recent().partner_id, admin.asked) == ("one", 1)
    admin.time_s += 0.1
    assert (connection.recent().partner_id, admin.asked) == ("two", 2)


def test_whoever_must_know_asks_anew(admin: Admin, connection: PresentConnection) -> None:
    """Each time."""
    assert connection.recent().partner_id == "one"
    admin.partner = "two"
    assert (connection.now().partner_id, connection.now().partner_id) == ("two", "two")


def test_one_that_is_not_there_is_looked_for_again(admin: Admin, connection: PresentConnection) -> None:
    """A failure is not kept."""
    admin.partner = ""
    with pytest.raises(ConfigurationError, match="add it in Admin > Connections"):
        connection.recent()
    admin.partner = "one"
    assert connection.recent().partner_id == "one"
