"""What is wrong with a day, in words."""

from pathlib import Path
from typing import Any

import pytest

from insider_web_push.days.completeness import Standing
from insider_web_push.days.handover import DayResult, FetchTrouble
from insider_web_push.days.rules import Rules
from insider_web_push.days.troubles import Trouble
from insider_web_push.days.verdict import causes_of, day_problems, failing_checks, held_campaigns, published_problems
from insider_web_push.lake.manifest import Manifest
from insider_web_push.vocabulary import Check, DayCheck, DayOutcome, DayStatus, DetailStatus
from tests.builders import swept
from tests.lake import Lake

WHOLE = Standing(status=DayStatus.COMPLETE, expected=3)
FELL = "sent fell from 495,378 to 0 (100 %)"


@pytest.fixture
def manifest(tmp_path: Path) -> Manifest:
    """A complete day of three campaigns, with nothing wrong."""
    lake = Lake(tmp_path / "lake")
    lake.list_day([swept(key, f"Campaign {key}") for key in ("1", "2", "3")])
    for key in ("1", "2", "3"):
        lake.answer(key)
    lake.publish()
    return lake.manifest().model_copy(update={"checks": {}})


def result(outcome: DayOutcome, why: str) -> DayResult:
    """What publish said of the day."""
    return DayResult(day="2026-11-22", outcome=str(outcome), revision=1, why=why, announced=False)


def judged(manifest: Manifest | None, standing: Standing = WHOLE, **given: Any) -> list[tuple[str, list[Trouble]]]:
    """Give what is said of a day, and its causes."""
    plain: dict[str, Any] = {"sweep": manifest.sweep if manifest else "", "result": None, "answers": {}}
    found = day_problems(standing, manifest, Rules(), **(plain | given))
    return [(problem.said, list(problem.causes)) for problem in found]


def test_a_day_with_nothing_wrong_has_no_problem(manifest: Manifest) -> None:
    """Neither for verify nor on its page."""
    assert judged(manifest) == []
    assert published_problems(manifest, Rules()) == []


def test_what_fails_in_a_partial_day_is_said_beside_what_is_missing(manifest: Manifest) -> None:
    """Whoever mends the one should know of the other; of a sweep that is not published nothing is known yet."""
    odd = manifest.model_copy(update={"day_checks": {"row_without_id": ["row 1 has no id"]}})
    lacking = Standing(status=None, missing=(swept("4", "A"),), expected=4)
    assert [causes for _, causes in judged(odd, lacking)] == [[Trouble.MISSING], [Trouble.ROW_WITHOUT_ID]]
    assert [causes for _, causes in judged(odd, lacking, sweep="~")] == [[Trouble.MISSING]]


@pytest.mark.parametrize(
    ("held", "said"),
    [
        ({"1": FELL}, f"1 campaign keeps its published figures (1 'Big autumn sale': {FELL})"),
        (
            {"1": "a", "3": "b"},
            "2 campaigns keep their published figures (1 'Big autumn sale': a; 3 'Big autumn sale': b)",
        ),
        ({"9": "gone"}, "1 campaign keeps its published figures (9: gone)"),
    ],
)
def test_held_campaigns_are_named_with_why_and_red(manifest: Manifest, held: dict[str, str], said: str) -> None:
    """Though the rest of the day is published and complete."""
    (problem,) = held_campaigns(manifest.model_copy(update={"held": held}))
    assert (problem.said, problem.is_red) == (said, True)
    assert problem.causes == {Trouble.HELD_CAMPAIGN: tuple(held)}
    assert judged(manifest.model_copy(update={"held": held})) == [(said, [Trouble.HELD_CAMPAIGN])]


@pytest.mark.parametrize(
    ("outcome", "why", "causes"),
    [
        (DayOutcome.HELD, "sent fell", [Trouble.HELD_DAY]),
        (DayOutcome.FAILED, "the stored object x is damaged", [Trouble.DAMAGED_OBJECT]),
    ],
)
def test_what_publish_refused_is_said_with_what_stays(
    manifest: Manifest, outcome: DayOutcome, why: str, causes: list[Trouble]
) -> None:
    """A later day must not look published."""
    assert judged(manifest, result=result(outcome, why)) == [(f"{why}; the day keeps revision 1", causes)]


def test_a_day_held_for_its_campaigns_alone_says_so_once(manifest: Manifest) -> None:
    """Publish names them already."""
    held = manifest.model_copy(update={"held": {"1": FELL}})
    (said,) = judged(held, result=result(DayOutcome.HELD, f"held: 1 'Big autumn sale': {FELL}"))
    assert said == (f"held: 1 'Big autumn sale': {FELL}; the day keeps revision 1", [Trouble.HELD_CAMPAIGN])


@pytest.mark.parametrize("is_published", [True, False])
def test_a_look_that_was_not_committed_is_said(manifest: Manifest, *, is_published: bool) -> None:
    """Though nothing is missing."""
    ((said, causes),) = judged(manifest if is_published else None, sweep="~")
    assert said.startswith("publish did not commit what was fetched; the day ")
    assert causes == [Trouble.NOT_COMMITTED]


def test_an_answer_that_was_not_committed_is_said(manifest: Manifest) -> None:
    """But for that of a campaign that is held, whose newest answers wait."""
    newer = {"2": f"{manifest.campaigns['2'].snapshot}~"}
    ((said, causes),) = judged(manifest, answers=newer)
    assert (said.partition(";")[0], causes) == ("publish did not commit what was fetched", [Trouble.NOT_COMMITTED])
    held = manifest.model_copy(update={"held": {"2": FELL}})
    assert [causes for _, causes in judged(held, answers=newer)] == [[Trouble.HELD_CAMPAIGN]]
    assert judged(manifest, answers={"2": str(manifest.campaigns["2"].snapshot), "77": "an answer of another"}) == []


