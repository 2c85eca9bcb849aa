"""The check of an account as a DAG of a real Airflow."""

import json

import pytest

from tests.system.conftest import System

CHECK = "insider_web_push_check_account"

pytestmark = pytest.mark.system


def test_a_check_is_triggered_by_hand(system: System) -> None:
    """Green, with the findings in its log, the conclusion as its XCom, and the report in the storage."""
    api = system.airflow.api
    api.wait_for_dag(CHECK)
    api.pause(CHECK, paused=False)
    run_id = api.trigger(CHECK, logical_date=None)
    assert api.wait_for_run(CHECK, run_id)["state"] == "success"
    log = api.log(CHECK, run_id, "check_account")
    result = api.xcom(CHECK, run_id, "check_account")
    report = json.loads((system.storage / "default/state/partner_id=demo/account_check.json").read_text())
    assert "AS ASSUMED     days add up" in log
    assert (result["calls"], result["differing"]) == (report["calls"], [])
    assert result["conclusion"] in log
