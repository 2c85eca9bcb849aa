"""
Web push campaign analytics of Insider in your own object storage, by Apache Airflow.

A campaign day goes through these rooms; each imports only what stands below it:

    plugin, provider, __main__          what Airflow and the command line find
    cli/                                commands
    dags/                               DAGs of an account
    operators/                          the tasks
    coverage/, alerts/, assets          the page; who is told of trouble; the events
    collecting/, publishing/, accounts/ from the API into raw; from raw to a revision; the accounts file
    days/, probing/, reader             what is judged of a day; of an account's API; how days are read
    hook, lake/, reports/               the API; what is stored and where; the week for people
    api/, tables/                       one request; from answers to rows
    answers/, budget/, dates            what answers say; the rate limit; whose day it is
    errors, metrics, vocabulary         what may go wrong; what is counted; the words that are stored
    moved/                              import paths of earlier versions

The way of a campaign day, file by file, and where to change what: docs/architecture.md of the repository.
"""

from insider_web_push.moved import keep_old_paths

__version__ = "0.1.0"

keep_old_paths()
