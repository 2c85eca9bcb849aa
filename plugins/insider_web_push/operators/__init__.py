"""The tasks of the DAGs that fetch, in their order: choose, discover, plan, fetch, publish, verify; purge, report."""

from insider_web_push.operators.choose import ChooseDaysOperator
from insider_web_push.operators.discover import DiscoverCampaignsOperator
from insider_web_push.operators.fetch import CampaignMetricsOperator
from insider_web_push.operators.plan import PlanFetchOperator
from insider_web_push.operators.publish import PublishDaysOperator
from insider_web_push.operators.purge import PurgeOperator
from insider_web_push.operators.verify import VerifyDaysOperator
from insider_web_push.operators.weekly_report import WeeklyReportOperator

__all__ = [
    "CampaignMetricsOperator",
    "ChooseDaysOperator",
    "DiscoverCampaignsOperator",
    "PlanFetchOperator",
    "PublishDaysOperator",
    "PurgeOperator",
    "VerifyDaysOperator",
    "WeeklyReportOperator",
]
