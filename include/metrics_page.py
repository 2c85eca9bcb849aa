"""Writes docs/metrics.md: the metrics, in one table, and how people get to see them."""

from insider_web_push.metrics import METRICS


def metrics_page(command: str) -> str:
    """Give the page; `command` is what writes it."""
    rows = [f"| `{metric.name}` | {metric.kind} | {', '.join(metric.tags)} | {metric.meaning} |" for metric in METRICS]
    return _PAGE.replace("COMMAND", command).replace("ROWS", "\n".join(rows))


_PAGE = """\
# Metrics

Written by `COMMAND` from the names in the code, which stay.

They go out through Airflow's own stats, from the tasks and from whoever else uses the hook. `account` is the partner
id.

| name | kind | tags | meaning |
|---|---|---|---|
ROWS

A gauge tells of the time when something last ran: a board that shows 0 days behind because nothing runs any more is
what [`publish_by`](alerts.md#a-day-that-is-late) is for, and an alert on `insider_web_push.requests` that stand
still.

## StatsD

```ini
[metrics]
statsd_on = True
statsd_host = statsd-exporter
statsd_port = 8125
statsd_influxdb_enabled = True
```

on every machine that runs tasks, with the package `statsd` (`pip install 'apache-airflow[statsd]'`). Names have the
prefix `airflow.` (`statsd_prefix`). Without `statsd_influxdb_enabled` Airflow leaves all tags away, the account among
them; with it they stand in the name, `airflow.insider_web_push.throttled,account=acme:1|c`. Airflow leaves out a tag
whose value has a comma or an equals sign.

## Prometheus and Grafana

[statsd-mapping.yaml](../deploy/grafana/statsd-mapping.yaml) is for Prometheus' [statsd
exporter](https://github.com/prometheus/statsd_exporter), `--statsd.mapping-config`: one exporter for all machines,
since of a gauge only the newest value counts. [insider_web_push.json](../deploy/grafana/insider_web_push.json) is the
board: import it in Grafana, and choose the Prometheus. It shows the budget's use and waits, throttled and other
answers, campaign days a minute, days behind, the oldest unpublished day, failed checks, and what the refresh leaves.

A test reads what a run sends to a StatsD listener, and holds the mapping and the board's queries against these names;
an exporter, a Prometheus and a Grafana were not run.

## OpenTelemetry

`[metrics] otel_on = True`, and the endpoint by OpenTelemetry's own variables, `OTEL_EXPORTER_OTLP_ENDPOINT` for one
([Airflow's
page](https://airflow.apache.org/docs/apache-airflow/stable/administration-and-deployment/logging-monitoring/metrics.html)).
The names are the same, with the prefix `airflow.` (`otel_prefix`); tags are attributes, and timers exponential
histograms in milliseconds. A collector that hands them to Prometheus makes other names of them than the mapping
above, so the board's queries must be changed there.
"""
