"""Where a mistake in a YAML file stands. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

import yaml

SAFE_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""libyaml's, ten times as fast, where PyYAML was built with it."""
_QUOTED = re.compile(r"'[^']{3,}'")


def problem_of(error: yaml.YAMLError) -> str:
    """Say what is no YAML, and where; without the text that stands there, which may be a secret."""
    if not isinstance(error, yaml.MarkedYAMLError):
        return str(error)
    mark = error.problem_mark or error.context_mark
    where = f"line {mark.line + 1}, column {mark.column + 1}: " if mark else ""
    return where + _QUOTED.sub("'…'", error.problem or error.context or "this is no YAML")


class Repeated(NamedTuple):
    """A key that is there twice in one mapping, and the line of the second one, from 1."""

    key: str
    line: int


def repeated(text: str) -> Repeated | None:
    """Find the first key that hides an earlier one; YAML itself takes the last, silently."""
    waiting: list[yaml.Node | None] = [yaml.compose(text, Loader=SAFE_LOADER)]
    while waiting:
        match waiting.pop(0):
            case yaml.MappingNode(value=pairs):
                keys = [key.value for key, _ in pairs]
                for position, (key, _) in enumerate(pairs):
                    if key.value in keys[:position]:
                        return Repeated(str(key.value), int(key.start_mark.line) + 1)
                waiting += [value for _, value in pairs]
            case yaml.SequenceNode(value=items):
                waiting += items
    return None


def line_of(text: str, path: Sequence[str | int]) -> int:
    """
    Find the line of a setting.

    Args:
        text: The file, which is YAML.
        path: Keys and positions from the top: ("accounts", 0, "timezone").

    Returns:
        The line, from 1; if the setting is not there, the line of what it should be in.
    """
    node = yaml.compose(text, Loader=yaml.SafeLoader)
    line = node.start_mark.line if node else 0
    for step in path:
        match node:
            case yaml.MappingNode():
                found = next(((key, value) for key, value in node.value if key.value == str(step)), None)
                if found is None:
                    break
                key, node = found
                line = key.start_mark.line
            case yaml.SequenceNode() if isinstance(step, int) and step < len(node.value):
                node = node.value[step]
                line = node.start_mark.line
            case _:
                break
    return int(line) + 1
