"""
Removes a range of days, or some campaigns of it, for good: raw answers, revisions and tables. A tombstone stays, so
that nothing of it is fetched again. Only by hand; with *Dry run* it only says what would go.

Form: `insider_web_push.dags.forms`. Task: `insider_web_push.operators.purge`. Airflow runs one at a time.
"""

from insider_web_push.accounts import configured_accounts
from insider_web_push.dags import forms
from insider_web_push.dags.account_dag import account_dag
from insider_web_push.dags.tasks import purge_task
from insider_web_push.vocabulary import PURGE

for account in configured_accounts(__file__):
    with account_dag(account, PURGE, schedule=None, params=forms.PURGE, doc_md=__doc__):
        purge_task(account)
