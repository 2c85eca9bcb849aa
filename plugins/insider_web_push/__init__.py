"""
Web push campaign analytics of Insider in your own object storage, by Apache Airflow.

Where to look, in the order in which a figure passes through:

    connection, transport, hook, budget/     one request: settings, the wire, the shared rate limit
    requests_to_api, responses, errors       what may be asked, what an answer means
    models, number_parsing, instants, reading, drift
                                             the shape of answers, and how printed figures are read
    sweep, snapshots                         what the list says; what is kept of every answer
    accounts, schedules, rules, refreshing, planning
                                             which days and campaigns cost a call, and why
    tombstones, gathering, completeness      what is stored of a day, and whether it is all there
    rows, detail_rows, checks, revenue, tables
                                             from answers to typed, checked rows
    changes, campaigns, finality             what moved, who the campaigns are, how settled a day is
    publishing, publisher, copies, announcing, manifest
                                             the next revision; its commit; its event
    objects, storage, reader, purging        where it lies, how it is read and removed
    reports/                                 what people read
    coverage/                                the page of days and accounts, and the index behind it
    probing/, account_check                  what a few calls tell of an account's API
    operators/, pipeline, forms, assets      the tasks, wired; the forms; the events
    alerts/                                  who is told of failed runs and late days, and what to do
    priority, retry_policy, pools, pool_listener, provider, plugin
                                             what Airflow is told
"""

__version__ = "0.1.0"
