"""The published images that docker-compose.yaml and the Dockerfile name, and their digests put behind their tags."""

import re
from collections.abc import Mapping
from typing import NamedTuple

import yaml

_IMAGE = re.compile(r"^[ \t]*image:[ \t]+[\"']?(?P<image>[^\s\"'#]+)", re.MULTILINE)
_ARG = re.compile(r"^[ \t]*ARG[ \t]+(?P<name>\w+)=[\"']?(?P<image>[^\s\"']+)", re.MULTILINE | re.IGNORECASE)
_FROM = re.compile(
    r"^[ \t]*FROM[ \t]+(?:--\S+[ \t]+)*(?P<image>\S+)(?:[ \t]+AS[ \t]+(?P<stage>\S+))?", re.MULTILINE | re.IGNORECASE
)
_REFERENCE = re.compile(
    r"(?P<tagged>(?:[\w.-]+(?::\d+)?/)?[\w./-]+:\w[\w.-]*)(?:@(?P<digest>sha256:[0-9a-f]{64}))?", re.ASCII
)


class DigestError(ValueError):
    """An image has no digest to be had; the message names the image and what to do."""


class Place(NamedTuple):
    """Where a text names an image, as `tagged` with or without a digest."""

    start: int
    end: int
    tagged: str
    digest: str | None


def compose_images(text: str) -> list[Place]:
    """Find the published images of a compose file: those that no service of it builds."""
    services = yaml.safe_load(text)["services"].values()
    built = {service.get("image") for service in services if "build" in service}
    published = {service["image"] for service in services if "image" in service} - built
    found = [match for match in _IMAGE.finditer(text) if match["image"] in published]
    if missed := published - {match["image"] for match in found}:
        raise DigestError(f"{min(missed)} is not on a line of its own: write it as `image: NAME:TAG`")
    return [_place(match) for match in found]


def dockerfile_images(text: str) -> list[Place]:
    """Find what the stages of a Dockerfile build on: by name, or by the default of an ARG before the first of them."""
    stages = list(_FROM.finditer(text))
    arguments = {match["name"]: match for match in _ARG.finditer(text, 0, stages[0].start() if stages else 0)}
    own, found = {"scratch"}, {}
    for stage in stages:
        source = arguments.get(stage["image"].removeprefix("$").strip("{}"), stage) if "$" in stage["image"] else stage
        if source["image"].lower() not in own:
            found[source.start("image")] = _place(source)  # by where it is: two stages may use one ARG
        own.add((stage["stage"] or "scratch").lower())
    return list(found.values())


def _place(match: re.Match[str]) -> Place:
    if not (reference := _REFERENCE.fullmatch(match["image"])):
        raise DigestError(f"{match['image']} is not NAME:TAG, with or without @sha256:…: write the tag that you mean")
    return Place(*match.span("image"), reference["tagged"], reference["digest"])


def pinned(text: str, places: list[Place], digests: Mapping[str, str]) -> str:
    """Put the digests in, and leave all else as it is."""
    for place in sorted(places, reverse=True):
        text = f"{text[: place.start]}{place.tagged}@{digests[place.tagged]}{text[place.end :]}"
    return text


def manifest_url(tagged: str) -> str:
    """Give the address that knows an image, by Docker's rules: Docker Hub without a host, http on loopback alone."""
    name, _, tag = tagged.rpartition(":")
    host, _, path = name.partition("/")
    if not path or not (host == "localhost" or re.search(r"[.:]", host)):
        host, path = "docker.io", name
    if host in {"docker.io", "index.docker.io"}:
        host, path = "registry-1.docker.io", path if "/" in path else f"library/{path}"
    scheme = "http" if re.fullmatch(r"(localhost|127(\.\d+){3})(:\d+)?", host) else "https"
    return f"{scheme}://{host}/v2/{path}/manifests/{tag}"
