"""The Airflow connection, read: each mistake is named, and the key is shown nowhere."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
from airflow.sdk import Connection

from insider_web_push.api.connection import ConnectionSettings, read_connection
from insider_web_push.errors import ConfigurationError

KEY = "k3y-of-the-tests"


@dataclass(kw_only=True)
class Parts:
    """What Airflow hands over of a connection."""

    conn_id: str = "brand_conn"
    host: str | None = "https://api.example.com"
    port: int | None = None
    schema: str | None = None
    password: str | None = KEY
    extra_dejson: dict[str, Any] = field(default_factory=lambda: {"partner_id": "brand"})


def read(extra: dict[str, Any] | None = None, **parts: Any) -> ConnectionSettings:
    """Read a connection that is right but for what is given."""
    return read_connection(Parts(extra_dejson={"partner_id": "brand", **(extra or {})}, **parts))


def test_only_key_and_partner_id_must_be_set() -> None:
    """The rest has the documented defaults."""
    settings = read(host=None)
    assert settings.base_url == "https://web-push.api.useinsider.com"
    assert (settings.limit.requests, settings.limit.window) == (30, timedelta(seconds=60))
    assert settings.limit.request_deadline == timedelta(seconds=30)
    assert (settings.connect_timeout_s, settings.budget_conn_id, settings.insecure) == (10, None, False)


def test_every_extra_is_used() -> None:
    """By its own name."""
    settings = read(
        {
            "requests_per_minute": 120,
            "window_s": 30,
            "budget_conn_id": "valkey",
            "request_deadline_s": 12.5,
            "connect_timeout_s": 3,
        }
    )
    assert (settings.limit.requests, settings.limit.window) == (120, timedelta(seconds=30))
    assert settings.limit.request_deadline == timedelta(seconds=12.5)
    assert (settings.connect_timeout_s, settings.budget_conn_id) == (3, "valkey")


@pytest.mark.parametrize("blank", [None, ""], ids=["null", "empty"])
@pytest.mark.parametrize(
    "name",
    ["requests_per_minute", "window_s", "budget_conn_id", "request_deadline_s", "connect_timeout_s", "allow_http"],
)
def test_a_blank_field_of_the_form_means_its_default(name: str, blank: object) -> None:
    """The form stores what was left empty."""
    assert read({name: blank}) == read()


def test_a_partner_id_of_digits_may_be_a_number() -> None:
    """JSON typed by hand has it without quotes."""
    assert read({"partner_id": 10004}).partner_id == "10004"


@pytest.mark.parametrize(
    ("change", "named"),
    [
        pytest.param({"password": None}, "API key.*password", id="no-key"),
        pytest.param({"password": "  "}, "API key.*password", id="blank-key"),
        pytest.param({"password": f"{KEY}\n{KEY}"}, "API key.*password", id="key-with-line-break"),
        pytest.param({"password": f"Bearer {KEY}"}, "API key.*password", id="key-with-bearer"),
        pytest.param({"password": f"{KEY}\u00e9"}, "API key.*password", id="key-not-ascii"),
        pytest.param({"extra": {"partner_id": None}}, "partner_id", id="no-partner"),
        pytest.param({"extra": {"partner_id": ""}}, "partner_id", id="blank-partner"),
        pytest.param({"extra": {"partner_id": "a/b"}}, "partner id 'a/b'", id="partner-with-slash"),
        pytest.param({"extra": {"partner_id": ".."}}, r"partner id '\.\.'", id="partner-dots"),
        pytest.param({"extra": {"partner_id": True}}, "partner_id", id="partner-bool"),
        pytest.param({"extra": {"requests_per_minute": 0}}, "requests_per_minute = 0", id="no-requests"),
        pytest.param({"extra": {"requests_per_minute": 1.5}}, "requests_per_minute = 1.5", id="half-a-request"),
        pytest.param({"extra": {"requests_per_minute": "many"}}, "requests_per_minute = 'many'", id="many"),
        pytest.param({"extra": {"request_deadline_s": 0}}, "request_deadline_s = 0", id="no-deadline"),
        pytest.param({"extra": {"request_deadline_s": float("nan")}}, "request_deadline_s = nan", id="nan-deadline"),
        pytest.param({"extra": {"request_deadline_s": 301}}, "request_deadline_s = 301", id="long-deadline"),
        pytest.param({"extra": {"connect_timeout_s": -1}}, "connect_timeout_s = -1", id="negative-timeout"),
        pytest.param({"extra": {"allow_http": "maybe"}}, "allow_http = 'maybe'", id="allow-maybe"),
        pytest.param({"extra": {"requests_per_minut": 5}}, "unknown extra 'requests_per_minut'", id="misspelt"),
        pytest.param({"host": "https://api.example.com/v1"}, "leave out the path '/v1'", id="path"),
        pytest.param({"host": "https://api.example.com?a=b"}, "host", id="query"),
        pytest.param({"host": "https://u:p@api.example.com"}, "host", id="user"),
        pytest.param({"host": "ftp://api.example.com"}, "host 'ftp://api.example.com'", id="ftp"),
        pytest.param({"host": "https://api.example.com:99999"}, "host .* is no address", id="port"),
        pytest.param({"host": "https://"}, "host", id="no-host"),
        pytest.param({"host": "https://a:1", "port": 2}, "host 'https://a:1' and the port 2", id="two-ports"),
        pytest.param({"host": "https://[::1"}, "host", id="half-ipv6"),
        pytest.param({"host": "http://api.example.com"}, "plain http.*allow_http", id="http"),
        pytest.param({"host": "api.example.com", "schema": "http"}, "plain http.*allow_http", id="http-by-schema"),
    ],
)
def test_a_mistake_names_the_connection_and_the_field(change: dict[str, Any], named: str) -> None:
    """And not the key."""
    with pytest.raises(ConfigurationError, match=f"(?s)brand_conn.*{named}") as caught:
        read(**change)
    assert KEY not in str(caught.value)


@pytest.mark.parametrize(
    ("uri", "named"),
    [
        pytest.param("insider_web_push://:s3cret@host", "begins with insider-web-push://", id="underscores"),
        pytest.param("insider_web_push://:12/s3cret@host", "begins with insider-web-push://", id="underscores-slash"),
        pytest.param("insider-web-push://:12/s3cret@host", "%2F for /,", id="slash"),
        pytest.param("insider-web-push://:12?s3cret@host", "%3F for [?]", id="question-mark"),
        pytest.param("insider-web-push://:12#s3cret@host", "%23 for #", id="hash"),
        pytest.param("insider-web-push://:12/s3c?ret@host", "%2F for /,", id="slash-and-question-mark"),
    ],
)
def test_a_uri_that_was_cut_by_its_own_characters_says_that(uri: str, named: str) -> None:
    """What is left looks like a connection without a key, and the rest of the key like the name of an extra."""
    with pytest.raises(ConfigurationError, match=f"'brand_conn' .* URI.*{named}") as caught:
        read_connection(Connection.from_uri(f"{uri}?partner_id=brand", conn_id="brand_conn"))
    assert "s3c" not in str(caught.value)


@pytest.mark.parametrize("key", ["k3y/of?the#tests", "k3y@of:the%2Ftests", "k3y[of]the+tests"])
def test_an_escaped_key_comes_out_of_a_uri_as_it_is(key: str) -> None:
    """As the message says how to write it."""
    uri = f"insider-web-push://:{quote(key, safe='')}@api.example.com?partner_id=brand"
    found = read_connection(Connection.from_uri(uri, conn_id="brand_conn"))
    assert found.api_key.get_secret_value() == key


@pytest.mark.parametrize(
    ("parts", "base_url"),
    [
        ({"host": "api.example.com"}, "https://api.example.com"),
        ({"host": "https://api.example.com/"}, "https://api.example.com"),
        ({"host": "https://API.Example.com"}, "https://api.example.com"),
        ({"host": "api.example.com", "port": 8443}, "https://api.example.com:8443"),
        ({"host": "https://api.example.com:8443"}, "https://api.example.com:8443"),
        ({"host": "http://[::1]:8080"}, "http://[::1]:8080"),
        ({"host": "https://[2001:db8::7]"}, "https://[2001:db8::7]"),
        ({"host": "localhost", "schema": "http", "port": 8080}, "http://localhost:8080"),
        ({"host": "https://api.example.com:8443", "port": 8443}, "https://api.example.com:8443"),
    ],
)
def test_the_address_may_be_written_in_many_ways(parts: dict[str, Any], base_url: str) -> None:
    """Scheme, host and port from wherever the form put them."""
    assert read(**parts).base_url == base_url


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.9.1", "localhost", "LOCALHOST", "[::1]"])
def test_plain_http_within_this_machine_needs_no_permission(host: str) -> None:
    """Nobody else sees it, and nobody needs a warning."""
    assert read(host=f"http://{host}:8080").insecure is False


@pytest.mark.parametrize("host", ["127.0.0.1.example.com", "10.0.0.1", "localhost.example.com", "[::]", "[fe80::1]"])
def test_what_only_looks_like_this_machine_needs_permission(host: str) -> None:
    """With it the settings say that the key travels unencrypted."""
    with pytest.raises(ConfigurationError, match="allow_http"):
        read(host=f"http://{host}:8080")
    assert read({"allow_http": True}, host=f"http://{host}:8080").insecure is True


def test_the_key_is_in_no_text_of_the_settings() -> None:
    """They are logged and shown in tracebacks."""
    settings = read()
    assert settings.api_key.get_secret_value() == KEY
    assert KEY not in f"{settings!r} {settings} {settings.model_dump_json()}"


def test_a_key_that_stands_in_the_address_as_well_is_not_shown() -> None:
    """A refused address is quoted, and people paste keys everywhere."""
    for host in (f"https://user:{KEY}@api.example.com", f"https://api.example.com?key={KEY}"):
        with pytest.raises(ConfigurationError) as caught:
            read(host=host)
        assert KEY not in str(caught.value)


def test_surrounding_blanks_of_the_key_are_no_part_of_it() -> None:
    """They come with copy and paste."""
    assert read(password=f" {KEY}\n").api_key.get_secret_value() == KEY


def test_a_rotated_key_goes_on_with_the_same_budget() -> None:
    """The API counts the account, not the key."""
    assert read(password="another-key").budget_key == read().budget_key


@pytest.mark.parametrize(
    "other",
    [{"host": "https://other.example.com"}, {"extra": {"partner_id": "brand2"}}, {"host": "http://localhost:1"}],
)
def test_another_account_has_another_budget(other: dict[str, Any]) -> None:
    """By host and by partner."""
    assert read(**other).budget_key != read().budget_key


@pytest.mark.parametrize(
    "parts",
    [
        {"host": "https://api.example.com:443"},
        {"host": "https://api.example.com/"},
        {"host": "API.example.com"},
        {"host": "api.example.com", "port": 443},
        {"host": "https://api.example.com."},
        {"host": "https://API.Example.COM.:443/"},
        {"host": "https://api\N{IDEOGRAPHIC FULL STOP}example\N{FULLWIDTH FULL STOP}com"},
        {"host": "\N{FULLWIDTH LATIN SMALL LETTER A}pi.example.com"},
    ],
)
def test_one_account_has_one_budget_however_its_address_is_written(parts: dict[str, Any]) -> None:
    """Two budgets for one account would send twice the limit."""
    assert read(**parts).budget_key == read(host="https://api.example.com").budget_key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://bücher.example", "https://xn--bcher-kva.example"),
        ("https://BÜCHER.example.", "https://xn--bcher-kva.example:443"),
        ("https://[2001:db8::7]", "https://[2001:DB8:0:0:0:0:0:7]"),
        ("http://[::1]:8080", "http://[0:0:0:0:0:0:0:1]:8080"),
    ],
)
def test_a_host_of_other_letters_or_numbers_has_one_budget_as_well(one: str, other: str) -> None:
    """Requests writes such a name for DNS before it asks."""
    assert read(host=one).budget_key == read(host=other).budget_key


@pytest.mark.parametrize(
    ("host", "name"),
    [
        (None, "web-push.api.useinsider.com/brand"),
        ("https://API.example.com:443", "api.example.com/brand"),
        ("https://api.example.com:8443", "api.example.com:8443/brand"),
        ("http://127.0.0.1:8080", "127.0.0.1:8080/brand"),
        ("http://[::1]:8080", "[::1]:8080/brand"),
        ("https://under_score.example.com", "under_score.example.com/brand"),
    ],
)
def test_the_budget_of_an_ordinary_host_keeps_its_name(host: str | None, name: str) -> None:
    """As older versions named it: their workers may count in it meanwhile."""
    assert read(host=host).budget_key == name
