"""The run configurations that buttons send, held against the form that they fill in."""

import copy

import pytest
from airflow.sdk.definitions.param import ParamsDict

from insider_web_push.dags.forms import REFRESH as FORM
from insider_web_push.days.asks import Ask, conf_of
from insider_web_push.days.remedies import REMEDIES
from insider_web_push.days.troubles import Trouble
from tests.builders import DAY

LAST = DAY.replace(day=24)


def filled_in(conf: dict[str, object]) -> dict[str, object]:
    """Fill in the form as Airflow does, which lets unknown fields pass; gives what the run gets."""
    assert conf.keys() <= FORM.keys()
    form = ParamsDict(copy.deepcopy(FORM))  # it writes into the fields
    form.update(conf)
    return form.validate()


@pytest.mark.parametrize("campaigns", [(), ("40006", "40012")], ids=["whole-days", "campaigns"])
@pytest.mark.parametrize("ask", [ask for ask in Ask if ask is not Ask.ACCEPT_MISSING])
def test_each_ask_is_valid_for_the_form(ask: Ask, campaigns: tuple[str, ...]) -> None:
    """With the days that it was made for."""
    given = filled_in(conf_of(ask, DAY, LAST, campaigns))
    assert (given["first_day"], given["last_day"]) == (str(DAY), str(LAST))


@pytest.mark.parametrize("ask", [ask for trouble in Trouble for ask in REMEDIES[trouble].asks])
def test_what_each_cause_calls_for_is_valid_for_the_form(ask: Ask) -> None:
    """From the cause to the run."""
    filled_in(conf_of(ask, DAY, DAY, ["40006"]))


@pytest.mark.parametrize(
    ("ask", "asked"),
    [
        (Ask.LOOK, {"mode": "changed"}),
        (Ask.FETCH_MISSING, {"mode": "missing"}),
        (Ask.FETCH_ALL, {"mode": "all", "campaigns": ["40006", "40012"]}),
        (Ask.ACCEPT_MISSING, {"accept_missing": ["40006", "40012"]}),
        (Ask.ACCEPT_FALL, {"accept_fall": True, "campaigns": ["40006", "40012"]}),
        (Ask.ACCEPT_QUIET, {"accept_quiet": True}),
        (Ask.REBUILD, {"rebuild": True}),
    ],
)
def test_an_ask_says_no_more_than_it_means(ask: Ask, asked: dict[str, object]) -> None:
    """Campaigns only where it can be about some of them, each once; what is accepted is theirs alone."""
    days = {"first_day": str(DAY), "last_day": str(DAY)}
    assert conf_of(ask, DAY, DAY, ["40012", "40006", "40012"]) == days | asked


def test_nobody_goes_without_campaigns_that_are_not_named() -> None:
    """An empty list would accept nothing, and look like it did."""
    with pytest.raises(ValueError, match="accept_missing needs campaigns"):
        conf_of(Ask.ACCEPT_MISSING, DAY, DAY)


@pytest.mark.parametrize("ask", [Ask.ACCEPT_MISSING, Ask.ACCEPT_FALL, Ask.ACCEPT_QUIET, Ask.REBUILD])
def test_what_decides_over_readers_is_a_decision(ask: Ask) -> None:
    """So that it is never started without a question; to look again is none, since nothing less replaces anything."""
    assert ask.changes_what_is_published
    assert not Ask.LOOK.changes_what_is_published
