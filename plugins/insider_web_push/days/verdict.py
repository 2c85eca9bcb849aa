"""What is wrong with a day, in the words that verify, alerts and the coverage page share. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from insider_web_push.answers.day_list import ListedCampaign
from insider_web_push.days.completeness import Standing
from insider_web_push.days.handover import DayResult, FetchTrouble
from insider_web_push.days.rules import Rules
from insider_web_push.days.troubles import Trouble, trouble_named, trouble_of_check
from insider_web_push.errors import first_of
from insider_web_push.lake.manifest import Manifest
from insider_web_push.vocabulary import CHECK_MEANINGS, DayCheck, DayOutcome, DetailStatus

_RED_IF_THERE = frozenset({DayCheck.LIST_UNSTEADY, DayCheck.ACCOUNT_TOTALS})
"""Checks of the day as a whole: there is no number of campaigns that could be few."""


@dataclass(frozen=True, slots=True)
class Problem:
    """
    One thing that is wrong with a day.

    Attributes:
        said: What is wrong, with names and without a full stop.
        causes: What it comes from, each with the campaigns that it is about; none where it is about the day.
        is_red: Whether verify is red for it; otherwise it warns.
    """

    said: str
    causes: Mapping[Trouble, tuple[str, ...]] = field(default_factory=dict)
    is_red: bool = True


def published_problems(manifest: Manifest, rules: Rules) -> list[Problem]:
    """Say what is wrong with what is published of a day: what it lacks, what is held, which checks fail."""
    return [*_lacking(manifest), *held_campaigns(manifest), *failing_checks(manifest, rules)]


def lacks_of(manifest: Manifest) -> str:
    """Say in one line what a published day lacks: why it is partial, and which campaigns are held; empty if nothing."""
    held = (problem.said for problem in held_campaigns(manifest))
    return "; ".join(filter(None, [manifest.reason, *held]))


def day_problems(
    standing: Standing,
    manifest: Manifest | None,
    rules: Rules,
    *,
    sweep: str | None,
    result: DayResult | None,
    answers: Mapping[str, str],
    troubles: Iterable[FetchTrouble] = (),
) -> list[Problem]:
    """
    Judge a day after publish.

    Args:
        standing: What the day lacks, as it is stored now.
        manifest: What is published of it; None if nothing is.
        sweep: Key of the sweep that this run handed on.
        result: What this run's publish did; None if it did not come to the day.
        answers: Keys of the answers that this run has stored, by campaign id.
        troubles: Why this run could not fetch campaigns of the day.
    """
    is_of_this_sweep = manifest is not None and manifest.sweep >= (sweep or "")
    if standing.lacks:
        said = f"{standing.lacks}; {stays(manifest)}"
        checks = failing_checks(manifest, rules) if manifest and is_of_this_sweep else []
        return [Problem(said, causes_of(standing, troubles)), *held_campaigns(manifest), *checks]
    outcome = result["outcome"] if result else None
    if result and outcome == DayOutcome.HELD:
        cause = {Trouble.HELD_CAMPAIGN: tuple(manifest.held)} if manifest and manifest.held else {Trouble.HELD_DAY: ()}
        return [Problem(f"{result['why']}; {stays(manifest)}", cause)]
    if result and outcome == DayOutcome.FAILED:
        return [Problem(f"{result['why']}; {stays(manifest)}", {Trouble.DAMAGED_OBJECT: ()})]
    if manifest is None or not is_of_this_sweep or _is_behind(manifest, answers):
        said = f"publish did not commit what was fetched; {stays(manifest)}"
        return [Problem(said, {Trouble.NOT_COMMITTED: ()}), *held_campaigns(manifest)]
    return [*held_campaigns(manifest), *failing_checks(manifest, rules)]


def _is_behind(manifest: Manifest, answers: Mapping[str, str]) -> bool:
    """Whether answers are newer than what is published: fetch was cleared, and publish was not."""
    return any(
        (campaign.snapshot or "") < answers[key]
        for key, campaign in manifest.campaigns.items()
        if key in answers and key not in manifest.held
    )


def causes_of(standing: Standing, troubles: Iterable[FetchTrouble] = ()) -> dict[Trouble, tuple[str, ...]]:
    """
    Tell why a day is not all there.

    Args:
        troubles: Why this run could not fetch campaigns of the day; a campaign that none is about is just missing.
    """
    if standing.quiet:
        return {Trouble.QUIET_DAY: ()}
    if standing.skipped:
        return {Trouble.HAS_NOTHING: standing.skipped}
    why = {trouble["campaign_id"]: trouble_named(trouble.get("kind", Trouble.MISSING)) for trouble in troubles}
    found: dict[Trouble, tuple[str, ...]] = {}
    for key in map(_id_of, standing.missing):
        cause = why.get(key, Trouble.MISSING)
        found[cause] = (*found.get(cause, ()), key)
    return found


def stays(manifest: Manifest | None) -> str:
    """Say what readers have of a day."""
    if manifest is None:
        return "the day is not published"
    if not manifest.is_complete:
        return f"the day is published as {manifest.status}, revision {manifest.revision}"
    return f"the day keeps revision {manifest.revision}"


def held_campaigns(manifest: Manifest | None) -> Iterator[Problem]:
    """Name the campaigns that keep their published figures, and why."""
    if manifest is None or not manifest.held:
        return
    said = first_of((f"{_named(manifest, key)}: {why}" for key, why in manifest.held.items()), separator="; ")
    number = len(manifest.held)
    keep = "1 campaign keeps its" if number == 1 else f"{number} campaigns keep their"
    yield Problem(f"{keep} published figures ({said})", {Trouble.HELD_CAMPAIGN: tuple(manifest.held)})


def failing_checks(manifest: Manifest, rules: Rules) -> Iterator[Problem]:
    """Name the failed checks, of campaigns and of the day as a whole; red are those that the account does not allow."""
    number = len(manifest.campaigns)
    for name, campaigns in manifest.checks.items():
        share = rules.threshold(name)
        is_red = len(campaigns) > share * number
        said = (
            f"check {name} failed for {len(campaigns)} of {number} campaigns ({first_of(campaigns)})"
            f"{f', more than {share:.0%}' if is_red else ''}: {_meaning(name)}"
        )
        yield Problem(said.rstrip("."), {trouble_of_check(name): ()}, is_red=is_red)
    for name, sentences in manifest.day_checks.items():
        said = f"check {name} failed: {_meaning(name)} {first_of(sentences, separator='; ')}".strip()
        yield Problem(
            said.rstrip("."), {trouble_of_check(name): ()}, is_red=_is_red(name, len(sentences), rules, number)
        )


def _is_red(name: str, sentences: int, rules: Rules, campaigns: int) -> bool:
    share = rules.threshold(name)
    return share < 1 if name in _RED_IF_THERE else sentences > share * campaigns


def _lacking(manifest: Manifest) -> Iterator[Problem]:
    """Say why a published day is partial."""
    if manifest.reason:
        missing = tuple(key for key, campaign in manifest.campaigns.items() if campaign.status is DetailStatus.MISSING)
        yield Problem(f"{manifest.reason}; {stays(manifest)}", {Trouble.MISSING: missing})


def _meaning(name: str) -> str:
    return CHECK_MEANINGS.get(name, "this version does not know what it means.")


def _named(manifest: Manifest, campaign_id: str) -> str:
    campaign = manifest.campaigns.get(campaign_id)
    return f"{campaign_id} {campaign.name!r}" if campaign and campaign.name else campaign_id


def _id_of(listed: ListedCampaign) -> str:
    return listed.campaign_id
