"""The notation of an account's figures is found by the list's plain numbers."""

from datetime import date
from typing import Any

import pytest

from insider_web_push.probing.notation import notation_finding, notations_in
from insider_web_push.probing.report import Verdict
from insider_web_push.vocabulary import NumberFormat
from tests.builders import parse_campaign_metrics, sample, totals
from tests.unit.probing.simulated import probed

POINT, COMMA = NumberFormat
LISTED = {
    "targeted": 450_000, "sent": 411_840, "dropped": 38_160, "delivered": 140_355, "undelivered": 271_485,
    "clicks": 2_807, "conversions": 14, "revenue": "2479.6600112915",
}  # fmt: skip


def found(listed: dict[str, Any], *, turned: bool, **overview: Any) -> dict[NumberFormat, list[str]]:
    """Find the notation of the documented answer, or of the same one printed the other way round."""

    def in_notation(part: Any) -> Any:
        if isinstance(part, dict):
            return {name: in_notation(value) for name, value in part.items()}
        return part.translate(str.maketrans(".,", ",.")) if turned and isinstance(part, str) else part

    document = sample("campaign_metrics_older")
    document["overview"] = in_notation(document["overview"]) | overview
    return notations_in(parse_campaign_metrics(document), totals(**listed))


@pytest.mark.parametrize(("turned", "numbers"), [(False, POINT), (True, COMMA)])
def test_large_counts_rates_and_amounts_tell(*, turned: bool, numbers: NumberFormat) -> None:
    """And a count of two digits does not."""
    figures = found(LISTED, turned=turned)
    assert list(figures) == [numbers]
    assert len(figures[numbers]) == 6 + 3 + 1


@pytest.mark.parametrize("turned", [False, True])
def test_figures_that_are_not_the_lists_tell_nothing(*, turned: bool) -> None:
    """Another reading of them would be a guess."""
    assert found({}, turned=turned) == {}


def test_figures_may_contradict_each_other() -> None:
    """Then both notations are named."""
    assert set(found(LISTED, turned=False, revenue="2.480 USD")) == {POINT, COMMA}


@pytest.mark.parametrize(
    ("figures", "configured", "verdict", "do"),
    [
        ({POINT: ["1,234"]}, POINT, Verdict.AS_ASSUMED, ""),
        ({COMMA: ["1.234"]}, COMMA, Verdict.AS_ASSUMED, ""),
        ({COMMA: ["1.234"]}, POINT, Verdict.DIFFERS, 'set the account\'s number_format to "1.234,56"'),
        ({POINT: ["1,234"]}, COMMA, Verdict.DIFFERS, 'set the account\'s number_format to "1,234.56"'),
        ({POINT: ["1,234"], COMMA: ["2.480 USD"]}, POINT, Verdict.NOTED, "report it"),
        ({}, COMMA, Verdict.UNKNOWN, ""),
    ],
)
def test_the_finding_says_what_to_set(
    figures: dict[NumberFormat, list[str]], configured: NumberFormat, verdict: Verdict, do: str
) -> None:
    """Where the account is configured otherwise."""
    finding = notation_finding(figures, day=date(2026, 3, 6), configured=configured)
    assert (finding.verdict, finding.do.startswith(do), bool(finding.do)) == (verdict, True, bool(do))


@pytest.mark.parametrize("numbers", NumberFormat)
def test_an_account_that_is_configured_rightly_differs_in_nothing(numbers: NumberFormat) -> None:
    """In either notation."""
    findings = probed(number_format=str(numbers)).findings(numbers=numbers)
    assert findings["number format"].verdict is Verdict.AS_ASSUMED
    assert Verdict.DIFFERS not in {finding.verdict for finding in findings.values()}