def trouble(campaign_id: str, kind: Trouble | None) -> FetchTrouble:
    """What a fetch noted; an older version noted no kind."""
    noted = FetchTrouble(campaign_id=campaign_id, day="2026-11-22", why="because")
    return noted if kind is None else FetchTrouble(**noted, kind=str(kind))


@pytest.mark.parametrize(
    ("troubles", "causes"),
    [
        ([], {Trouble.MISSING: ("1", "2", "3")}),
        ([trouble("2", Trouble.NOT_FOUND)], {Trouble.MISSING: ("1", "3"), Trouble.NOT_FOUND: ("2",)}),
        (
            [trouble("1", Trouble.REJECTED), trouble("2", Trouble.UNAVAILABLE), trouble("3", Trouble.REJECTED)],
            {Trouble.REJECTED: ("1", "3"), Trouble.UNAVAILABLE: ("2",)},
        ),
        ([trouble("1", None)], {Trouble.MISSING: ("1", "2", "3")}),
        ([trouble("77", Trouble.NOT_FOUND)], {Trouble.MISSING: ("1", "2", "3")}),
    ],
)
def test_each_missing_campaign_has_its_own_cause(
    troubles: list[FetchTrouble], causes: dict[Trouble, tuple[str, ...]]
) -> None:
    """What helps one does not help another."""
    lacking = Standing(status=None, missing=tuple(swept(key) for key in ("1", "2", "3")), expected=3)
    assert causes_of(lacking, troubles) == causes


def test_a_day_that_the_api_has_nothing_for_is_another_cause() -> None:
    """Those campaigns have an answer."""
    assert causes_of(Standing(status=None, skipped=("1", "2"), expected=3)) == {Trouble.HAS_NOTHING: ("1", "2")}


def test_a_day_that_lacks_something_names_its_held_campaigns_as_well(manifest: Manifest) -> None:
    """One problem does not hide the other."""
    lacking = Standing(status=None, missing=(swept("2"),), expected=3)
    found = judged(manifest.model_copy(update={"held": {"1": FELL}}), lacking)
    assert [causes for _, causes in found] == [[Trouble.MISSING], [Trouble.HELD_CAMPAIGN]]
    assert found[0][0].endswith("of 3 missing; the day keeps revision 1")


@pytest.mark.parametrize(
    ("failed", "share", "is_red"),
    [(["1"], 0.05, True), (["1"], 0.5, False), (["1", "2"], 0.5, True), (["1", "2", "3"], 1, False)],
)
def test_a_check_is_red_above_the_share_that_the_account_allows(
    manifest: Manifest, failed: list[str], share: float, *, is_red: bool
) -> None:
    """Below it, it is said all the same."""
    rules = Rules(check_thresholds={Check.UNREADABLE: share})
    (problem,) = failing_checks(manifest.model_copy(update={"checks": {"unreadable": failed}}), rules)
    assert problem.is_red is is_red
    assert f"check unreadable failed for {len(failed)} of 3 campaigns ({', '.join(failed)})" in problem.said
    assert problem.said.endswith(Check.UNREADABLE.meaning.rstrip("."))


@pytest.mark.parametrize(
    ("check", "sentences", "share", "is_red"),
    [
        (DayCheck.LIST_UNSTEADY, 1, None, True),
        (DayCheck.LIST_UNSTEADY, 1, 1, False),
        (DayCheck.ACCOUNT_TOTALS, 4, 0.99, True),
        (DayCheck.ACCOUNT_TOTALS, 4, 1, False),
        (DayCheck.LISTED_TWICE, 1, None, True),
        (DayCheck.LISTED_TWICE, 1, 0.5, False),
        (DayCheck.ROW_WITHOUT_ID, 2, 0.5, True),
        (DayCheck.ROW_WITHOUT_ID, 3, 1, False),
    ],
)
def test_checks_of_the_day_are_red_by_their_kind(
    manifest: Manifest, check: DayCheck, sentences: int, share: float | None, *, is_red: bool
) -> None:
    """Some count campaigns, some are there or not."""
    rules = Rules() if share is None else Rules(check_thresholds={check: share})
    said = [f"sentence {number}" for number in range(sentences)]
    (problem,) = failing_checks(manifest.model_copy(update={"day_checks": {str(check): said}}), rules)
    assert problem.is_red is is_red
    assert problem.said == f"check {check} failed: {check.meaning} {'; '.join(said)}"
    assert list(problem.causes) == [Trouble(str(check))]


def test_a_check_of_a_newer_version_is_named(manifest: Manifest) -> None:
    """A manifest may be younger than the code."""
    newer = manifest.model_copy(update={"checks": {"a": ["1"]}, "day_checks": {"b": ["x"]}})
    assert [problem.said.partition(":")[0] for problem in failing_checks(newer, Rules())] == [
        "check a failed for 1 of 3 campaigns (1), more than 5%",
        "check b failed",
    ]


def test_the_page_says_why_a_day_is_partial(manifest: Manifest) -> None:
    """As it was when it was published."""
    missing = manifest.campaigns["2"].model_copy(update={"status": DetailStatus.MISSING})
    partial = manifest.model_copy(
        update={
            "status": DayStatus.PARTIAL,
            "reason": "1 campaign (2 'Campaign 2' (the API answered 500)) of 3 missing",
            "campaigns": {**manifest.campaigns, "2": missing},
        }
    )
    (problem,) = published_problems(partial, Rules())
    assert problem.said == f"{partial.reason}; the day is published as partial, revision 1"
    assert problem.causes == {Trouble.MISSING: ("2",)}
