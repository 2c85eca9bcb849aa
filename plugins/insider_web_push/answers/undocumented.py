"""
Fields that no documentation mentions: kept with the rows, and counted, so that a change of the API is noticed. Pure.

Paths are JSON paths. For counting, positions in lists are left out: `$.deviceMetrics[].browserVersions`.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Iterable

from insider_web_push.answers.day_list import ListPage
from insider_web_push.answers.shapes import CampaignMetrics, unknown_fields

_POSITION = re.compile(r"\[[0-9]+\]")
_DEEPEST = 50


def extra_of(detail: CampaignMetrics) -> dict[str, object]:
    """
    Give what an answer has beyond its columns, by path.

    `comparisonData` is `[]` in every published sample, so that whatever is in it is undocumented.
    """
    compared = {"$.comparisonData": detail.comparison_data} if detail.comparison_data else {}
    return compared | dict(unknown_fields(detail))


def count_unknown(details: Iterable[CampaignMetrics]) -> dict[str, int]:
    """Count the undocumented values of answers, by path without positions."""
    return _counted(path for detail in details for path in extra_of(detail))


def count_unknown_in_rows(extras: Iterable[str | None]) -> dict[str, int]:
    """Count them by what the column `extra` has of them."""
    return _counted(path for extra in extras if extra for path in json.loads(extra))


def count_unknown_in_list(pages: Iterable[ListPage]) -> dict[str, int]:
    """Count the undocumented values of a list, by path without positions: `$.data[].labelColor`."""
    return _counted(path for page in pages for path, _ in unknown_fields(page))


def plain_json(value: object) -> str:
    """
    Write JSON that every reader takes.

    Numbers that JSON does not have (Python reads NaN and Infinity) become text, and what lies deeper than fifty
    levels becomes "…".
    """
    return json.dumps(_plain(value, 0), ensure_ascii=False, sort_keys=True, allow_nan=False)


def _plain(value: object, depth: int) -> object:
    match value:
        case float() if not math.isfinite(value):
            return str(value)
        case dict() | list() if depth >= _DEEPEST:
            return "…"
        case dict():
            return {key: _plain(item, depth + 1) for key, item in value.items()}
        case list():
            return [_plain(item, depth + 1) for item in value]
    return value


def _counted(paths: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(_POSITION.sub("[]", path) for path in paths).items()))
