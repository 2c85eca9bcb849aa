"""The board for Grafana and the mapping for the StatsD exporter, held against the names of the metrics."""

import json
import re
from typing import Any

import pytest
import yaml

from insider_web_push.metrics import METRICS, Kind, Metric
from tests.conftest import PROJECT_ROOT

FOLDER = PROJECT_ROOT / "deploy" / "grafana"
MAPPINGS = yaml.safe_load((FOLDER / "statsd-mapping.yaml").read_text(encoding="utf-8"))["mappings"]
BOARD = json.loads((FOLDER / "insider_web_push.json").read_text(encoding="utf-8"))
PANELS = BOARD["panels"]
every_panel = pytest.mark.parametrize("panel", PANELS, ids=lambda panel: panel["title"])

EXPOSED = {mapping["match"]: mapping["name"] for mapping in MAPPINGS}
ENDING = {Kind.COUNTER: "_total", Kind.TIMER: "_seconds", Kind.GAUGE: ""}


def series() -> dict[str, Metric]:
    """Give the metric that each series in Prometheus is of."""
    found = {}
    for metric in METRICS:
        name = EXPOSED[f"airflow.{metric.name}"]
        found[f"{name}_bucket" if metric.kind is Kind.TIMER else name] = metric
    return found


def queries(panel: dict[str, Any]) -> list[str]:
    """Give the queries of a panel."""
    return [target["expr"] for target in panel["targets"]]


def test_the_mapping_has_every_metric_under_its_name() -> None:
    """As Prometheus wants names: counters end in total, times in seconds."""
    assert {
        f"airflow.{metric.name}": metric.name.replace(".", "_") + ENDING[metric.kind] for metric in METRICS
    } == EXPOSED


def test_only_times_are_histograms() -> None:
    """With buckets up to beyond the longest wait in place, 75 s."""
    timers = {f"airflow.{metric.name}" for metric in METRICS if metric.kind is Kind.TIMER}
    assert {mapping["match"] for mapping in MAPPINGS if mapping.get("observer_type") == "histogram"} == timers
    assert all(75 in mapping["histogram_options"]["buckets"] for mapping in MAPPINGS if mapping["match"] in timers)


@every_panel
def test_a_panel_asks_for_series_that_there_are(panel: dict[str, Any]) -> None:
    """By labels that they have: the metric's tags, and `le` of a histogram."""
    for query in queries(panel):
        ((name, selector),) = re.findall(r"\b(insider_web_push_\w+)\{([^}]*)\}", query)
        metric = series()[name]
        grouped = {label.strip() for labels in re.findall(r"by \(([^)]*)\)", query) for label in labels.split(",")}
        asked = grouped | set(re.findall(r"(\w+)=~?\"", selector))
        assert asked <= {*metric.tags, *(["le"] if metric.kind is Kind.TIMER else [])}
        shown = {label for target in panel["targets"] for label in re.findall(r"\{\{(\w+)\}\}", target["legendFormat"])}
        assert shown <= grouped


@every_panel
def test_a_counter_is_shown_by_its_growth_and_a_gauge_as_it_is(panel: dict[str, Any]) -> None:
    """The sum since the exporter's start says nothing, nor does a gauge's growth."""
    for query in queries(panel):
        (name,) = re.findall(r"\binsider_web_push_\w+", query)
        grows = re.search(rf"\b(rate|increase)\({name}\{{", query) is not None
        assert grows is (series()[name].kind is not Kind.GAUGE)


def test_the_board_shows_what_it_is_for() -> None:
    """Nothing of the table but the count of unpublished days, whose oldest says more."""
    shown = {
        name for panel in PANELS for query in queries(panel) for name in re.findall(r"\binsider_web_push_\w+", query)
    }
    assert set(series()) - shown == {"insider_web_push_days_unpublished"}


def test_panels_do_not_overlap() -> None:
    """On Grafana's grid of 24 columns."""
    cells = [
        (x, y)
        for panel in PANELS
        for x in range(panel["gridPos"]["x"], panel["gridPos"]["x"] + panel["gridPos"]["w"])
        for y in range(panel["gridPos"]["y"], panel["gridPos"]["y"] + panel["gridPos"]["h"])
    ]
    assert len(cells) == len(set(cells))
    assert max(x for x, _ in cells) < 24


def test_the_variables_are_of_series_that_there_are() -> None:
    """The list of accounts, for one."""
    (account,) = [variable for variable in BOARD["templating"]["list"] if variable["name"] == "account"]
    name, label = re.fullmatch(r"label_values\((\w+), (\w+)\)", account["definition"]).groups()
    assert label in series()[name].tags
