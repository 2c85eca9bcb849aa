"""Answers that were damaged at random, for tests that must hold for whatever the API may send."""

import json
from typing import Any

from hypothesis import strategies as st

OTHER_NOTATIONS = [
    lambda text: text.replace(",", "."),
    lambda text: text.replace(".", ","),
    lambda text: text.replace(",", " "),
    lambda text: text.replace(",", "\u00a0"),
    lambda text: text.replace(",", "'"),
    lambda text: text.replace(",", ""),
    lambda text: text.replace(",", "\u066c"),
    lambda text: text.replace("%", ""),
    lambda text: f"{text}%",
    lambda text: f"%{text}",
    lambda text: f"-{text}",
    lambda text: f"({text})",
    lambda text: f"{text}K",
    lambda text: f"{text}.000",
    lambda text: f"{text},000",
    lambda text: f"{text},5",
    lambda text: f"0{text}",
    lambda text: f" {text}\n",
    lambda text: text.translate({ord("0") + n: 0x0660 + n for n in range(10)}),
    lambda text: text.translate({ord("0") + n: 0xFF10 + n for n in range(10)}),
    lambda text: " ".join(reversed(text.split())),
    lambda text: text.lower(),
    lambda text: text[:-1],
    lambda text: text[1:],
    lambda text: text * 2,
]
"""Of a figure: how other places, other programs, or faults would print it."""

figure_texts = st.text(st.sampled_from("0123456789,.-+% '\u00a0eETRYUSD\uff11\u0663"), max_size=14)
numbers = (
    st.integers(-(10**25), 10**25)
    | st.integers(0, 999_999)
    | st.floats()
    | st.sampled_from([True, False, 10**400, 2**63, 2**63 - 1, -0.0, 1e-7, 5e-324, 1e16])
)
printed = (
    st.integers(0, 10**7).map("{:,}".format)
    | st.decimals(-999, 10**7, places=2).map("{:,}".format)
    | st.decimals(0, 10**4, places=3).map(str)
    | st.decimals(0, 200, places=2).map("{}%".format)
    | st.decimals(0, 10**7, places=1).map("{:,} TRY".format)
)
SUSPICIOUS = [
    "1.234", "12.345", "123.456", "1234.567", "1,5", "12,34", "1,234", "0,500", "0.500", "1.234,50", "1,234.50",
    "1,234,00", "0.1234567891", "512.345", "1,234.567890123456", "9.9999999995",
    "9" * 30, "1e5", "0x10", "1_000", "+5", "-5", "-0", "007", "NaN", "Infinity", "N/A",
    "-", "",
]  # fmt: skip
"""What a careless reader would take for a number, or for another one."""
NO_TEXT = [True, False, 2.5, -1, 1234.0, 10**20, float("nan"), float("inf")]
UNITS = ["", "%", " TRY", " USD", " KWD"]

scalars = st.none() | numbers | printed | figure_texts | st.text(st.characters(codec="utf-8"), max_size=6)
junk = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)


@st.composite
def damaged(draw: st.DrawFn, document: dict[str, Any]) -> dict[str, Any]:
    """Draw the document with one to four of its places changed; leaves as well as whole sections."""
    changed = json.loads(json.dumps(document))
    for _ in range(draw(st.integers(1, 4))):
        places = _places(changed)
        leaves = [(parent, key) for parent, key in places if not isinstance(parent[key], dict | list)]
        # Damage to a section is mostly refused as a whole; what is told apart, is told apart in leaves.
        is_leaf = leaves and draw(st.integers(0, 2))
        if not places:
            break
        parent, key = draw(st.sampled_from(leaves if is_leaf else places))
        _damage(draw, parent, key)
    return changed


ATTRIBUTES = [
    "name", "alias", "statusName", "primaryGoal", "startDate", "endDate", "isRecurring", "isTTLEnded", "goalMenu",
    "preferredCurrency", "personalizationStatus", "status", "workingStatus", "sendType", "comparisonData", "message",
]  # fmt: skip
LISTS = [("deviceMetrics",), ("clickMetrics",), ("unsuccessfulMessages", "dropped"),
         ("unsuccessfulMessages", "undelivered")]  # fmt: skip
