"""
Put each published image's digest behind its tag, in docker-compose.yaml and the Dockerfile.

    python -m include.deploy.digests        what `make digests` runs

A registry is asked as the OCI distribution specification says, without a login. Either every image gets its digest, or
no file is touched.
"""

import re
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

import httpx

from include.deploy.images import DigestError, compose_images, dockerfile_images, manifest_url, pinned
from include.local.home import PROJECT

FILES = {"docker-compose.yaml": compose_images, "Dockerfile": dockerfile_images}
# The index first: one digest for every platform. The others are for images that were built for a single one.
_KINDS = (
    "oci.image.index.v1", "docker.distribution.manifest.list.v2", "oci.image.manifest.v1",
    "docker.distribution.manifest.v2",
)  # fmt: skip
_ACCEPT = {"Accept": ", ".join(f"application/vnd.{kind}+json" for kind in _KINDS)}
_WHY_NOT: dict[int, str] = {
    httpx.codes.NOT_FOUND: "there is no such image or tag: correct it",
    httpx.codes.UNAUTHORIZED: "there is no such image, or it needs a login, which is not supported: correct it",
    httpx.codes.FORBIDDEN: "there is no such image, or it needs a login, which is not supported: correct it",
    httpx.codes.TOO_MANY_REQUESTS: "too many have asked from your address: wait, and run it again",
}


def digest_of(registries: httpx.Client, tagged: str) -> str:
    """
    Ask the registry of an image for the digest of its tag.

    Raises:
        DigestError: the registry cannot be reached, does not know the tag, or gives no digest.
    """
    url = manifest_url(tagged)
    try:
        answer = registries.head(url, headers=_ACCEPT)
        if answer.status_code == httpx.codes.UNAUTHORIZED and (token := _token(registries, answer)):
            # Where the redirects ended: the token is for that registry.
            answer = registries.head(answer.url, headers=_ACCEPT | {"Authorization": f"Bearer {token}"})
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        why = str(error) or type(error).__name__
        raise DigestError(f"{tagged}: {url} cannot be asked ({why}): run it where its registry is in reach") from error
    if not answer.is_success:
        why = _WHY_NOT.get(answer.status_code, "the registry is not well: run it again later")
        raise DigestError(f"{tagged}: {url} answers {answer.status_code}: {why}")
    if url.startswith("https:") and answer.url.scheme != "https":
        raise DigestError(f"{tagged}: {url} leads to {answer.url}, where anybody on the way could put a digest")
    digest = answer.headers.get("Docker-Content-Digest", "")
    if not re.fullmatch(r"sha256:[0-9a-f]{64}", digest):
        raise DigestError(f"{tagged}: {url} gives the digest {digest!r}, which is no sha256: look it up by hand")
    return str(digest)


def _token(registries: httpx.Client, refused: httpx.Response) -> str | None:
    """Fetch the token of somebody without a login, from where the refusal says; None: it asks for something else."""
    kind, _, rest = refused.headers.get("WWW-Authenticate", "").partition(" ")
    asked = dict(re.findall(r'(\w+)="([^"]*)"', rest))
    if kind.lower() != "bearer" or "realm" not in asked:
        return None
    known = {name: asked[name] for name in ("service", "scope") if name in asked}
    answer = registries.get(httpx.URL(asked["realm"]).copy_merge_params(known)).raise_for_status().json()
    return answer.get("token") or answer.get("access_token") if isinstance(answer, dict) else None


def _write(texts: Mapping[Path, str]) -> None:
    """Replace the files once all the new ones lie beside them, complete."""
    drafts = {path: path.with_name(f".{path.name}.draft") for path in texts}
    try:
        for path, draft in drafts.items():
            draft.write_bytes(texts[path].encode())
            shutil.copymode(path, draft)
        for path, draft in drafts.items():
            draft.replace(path)
    finally:
        for draft in drafts.values():
            draft.unlink(missing_ok=True)


def main(folder: Path = PROJECT) -> int:
    """Run the program; gives its exit status."""
    # As bytes: reading a file as text would change the ends of its lines.
    texts = {folder / name: (folder / name).read_bytes().decode() for name in FILES}
    try:
        places = {path: FILES[path.name](text) for path, text in texts.items()}
        found = [place for among in places.values() for place in among]
        with httpx.Client(timeout=30, follow_redirects=True) as registries:
            digests = {tagged: digest_of(registries, tagged) for tagged in dict.fromkeys(each.tagged for each in found)}
    except DigestError as error:
        print(f"{error}. Nothing was written.", file=sys.stderr)
        return 1
    new = {path: pinned(text, places[path], digests) for path, text in texts.items()}
    _write({path: text for path, text in new.items() if text != texts[path]})
    for tagged, digest in digests.items():
        renewed = any(each.tagged == tagged and each.digest != digest for each in found)
        print(f"{'renewed' if renewed else 'unchanged':10} {tagged}@{digest}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
