r"""
Finds the API key in what a server says, in whatever form it repeats it, and masks it. Pure.

A server's form is its programming language's: PHP writes `/` as `\/`, others write characters as `\u002f`, `%2F` or
`&#47;`, and an answer may come in UTF-16. A key that was hashed, or encoded as a whole (Base64), is not found.
"""

from __future__ import annotations

import re
from functools import lru_cache

MASK = "***"
LEAST_IN_AN_ANSWER = 8
"""Keys of fewer characters are not looked for in what is no refusal: they stand in any text by chance."""
_LEAST_PIECE = 4
"""So many characters of the key, where a text was cut, are masked as well."""
_GAP = "[\x00\ufffd]{0,3}"
"""What lies between two characters of UTF-16 or UTF-32 that is read as something narrower; also after cleaning."""
_CUT = r"(?:(?:\\{1,7}|[%&])[#0-9a-zA-Z]{0,6})?…?\Z"
"""The end of a bounded text, perhaps in the middle of an escaped character."""
_ESCAPED = {
    "\\": re.compile(r"u00[2-7]", re.IGNORECASE),
    "%": re.compile(r"%(?:25)*[2-7][0-9a-f]", re.IGNORECASE),
    "&": re.compile(r"&(?:#|amp|lt|gt|quot|apos)", re.IGNORECASE),
}
"""A character that a key may have, escaped, by what every such text has."""
_NAMED = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&apos;"}


def key_masked(text: str, key: str) -> str:
    """Mask the key in a text, and the piece of it that the text ends with where it was cut."""
    if not _may_have(text, key):
        return text
    whole, piece = _patterns(key)
    return piece.sub(MASK, whole.sub(_mask_as_wide, text))


def bytes_masked(body: bytes, key: str) -> bytes:
    """Mask the key in bytes of any encoding; what stands beside it stays as it is, byte by byte."""
    # Latin-1 makes one character of each byte, and the same byte of it again.
    text = body.decode("latin-1")
    return _patterns(key)[0].sub(_mask_as_wide, text).encode("latin-1") if _may_have(text, key) else body


def _mask_as_wide(found: re.Match[str]) -> str:
    """Give the mask in characters as wide as those that it replaces, so that UTF-16 stays UTF-16."""
    return (found["gap"] or "").join(MASK)


def _may_have(text: str, key: str) -> bool:
    """Tell in no time of nearly every text that it has neither the key nor its beginning, in any form."""
    narrow = text.replace("\x00", "").replace("\ufffd", "")
    beginning = key[:_LEAST_PIECE].replace("\\", "")
    if beginning in narrow.replace("\\", ""):
        return True
    return any(begun in narrow and escaped.search(narrow) for begun, escaped in _ESCAPED.items())


@lru_cache(maxsize=16)
def _patterns(key: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Make the patterns of the whole key, and of its beginning at the end of a text."""
    first, *others = map(_written, key)
    begun = f"(?P<gap>{_GAP})" if others else "(?P<gap>)"
    whole = first + begun + _GAP.join(others)
    piece = ""
    for character in reversed(others[_LEAST_PIECE - 1 :]):
        piece = f"(?:{_GAP}{character}{piece})?"
    piece = _GAP.join([first, *others[: _LEAST_PIECE - 1]]) + piece
    return re.compile(whole), re.compile(piece + _CUT if len(key) > _LEAST_PIECE else "(?!)")


def _written(character: str) -> str:
    """Match one character as JSON, URLs and HTML write it, escaped up to three times; each piece in any width."""
    code = ord(character)
    slashes = rf"(?:\\{_GAP}){{0,7}}"
    some_slashes = rf"(?:\\{_GAP}){{1,7}}"
    percent = rf"%{_GAP}(?:2{_GAP}5{_GAP}){{0,2}}"
    forms = [
        slashes + re.escape(character),
        some_slashes + _wide(f"u{code:04x}"),
        percent + _wide(f"{code:02x}"),
        _wide(f"&#{code};"),
        _wide(f"&#x{code:x};"),
        *([_wide(_NAMED[character])] if character in _NAMED else []),
    ]
    return f"(?:{'|'.join(forms)})"


def _wide(text: str) -> str:
    """Match a text in any width, its letters in either case."""
    either = [f"[{letter.lower()}{letter.upper()}]" if letter.isalpha() else re.escape(letter) for letter in text]
    return _GAP.join(either)
