"""The tasks of the DAGs that fetch, in their order: choose, discover, plan, fetch, publish, verify; and purge."""

from insider_web_push.operators.choose import ChooseDaysOperator
from insider_web_push.operators.discover import DiscoverCampaignsOperator
from insider_web_push.operators.fetch import CampaignMetricsOperator
from insider_web_push.operators.plan import PlanFetchOperator
from insider_web_push.operators.publish import PublishDaysOperator
from insider_web_push.operators.purge import PurgeOperator
from insider_web_push.operators.verify import VerifyDaysOperator

__all__ = [
    "CampaignMetricsOperator",
    "ChooseDaysOperator",
    "DiscoverCampaignsOperator",
    "PlanFetchOperator",
    "PublishDaysOperator",
    "PurgeOperator",
    "VerifyDaysOperator",
]