NAMES = ["device", "label", "name", "header"]


@st.composite
def odd(draw: st.DrawFn, document: dict[str, Any]) -> dict[str, Any]:
    """Draw the document with attributes of any type, names of rows likewise, and lists as PHP may print them."""
    changed = json.loads(json.dumps(document))
    # Each once: what is buried twice is too deep for the encoder of Python 3.12.
    for name in draw(st.lists(st.sampled_from(ATTRIBUTES), max_size=4, unique=True)):
        _make_odd(draw, changed, name)
    for *parents, last in draw(st.lists(st.sampled_from(LISTS), max_size=2, unique=True)):
        parent = changed[parents[0]] if parents else changed
        entries = parent.get(last) or []
        match draw(st.sampled_from(["nothing", "keyed", "names", "entries", "absent"])):
            case "nothing":
                parent[last] = draw(st.sampled_from([None, "", {}, []]))
            case "keyed":
                keys = sorted(draw(st.sets(st.integers(0, 99), min_size=len(entries), max_size=len(entries))))
                parent[last] = {str(key): entry for key, entry in zip(keys, entries, strict=True)}
            case "names" if entries:
                entry = draw(st.sampled_from(entries))
                _make_odd(draw, entry, draw(st.sampled_from([name for name in NAMES if name in entry])))
            case "entries" if entries:
                entries[draw(st.integers(0, len(entries) - 1))] = draw(st.sampled_from([None, "", {}, []]))
            case "absent":
                parent.pop(last, None)
    return changed


def _make_odd(draw: st.DrawFn, part: dict[str, Any], name: str) -> None:
    match draw(st.sampled_from(["replace", "bury", "remove"])):
        case "replace":
            part[name] = draw(junk)
        case "bury":
            part[name] = _buried(part.get(name), draw(st.sampled_from([1, 60, 300, 900])))
        case _:
            part.pop(name, None)


def _damage(draw: st.DrawFn, parent: Any, key: Any) -> None:
    value = parent[key]
    kinds = ["suspicious", "replace", "remove", "bury"]
    kinds = ["suspicious"] * 4 + ["notation"] * 4 + kinds if isinstance(value, str | int) else kinds
    kinds = ["swap", "wrap", "grow", "grow", "grow", "remove", "nothing"] if isinstance(value, dict | list) else kinds
    match draw(st.sampled_from(kinds)):
        case "suspicious":
            unit = next((unit for unit in UNITS[1:] if str(value).endswith(unit)), "")
            number = draw(st.sampled_from(SUSPICIOUS))
            parent[key] = draw(st.sampled_from([number + unit] * 4 + [number + other for other in UNITS] + NO_TEXT))
        case "bury":
            parent[key] = _buried(value, draw(st.sampled_from([1, 60, 240, 300, 900])))
        case "replace":
            parent[key] = draw(junk)
        case "remove":
            del parent[key]
        case "notation":
            parent[key] = draw(st.sampled_from(OTHER_NOTATIONS))(str(value))
        case "swap":
            parent[key] = (
                list(value.values()) if isinstance(value, dict) else {str(2 * n): v for n, v in enumerate(value)}
            )
        case "nothing":
            parent[key] = draw(st.sampled_from([None, "", {}, []]))
        case "wrap":
            parent[key] = draw(st.sampled_from([[value], {"data": value}, [value, value]]))
        case "grow" if isinstance(value, list):
            value.append(json.loads(json.dumps(draw(st.sampled_from(value)))) if value else draw(junk))
        case _:
            value[draw(st.text(max_size=6))] = draw(junk | st.just(_buried(1, 900)))


def _buried(value: Any, levels: int) -> Any:
    for _ in range(levels):
        value = [value]
    return value


def _places(part: Any) -> list[tuple[Any, Any]]:
    found, waiting = [], [part]
    while waiting:
        inside = waiting.pop()
        keys = list(inside) if isinstance(inside, dict) else range(len(inside)) if isinstance(inside, list) else ()
        found += [(inside, key) for key in keys]
        waiting += [inside[key] for key in keys]
    return found
