"""`make digests`, against a registry that asks for a token, as Docker Hub does."""

import os
import re
import shutil
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from include.deploy import digests, images
from tests.conftest import PROJECT_ROOT

OLD, NEW, BASE = (f"sha256:{digit * 64}" for digit in "abc")
COMPOSE = """\
# postgres:18.4 in a comment, and image: {registry}/postgres:18.4
x-ours: &ours
  image: ours:0.1.0
services:
  first: {{<<: *ours, build: .}}
  second:
    <<: *ours
  database:
    image: {registry}/postgres:18.4{pin}   # why
    command: ["image: {registry}/postgres:18.4"]\r
  again:
    image: "{registry}/postgres:18.4{pin}"
"""
DOCKERFILE = """\
# syntax=docker/dockerfile:1
ARG BASE="{registry}/apache/airflow:slim-3.3.2{base_pin}"
FROM --platform=linux/amd64 ${{BASE}} AS Airflow
ARG BASE=no:image
from airflow as simulator
FROM $BASE
FROM scratch
"""
COPIED = [
    "include", "dags", "deploy", "docs/deploy", "requirements", "tests/__init__.py", "tests/conftest.py",
    "tests/project/__init__.py", "tests/project/test_compose.py", "docker-compose.yaml", "Dockerfile", ".env.example",
    "pyproject.toml",
]  # fmt: skip


@dataclass
class Registry:
    """What it knows by `name:tag`, and what it was asked, by method and path."""

    known: dict[str, str]
    asked: list[str] = field(default_factory=list)
    private: set[str] = field(default_factory=set)
    accepted: set[str] = field(default_factory=set)
    at: str = ""


@pytest.fixture
def registry(monkeypatch):
    """A registry on loopback, for one test."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    made = Registry({"postgres:18.4": NEW, "apache/airflow:slim-3.3.2": BASE})
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(made))
    made.at = f"127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield made
    server.shutdown()
    thread.join()
    server.server_close()


def _handler(registry):
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            url = urlsplit(self.path)
            registry.asked.append(f"GET {url.path}")
            asked = parse_qs(url.query)
            body = f'{{"token": "for {asked["scope"][0]} at {asked["service"][0]}"}}'.encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_HEAD(self):
            registry.asked.append(f"HEAD {self.path}")
            registry.accepted |= set(self.headers["Accept"].split(", "))
            name, tag = re.fullmatch(r"/v2/(.+)/manifests/(.+)", self.path).groups()
            scope = f"repository:{name}:pull"
            if f"{name}:{tag}" in registry.private:
                self.send_response(401)
            elif self.headers["Authorization"] != f"Bearer for {scope} at the registry":
                self.send_response(401)
                realm = f"http://{registry.at}/token"
                self.send_header("WWW-Authenticate", f'Bearer realm="{realm}",service="the registry",scope="{scope}"')
            elif digest := registry.known.get(f"{name}:{tag}"):
                self.send_response(200)
                self.send_header("Docker-Content-Digest", digest)
            else:
                self.send_response(404)
            self.end_headers()

        def log_message(self, *_):
            pass

    return Handler


def _files(folder, registry, pin="", base_pin=""):
    texts = {"docker-compose.yaml": COMPOSE, "Dockerfile": DOCKERFILE}
    texts = {name: text.format(registry=registry, pin=pin, base_pin=base_pin) for name, text in texts.items()}
    for name, text in texts.items():
        (folder / name).write_bytes(text.encode())
    return texts


def _read(folder):
    """Everything that lies there, so that a left draft would show."""
    return {path.name: path.read_bytes().decode() for path in folder.iterdir()}


@pytest.mark.parametrize("pin", ["", f"@{OLD}"])
def test_digests_are_put_in_and_all_else_stays(registry, tmp_path, capsys, pin):
    """Comments, quotes, ends of lines, what the project builds, and names of stages; each image is asked for once."""
    _files(tmp_path, registry.at, pin)
    (tmp_path / "Dockerfile").chmod(0o640)
    assert digests.main(tmp_path) == 0
    (tmp_path / "expected").mkdir()
    assert _read_files(tmp_path) == _files(tmp_path / "expected", registry.at, f"@{NEW}", f"@{BASE}")
    assert (tmp_path / "Dockerfile").stat().st_mode & 0o777 == 0o640
    assert capsys.readouterr().out.splitlines() == [
        f"renewed    {registry.at}/postgres:18.4@{NEW}",
        f"renewed    {registry.at}/apache/airflow:slim-3.3.2@{BASE}",
    ]
    assert registry.asked == [
        line
        for name, tag in [("postgres", "18.4"), ("apache/airflow", "slim-3.3.2")]
        for line in [f"HEAD /v2/{name}/manifests/{tag}", "GET /token", f"HEAD /v2/{name}/manifests/{tag}"]
    ]
    assert registry.accepted >= {
        "application/vnd.oci.image.index.v1+json", "application/vnd.docker.distribution.manifest.list.v2+json",
    }  # fmt: skip


def _read_files(folder):
    return {name: (folder / name).read_bytes().decode() for name in digests.FILES}


def test_what_has_its_digest_is_not_written_again(registry, tmp_path, capsys):
    """And is said to be unchanged."""
    _files(tmp_path, registry.at, f"@{NEW}", f"@{BASE}")
    before = {path: path.stat() for path in tmp_path.iterdir()}
    assert digests.main(tmp_path) == 0
    assert {path: path.stat() for path in tmp_path.iterdir()} == before
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == ["unchanged", "unchanged"]


@pytest.mark.parametrize(
    ("known", "private", "said"),
    [
        pytest.param({}, [], "answers 404: there is no such image or tag", id="unknown tag"),
        pytest.param({}, ["apache/airflow:slim-3.3.2"], "answers 401: there is no such image, or", id="unknown image"),
        pytest.param({"apache/airflow:slim-3.3.2": "sha256:no\tdigest"}, [], "which is no sha256", id="no digest"),
    ],
)
def test_nothing_is_written_where_one_image_has_no_digest(registry, tmp_path, capsys, known, private, said):
    """The first image of these has one."""
    registry.known, registry.private = {"postgres:18.4": NEW} | known, set(private)
    texts = _files(tmp_path, registry.at)
    assert digests.main(tmp_path) == 1
    assert _read(tmp_path) == texts
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"{registry.at}/apache/airflow:slim-3.3.2: ")
    assert said in line
    assert line.endswith("Nothing was written.")


def test_a_registry_that_is_down_is_named(tmp_path, capsys, monkeypatch):
    """Nobody listens on port 1 of loopback."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    texts = _files(tmp_path, "127.0.0.1:1", f"@{OLD}")
    assert digests.main(tmp_path) == 1
    assert _read(tmp_path) == texts
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("127.0.0.1:1/postgres:18.4: http://127.0.0.1:1/v2/postgres/manifests/18.4 cannot be asked (")
    assert line.endswith(": run it where its registry is in reach. Nothing was written.")


