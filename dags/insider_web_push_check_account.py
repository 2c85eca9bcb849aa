"""
Asks the API of an account some 20 questions, and names where it does otherwise than the other DAGs take for granted:
page sizes, quota headers, refusals, which campaigns the list has, whether days add up, the earliest day served. Only by
hand, for example with a new key.

Task: `insider_web_push.operators.check_account`. What each finding means: `docs/know-the-account.md`. Airflow's retries
are off: a second try would ask everything again.
"""

from insider_web_push.accounts import configured_accounts
from insider_web_push.dags.account_dag import account_dag
from insider_web_push.dags.tasks import check_task
from insider_web_push.vocabulary import CHECK_ACCOUNT

for account in configured_accounts(__file__):
    with account_dag(account, CHECK_ACCOUNT, schedule=None, doc_md=__doc__):
        check_task(account)
