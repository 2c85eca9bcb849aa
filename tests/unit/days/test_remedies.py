"""What to do about each cause, in one table."""

import re

import pytest

from insider_web_push.dags.forms import REFRESH as FORM
from insider_web_push.days.asks import Ask
from insider_web_push.days.remedies import REMEDIES, Names, steps, titled, what_to_do
from insider_web_push.days.rules import Rules
from insider_web_push.days.troubles import Trouble

NAMES = Names.of_dag("insider_web_push_refresh__brand", conn_id="insider_brand")
LATER = {"accept_quiet"}
"""Fields that another part of the package brings."""


def test_each_cause_has_a_remedy() -> None:
    """In the order in which alerts name them."""
    assert list(REMEDIES) == list(Trouble)


@pytest.mark.parametrize("trouble", list(Trouble))
def test_each_remedy_is_whole_sentences(trouble: Trouble) -> None:
    """With nothing left to fill in."""
    for said in (REMEDIES[trouble].cause, what_to_do(trouble, NAMES, days=["2026-11-22"])):
        assert said[0].isupper()
        assert said.endswith(".")
        assert "{" not in said
        assert "}" not in said


@pytest.mark.parametrize("trouble", list(Trouble))
def test_a_remedy_names_fields_that_the_form_or_the_settings_have(trouble: Trouble) -> None:
    """Advice that cannot be followed is worse than none."""
    said = REMEDIES[trouble].step
    fields = set(re.findall(r"\b(?:accept_\w+|max_calls|check_thresholds)\b", said))
    assert fields <= FORM.keys() | Rules.model_fields.keys() | LATER
    assert set(re.findall(r"with (?:\S+ )*?mode (\w+)", said)) <= set(FORM["mode"].schema["enum"])


@pytest.mark.parametrize("trouble", list(Trouble))
def test_what_can_be_asked_for_is_what_the_words_say(trouble: Trouble) -> None:
    """A button that the advice does not know, or advice whose button is not there, would contradict each other."""
    step, asks = REMEDIES[trouble].step, set(REMEDIES[trouble].asks)
    says = {ask for ask in (Ask.ACCEPT_MISSING, Ask.ACCEPT_FALL, Ask.ACCEPT_QUIET) if f"{ask}" in step}
    assert says == asks & {Ask.ACCEPT_MISSING, Ask.ACCEPT_FALL, Ask.ACCEPT_QUIET}
    assert ("with rebuild only" in step) == (Ask.REBUILD in asks)
    assert (re.search(r"mode all\b", step) is not None) == (Ask.FETCH_ALL in asks)
    if "{refresh} for {day}" in step:
        assert asks


@pytest.mark.parametrize(
    ("trouble", "said"),
    [
        (Trouble.UNAUTHORIZED, "Admin > Connections > insider_brand"),
        (Trouble.UNAVAILABLE, "the next insider_web_push_refresh__brand tries again"),
        (Trouble.NOT_FOUND, "run insider_web_push_refresh__brand for 2026-11-22 with the campaign's id in accept_mi"),
        (Trouble.LATE, "Look at the runs of insider_web_push_campaign_metrics__brand"),
        (Trouble.STORAGE, "storage of account brand"),
        (Trouble.HELD_CAMPAIGN, "for 2026-11-22 with accept_fall"),
        (Trouble.QUIET_DAY, "accept_quiet of account brand"),
        (Trouble.LOST_FILE, "for 2026-11-22 with rebuild only"),
    ],
)
def test_the_remedy_names_what_is_meant(trouble: Trouble, said: str) -> None:
    """A connection, a DAG, a field, a day: so that nobody has to look it up."""
    assert said in what_to_do(trouble, NAMES, days=["2026-11-22"])


@pytest.mark.parametrize(
    "trouble", [Trouble.HELD_CAMPAIGN, Trouble.HELD_DAY, Trouble.QUIET_DAY, Trouble.CHECK, Trouble.ACCOUNT_TOTALS]
)
def test_accept_missing_is_offered_for_missing_campaigns_only(trouble: Trouble) -> None:
    """Whoever accepts as missing what is there loses its figures."""
    assert "accept_missing" not in REMEDIES[trouble].step


def test_a_rejected_answer_is_fetched_again_and_not_rebuilt() -> None:
    """A rebuild reads stored answers, and never one that was rejected."""
    said = what_to_do(Trouble.REJECTED, NAMES)
    assert "fetch it again" in said
    assert "rebuild only does not read what was rejected" in said


@pytest.mark.parametrize(
    ("dag_id", "account", "refresh"),
    [
        ("insider_web_push_campaign_metrics", "default", "insider_web_push_refresh"),
        ("insider_web_push_refresh__brand_b", "brand_b", "insider_web_push_refresh__brand_b"),
        ("of_my_own", "default", "insider_web_push_refresh"),
        ("of_my__own", "default", "insider_web_push_refresh"),
    ],
)
def test_a_dag_tells_the_names_of_its_account(dag_id: str, account: str, refresh: str) -> None:
    """An operator knows its DAG, and not the accounts file."""
    names = Names.of_dag(dag_id, conn_id="c")
    assert (names.account, names.refresh) == (account, refresh)


@pytest.mark.parametrize(
    ("days", "said"), [([], "for the day "), (["2026-11-22"], "for 2026-11-22 "), (["a", "b"], "for those days ")]
)
def test_the_days_are_named_where_they_are_known(days: list[str], said: str) -> None:
    """One by its date."""
    assert said in what_to_do(Trouble.LOST_FILE, NAMES, days=days)


def test_several_causes_are_told_apart_by_their_campaigns() -> None:
    """Each with its own remedy, what hits all campaigns first; a cause alone needs no name."""
    said = steps({Trouble.NOT_FOUND: ("7",), Trouble.UNAVAILABLE: ("9", "8", "9")}, NAMES)
    assert said.startswith("[unavailable: 8, 9] Wait")
    assert "[not found: 7] It may pass" in said
    assert steps({Trouble.QUIET_DAY: ()}, NAMES).startswith("Wait")


def test_many_campaigns_are_cut_short_and_counted() -> None:
    """A message stays readable."""
    assert titled(Trouble.MISSING, map(str, range(10, 60))).endswith("28, 29, and 30 more")
