"""
Stand-ins for the published images, under their names: for a machine that reaches Debian and PyPI, and no registry.

They are built of a Debian by debootstrap, and do what the deployment asks of the published ones; docs/deploy/compose.md
says what they are not.
"""

from __future__ import annotations

import os
import shutil
import ssl
from pathlib import Path

from include.containers.engine import Engine, NoEngineError
from include.deploy.images import compose_images, dockerfile_images
from include.local.home import PROJECT

_FOLDER = Path(__file__).parent / "standin"
_BASE = "insider-standin-base"
_LABEL = "insider-web-push.stand-in=yes"
_RELEASE = "bookworm"
_PACKAGES = "ca-certificates,curl,dumb-init,python3,python3-venv"
_BUNDLE = "/etc/ssl/certs/ca-certificates.crt"


def build_all(engine: Engine, folder: Path) -> dict[str, str]:
    """
    Build a stand-in for each published image of docker-compose.yaml and the Dockerfile.

    Returns:
        By the image's name, the file that it was built by.

    Raises:
        NoEngineError: nothing here can build a Debian, or the engine has a published image already.
    """
    if there := [image for image in _published() if engine.run("docker", "image", "ls", "--quiet", image).strip()]:
        raise NoEngineError(f"{', '.join(there)} is here already: run it without IMAGES=standin")
    _build_base(engine, folder)
    built = {}
    for image in _published():
        (name,) = (path for path in _FOLDER.glob("*.Dockerfile") if path.name.partition(".")[0] in image)
        engine.run("docker", "build", "--quiet", "--tag", image, "--label", _LABEL, "--file", str(name), str(_FOLDER))
        built[image] = name.name
    return built


def removed(engine: Engine) -> None:
    """Take the stand-ins away: nothing else may be built on them, or run as what they are not."""
    marked = engine.run("docker", "image", "ls", "--quiet", "--filter", f"label={_LABEL}", check=False).split()
    engine.run("docker", "image", "rm", "--force", *marked, _BASE, check=False)


def _published() -> list[str]:
    texts = {name: (PROJECT / name).read_text(encoding="utf-8") for name in ("docker-compose.yaml", "Dockerfile")}
    places = [*compose_images(texts["docker-compose.yaml"]), *dockerfile_images(texts["Dockerfile"])]
    return list(dict.fromkeys(place.tagged for place in places))


def _build_base(engine: Engine, folder: Path) -> None:
    if shutil.which("debootstrap", path=engine.env["PATH"]) is None or os.geteuid() != 0:
        raise NoEngineError("stand-ins are built by debootstrap, as root: apt-get install debootstrap")
    root = folder / "root"
    # Its own libraries, and not those that were brought for the engine.
    env = {name: value for name, value in engine.env.items() if name != "LD_LIBRARY_PATH"}
    Engine(env=env).run("debootstrap", "--variant=minbase", f"--include={_PACKAGES}", _RELEASE, str(root))
    changes = _reach_indexes_as_this_machine(root)
    engine.run("sh", "-c", f"tar -C {root} -c . | docker import {' '.join(changes)} - {_BASE}")
    shutil.rmtree(root)


def _reach_indexes_as_this_machine(root: Path) -> list[str]:
    """Give the base the machine's certificates and pip's settings; they may lead to a mirror, or through a proxy."""
    bundle = os.environ.get("SSL_CERT_FILE") or ssl.get_default_verify_paths().cafile
    if bundle:
        shutil.copyfile(bundle, root / _BUNDLE.lstrip("/"))
    if Path("/etc/pip.conf").exists():
        shutil.copyfile("/etc/pip.conf", root / "etc/pip.conf")
    given = {name: os.environ[name] for name in ("PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL") if name in os.environ}
    return [f"--change 'ENV {name}={value}'" for name, value in (given | {"PIP_CERT": _BUNDLE}).items()]
