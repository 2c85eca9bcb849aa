"""Models of which a day has tens of thousands, in half the memory. Pure."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

_NONE: set[str] = set()


class LeanModel(BaseModel):
    """
    A model that does not remember which of its fields were given.

    That is a set for each object, larger than all the rest of it, and nobody here asks for it.
    """

    def model_post_init(self, _: Any, /) -> None:
        """Forget it."""
        object.__setattr__(self, "__pydantic_fields_set__", _NONE)
