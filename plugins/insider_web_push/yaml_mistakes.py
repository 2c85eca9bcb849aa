"""Where a mistake in a YAML file stands, and what was probably meant. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches

import yaml


def line_of(text: str, path: Sequence[str | int]) -> int:
    """
    Find the line of a setting.

    Args:
        text: The file, which is YAML.
        path: Keys and positions from the top: ("accounts", 0, "timezone").

    Returns:
        From 1; of a setting that is not there, the line of what it should be in.
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


def meant(written: str, known: Iterable[str]) -> str:
    """Say what was probably meant; empty if nothing known is like it. A zone may go without its continent."""
    names = list(known)
    close = [name for name in names if name.lower().rpartition("/")[2] == written.lower()]
    close += get_close_matches(written, names, n=2, cutoff=0.7)
    return f"; did you mean {' or '.join(dict.fromkeys(close[:3]))}?" if close else ""
