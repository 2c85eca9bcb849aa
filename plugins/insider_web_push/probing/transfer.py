"""What answers carry beside their figures: quota headers, how long they take, fields that nobody documents. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from statistics import median

from insider_web_push.answers.day_list import ListPage
from insider_web_push.answers.shapes import CampaignMetrics
from insider_web_push.answers.undocumented import count_unknown, count_unknown_in_list
from insider_web_push.api.heard import Heard
from insider_web_push.api.refusals import stated_limit
from insider_web_push.errors import first_of
from insider_web_push.probing.asking import Configured, detail_in, page_in
from insider_web_push.probing.report import Finding, Verdict

_ABOUT_QUOTA = re.compile(r"rate-?limit|quota|retry-after", re.IGNORECASE)
_MOST_FIELDS = 8
_LONGEST_DEADLINE_S = 300
"""The largest request deadline that the connection takes."""


def transfer_findings(answers: Sequence[Heard], configured: Configured) -> Iterator[Finding]:
    """Judge all answers of a check: no call."""
    yield _quota_headers(answers, configured)
    yield _response_time(answers, configured)
    yield _unknown_fields(answers)


def _quota_headers(answers: Sequence[Heard], configured: Configured) -> Finding:
    sent = sorted({f"{name}: {value}" for heard in answers for name, value in _about_quota(heard)})
    names = sorted({name for heard in answers for name, _ in _about_quota(heard)})
    limits = {limit for heard in answers if (limit := stated_limit(heard.headers))}
    every = sum(bool(_about_quota(heard)) for heard in answers)
    found = f"{', '.join(names) or 'none'}, on {every} of {len(answers)} answers"
    verdict, do = Verdict.AS_ASSUMED, ""
    if limits:
        found += f"; stated limit {' or '.join(map(str, sorted(limits)))}, configured {configured.limit.requests}"
        verdict, do = _judged_limit(min(limits), configured.limit.requests)
    elif sent:
        verdict, do = Verdict.NOTED, "report it: these headers are not read"
        found += f", for example {sent[0][:80]}"
    return Finding(
        topic="quota headers", asked="the headers of every answer", found=found,
        assumed="none is needed; X-RateLimit-Limit, RateLimit-Limit and Retry-After are read where they are sent",
        verdict=verdict, do=do,
    )  # fmt: skip


def _judged_limit(stated: int, configured: int) -> tuple[Verdict, str]:
    if stated < configured:
        return Verdict.DIFFERS, f"set the connection's requests_per_minute to {stated}"
    if stated > configured:
        return Verdict.NOTED, f"set the connection's requests_per_minute to {stated}, if that limit is a minute's"
    return Verdict.AS_ASSUMED, ""


def _about_quota(heard: Heard) -> list[tuple[str, str]]:
    return [(name, value) for name, value in heard.headers.items() if _ABOUT_QUOTA.search(name)]


def _response_time(answers: Sequence[Heard], configured: Configured) -> Finding:
    took = [heard.took_s for heard in answers if heard.status is not None]
    usual, worst = median(took), max(took)
    lost = sum(heard.status is None for heard in answers)
    # Little's law: so many requests are under way at once when the limit is used up.
    under_way = usual * configured.limit.requests / configured.limit.window_s
    deadline_s = configured.limit.request_deadline.total_seconds()
    found = f"median {usual:.2f} s, longest {worst:.2f} s" + (f", {lost} without a whole answer" if lost else "")
    if lost or worst > deadline_s / 2:
        longer_s = min(_LONGEST_DEADLINE_S, max(60, round(worst * 4)))
        verdict, do = Verdict.DIFFERS, f"set the connection's request_deadline_s to {longer_s}"
    elif under_way > configured.pool_slots:
        verdict, do = Verdict.DIFFERS, f"set the account's pool_slots to {round(under_way * 2)}, to use the limit up"
    else:
        verdict, do = Verdict.AS_ASSUMED, ""
    return Finding(
        topic="response time",
        asked=f"all {len(answers)} calls",
        found=found,
        assumed=f"well below {deadline_s:g} s, and {configured.pool_slots} at once use the limit up",
        verdict=verdict,
        do=do,
    )


def _unknown_fields(answers: Sequence[Heard]) -> Finding:
    pages = [page for heard in answers if isinstance(page := page_in(heard), ListPage)]
    found = [detail for heard in answers if isinstance(detail := detail_in(heard), CampaignMetrics)]
    # The account's totals can be read as a campaign's figures, but have no devices.
    details = [detail for detail in found if "device_metrics" in detail.model_fields_set]
    paths = [*count_unknown_in_list(pages), *count_unknown(details)]
    return Finding(
        topic="unknown fields",
        asked=f"{len(pages)} pages of lists and {len(details)} campaigns' figures",
        found=first_of(paths, most=_MOST_FIELDS) or "none",
        assumed="any; they are kept with the rows and counted",
        verdict=Verdict.NOTED if paths else Verdict.AS_ASSUMED,
        do="report it: they may deserve a column" if paths else "",
    )
