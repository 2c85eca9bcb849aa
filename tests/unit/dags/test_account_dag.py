"""What the DAGs of one process share, and what not."""

import pytest
from airflow.sdk import Param

from insider_web_push.accounts.file import Account
from insider_web_push.dags import forms
from insider_web_push.dags.account_dag import account_dag
from insider_web_push.dags.tasks import campaign_metrics_tasks
from insider_web_push.operators import PlanFetchOperator
from insider_web_push.vocabulary import DAILY, REFRESH


def test_what_a_run_writes_into_its_form_stays_with_its_dag() -> None:
    """`dag.test()` and whoever else resolves a conf writes its values into the DAG's own fields."""
    account = Account(name="default", timezone="UTC", storage="lake")
    mine, other = (account_dag(account, REFRESH, schedule=None, params=forms.REFRESH) for _ in range(2))
    mine.params["last_day"] = "2026-11-22"

    field = forms.REFRESH["last_day"]
    assert isinstance(field, Param)
    assert field.value is None
    assert other.params["last_day"] is None


@pytest.mark.parametrize("number", [1, 10])
def test_plan_puts_as_many_campaign_days_into_a_task_as_the_account_says(number: int) -> None:
    account = Account(name="default", timezone="UTC", storage="lake", campaign_days_per_task=number)
    with account_dag(account, DAILY, schedule=None) as dag:
        campaign_metrics_tasks(account)
    plan = dag.get_task("plan")
    assert isinstance(plan, PlanFetchOperator)
    assert plan.per_task == number
