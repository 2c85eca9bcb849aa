"""
Keeps the last days of Airflow's own database and of its log files, and removes what is older. It has nothing to do with
the lake or with any account. Off until somebody turns it on.

`clean_database` is skipped where the worker is not given the database: `docs/deploy/housekeeping.md` says where it can
run, and what to do elsewhere.
"""

from insider_web_push.dags.housekeeping import housekeeping_dag

dag = housekeeping_dag(doc_md=__doc__)
