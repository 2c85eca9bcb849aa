r"""
Cleans text that comes from outside, once, where it enters: what goes on may go anywhere. Pure.

A campaign's name ends in PostgreSQL (which has no U+0000), in Airflow's logs and labels, in a terminal (which obeys
ESC), in Slack, HTML, SVG and Parquet. So whatever steers a machine or hides from an eye is shown as �, which stands in
no ordinary name. What only looks dangerous, `<script>` or `[/b]`, is text: whoever writes HTML or markup escapes it.
The raw answer keeps everything.
"""

from __future__ import annotations

import re

LONGEST_TEXT = 4_000
"""Characters of any text of an answer; addresses have up to about 2,000."""
LONGEST_NAME = 500
"""Characters of a campaign's name; hundreds of them go through one XCom."""

_BREAKS = "\n\v\f\r\x1c-\x1e\x85\u2028\u2029"
"""Line breaks, as Python and Unicode have them: a line of a log is one line."""
_HALVES = "\ud800-\udfff"
"""Half an emoji, which no encoding can write."""
_STEERING = "\x00-\x08\x0a-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufffe\uffff"
"""
Control characters, C0 and C1, but for the tab, which people paste and nothing obeys; embeddings, overrides and
isolates, which make a line read in another order than it has; and what XML, so SVG, must not have. The marks U+200E,
U+200F and U+061C stay: they move nothing beyond themselves, and ordinary Arabic and Hebrew names have them.
"""
_UNFIT = re.compile(f"[{_BREAKS}{_STEERING}{_HALVES}]")
_FIT = {"break": " ", "half": "?", "steering": "\ufffd"}
_KINDS = re.compile(f"(?P<break>[{_BREAKS}])|(?P<half>[{_HALVES}])|(?P<steering>[{_STEERING}])")


def clean(text: str, *, most: int = LONGEST_TEXT) -> str:
    """
    Give a text that may go anywhere: a line, of at most so many characters.

    A text that is clean comes back as it is.
    """
    bounded = text if len(text) <= most else text[: most - 1] + "…"
    if bounded.isprintable() or not _UNFIT.search(bounded):
        return bounded
    return _KINDS.sub(lambda found: _FIT[str(found.lastgroup)], bounded)


def clean_name(text: str | None) -> str | None:
    """Clean a campaign's name; None stays."""
    return None if text is None else clean(text, most=LONGEST_NAME)


def is_clean_json(text: str) -> bool:
    """Tell of JSON whether no text in it can need cleaning: true of most answers, and quicker than looking at each."""
    # Without an escape but for `\/`, a text is what it looks like, from quote to quote.
    if "\\" in text.replace("\\/", "") or max(map(len, text.split('"'))) > LONGEST_TEXT:
        return False
    return text.isprintable() or not _UNFIT.search(text)


def clean_json(decoded: object) -> object:
    """Clean every text of decoded JSON, names of fields too; it may be changed in place."""
    top: list[object] = [decoded]
    waiting: list[dict[str, object] | list[object]] = [top]
    # No recursion: what is nested as deep as the decoder takes would be too deep for it.
    while waiting:
        match waiting.pop():
            case dict() as fields:
                for name in [name for name in fields if clean(name) != name]:
                    fields[clean(name)] = fields.pop(name)
                waiting += [value for value in fields.values() if isinstance(value, dict | list)]
                fields.update((name, clean(value)) for name, value in fields.items() if isinstance(value, str))
            case items:
                waiting += [value for value in items if isinstance(value, dict | list)]
                items[:] = [clean(value) if isinstance(value, str) else value for value in items]
    return top[0]
