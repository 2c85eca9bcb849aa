"""
The tasks of the DAGs that fetch, in order: choose, discover, plan, approve, fetch, publish, verify. The other DAGs have
one task each: purge, weekly report, published by, and check. Housekeeping is the deployment's, and has two.
"""

from insider_web_push.operators.approve import ApproveCostOperator
from insider_web_push.operators.check_account import CheckAccountOperator
from insider_web_push.operators.choose import ChooseDaysOperator
from insider_web_push.operators.discover import DiscoverCampaignsOperator
from insider_web_push.operators.fetch import CampaignMetricsOperator
from insider_web_push.operators.housekeeping import CleanDatabaseOperator, CleanLogsOperator
from insider_web_push.operators.is_published import PublishedByOperator
from insider_web_push.operators.plan import PlanFetchOperator
from insider_web_push.operators.publish import PublishDaysOperator
from insider_web_push.operators.purge import PurgeOperator
from insider_web_push.operators.verify import VerifyDaysOperator
from insider_web_push.operators.weekly_report import WeeklyReportOperator

__all__ = [
    "ApproveCostOperator",
    "CampaignMetricsOperator",
    "CheckAccountOperator",
    "ChooseDaysOperator",
    "CleanDatabaseOperator",
    "CleanLogsOperator",
    "DiscoverCampaignsOperator",
    "PlanFetchOperator",
    "PublishDaysOperator",
    "PublishedByOperator",
    "PurgeOperator",
    "VerifyDaysOperator",
    "WeeklyReportOperator",
]
