"""Manifests of days that are as another one is: a lake of years without publishing each day of it."""

from datetime import date

from insider_web_push.lake.manifest import Manifest


def as_of(published: Manifest, day: date) -> Manifest:
    """Give a published day's manifest as that of another day: all that it names would lie at that day's place."""
    text = published.to_json().replace(str(published.day).encode(), str(day).encode())
    return Manifest.from_json(text, where=str(day)).model_copy(update={"details": None})
