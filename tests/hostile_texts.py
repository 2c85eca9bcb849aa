"""
The one list of hostile texts: names that a campaign may be given, each of which has broken something somewhere.

Unit, integration and system tests share it, so that a text that is added here is tried on every way out.
"""

import json
import re

HOSTILE = {
    "nul": "Sale \x00 now",
    "bell_and_backspace": "Sale\a\b\b\b\bFree",
    "clear_screen": "Sale \x1b[2J\x1b[H now",
    "clipboard": "Sale \x1b]52;c;cm0gLXJmIC8=\x07 now",
    "title_of_the_terminal": "Sale \x1b]0;root@db\x1b\\ now",
    "c1_csi": "Sale \x9b31m now \x9d0;x\x9c",
    "delete": "Sale\x7f\x7f\x7f\x7f now",
    "lines": "Sale\n2026-11-22 ERROR - forged\r\nnow\v\f",
    "unicode_lines": "Sale\u2028now\u2029then\x85later",
    "half_emoji": "Sale \ud83d now",
    "other_half": "Sale \ude00 now",
    "override": "Sale \u202egpj.exe\u202c now",
    "isolate": "Sale \u2066\u2067now\u2069",
    "no_xml": "Sale \ufffe\uffff now",
    "markup": "Sale [/b] [red]now[/] [link=file:///etc/passwd]x[/link]",
    "script": "<script>alert('push')</script><img src=x onerror=alert(1)>",
    "svg": "]]></text></svg><svg onload=alert(1)> &x; <!-- \" ' `",
    "template": "{{ 7*7 }} {% raw %} ${x} $x^2$ %s %(x)s {0}",
    "slack": "<!channel> <@U1> *Sale* <https://evil.example|now>",
    "formula": '=HYPERLINK("https://evil.example";"Sale")',
    "path": "../../../etc/passwd",
    "quotes": "Sale '; DROP TABLE dag; -- \" \\ \\u0000 \\ud83d",
    "long": "Sale " + "x" * 300_000,
    "long_and_steering": "\u202e\x1b\x00" * 2_000,
}
"""By what it does; the text as the API's JSON has it, decoded."""

ORDINARY = (
    "Ürün; stok",
    "🛍️ Flash 👩‍👩‍👧 deals 🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
    "夏のセール",
    "\u05e2\u05d1\u05e8\u05d9\u05ea \u200f2026",
    "\u0627\u0644\u0639\u0631\u0628\u064a\u0629\u061c - \u200e10%",
    "a\u200bb\u00a0c\t2026",
    "  two  ",
    "",
    "x" * 500,
)
"""Names as people give them: cleaning leaves them as they are, so that what is published stays as it is."""

_UNFIT = re.compile("[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")


def unfit(text: str, *, lines: bool = False) -> list[str]:
    """
    List the characters of a text that must not go out.

    Args:
        lines: Whether it may have line breaks of its own: a page, or a whole log.
    """
    found = set(_UNFIT.findall(text))
    return sorted(map(ascii, found - {"\n"} if lines else found))


def as_json(text: str) -> str:
    """Write a text as JSON, also one that no encoding can write."""
    return json.dumps(text)