@pytest.mark.parametrize(
    ("to", "believed"),
    [("https://mirror.example/v2/a/manifests/1", True), ("http://mirror.example/v2/a/manifests/1", False)],
)
def test_a_registry_may_send_on_over_https_alone(to, believed):
    """Answers by httpx's own transport for tests: no registry on loopback speaks https."""

    def answer(request):
        if request.url.host == "registry.example":
            return httpx.Response(307, headers={"Location": to})
        return httpx.Response(200, headers={"Docker-Content-Digest": NEW})

    with httpx.Client(transport=httpx.MockTransport(answer), follow_redirects=True) as registries:
        if believed:
            assert digests.digest_of(registries, "registry.example/a:1") == NEW
        else:
            with pytest.raises(images.DigestError, match=r"leads to http://mirror\.example"):
                digests.digest_of(registries, "registry.example/a:1")


@pytest.mark.parametrize(
    ("tagged", "url"),
    [
        ("postgres:18.4-bookworm", "https://registry-1.docker.io/v2/library/postgres/manifests/18.4-bookworm"),
        ("docker.io/postgres:18", "https://registry-1.docker.io/v2/library/postgres/manifests/18"),
        ("valkey/valkey:9.1.2", "https://registry-1.docker.io/v2/valkey/valkey/manifests/9.1.2"),
        ("quay.io/a/b/c:1", "https://quay.io/v2/a/b/c/manifests/1"),
        ("registry.example:5000/a:1", "https://registry.example:5000/v2/a/manifests/1"),
        ("localhost:5000/a:1", "http://localhost:5000/v2/a/manifests/1"),
        ("127.0.0.1.example/a:1", "https://127.0.0.1.example/v2/a/manifests/1"),
    ],
)
def test_an_image_s_registry_is_the_one_that_docker_would_ask(tagged, url):
    """Over https, but on loopback."""
    assert images.manifest_url(tagged) == url


@pytest.mark.parametrize(
    ("find", "text", "named"),
    [
        (images.compose_images, "services: {a: {image: 'redis'}}", "redis is not on a line"),
        (images.compose_images, "services:\n  a:\n    image: redis\n", "redis is not NAME:TAG"),
        (images.compose_images, "services:\n  a:\n    image: localhost:5000/redis\n", "localhost:5000/redis is not"),
        (images.compose_images, "services:\n  a:\n    image: redis:8@sha256:12\n", "redis:8@sha256:12 is not NAME:TAG"),
        (images.compose_images, "services:\n  a:\n    image: redis:${TAG:-8}\n", "redis:.* is not NAME:TAG"),
        (images.dockerfile_images, "ARG TAG=3\nFROM debian:$TAG\n", "debian:.TAG is not NAME:TAG"),
    ],
)
def test_an_image_whose_tag_is_not_there_to_read_is_named(find, text, named):
    """What cannot be pinned is not passed over."""
    with pytest.raises(images.DigestError, match=named):
        find(text)


def test_every_published_image_of_the_project_is_found_and_no_other():
    """By name; the tags are theirs."""
    found = [each.tagged for name, find in digests.FILES.items() for each in find((PROJECT_ROOT / name).read_text())]
    assert [tagged.partition(":")[0] for tagged in found] == [
        "postgres", "valkey/valkey", "chrislusf/seaweedfs", "apache/airflow",
    ]  # fmt: skip


def test_the_files_with_digests_pass_the_tests_of_those_without(tmp_path):
    """In a copy of the project, whose two files have them."""
    for name in COPIED:
        copy = shutil.copytree if (PROJECT_ROOT / name).is_dir() else shutil.copyfile
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        copy(PROJECT_ROOT / name, tmp_path / name)
    for name, find in digests.FILES.items():
        text = (tmp_path / name).read_text()
        places = find(text)
        (tmp_path / name).write_text(images.pinned(text, places, {each.tagged: NEW for each in places}))
        assert NEW in (tmp_path / name).read_text()
    # A folder of its own: pytest closes the one that it shares with other runs to the users that servers run as.
    own = ["-p", "no:cacheprovider", f"--basetemp={tmp_path / 'own'}"]
    command = [sys.executable, "-m", "pytest", "-q", *own, "tests/project/test_compose.py"]
    env = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "PYTHONPATH"))}
    done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, check=False)  # noqa: S603 — our own interpreter
    assert done.returncode == 0, done.stdout + done.stderr
