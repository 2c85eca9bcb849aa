"""The tasks of a campaign-metrics DAG, in their order: discover, plan, fetch, publish, verify."""

from insider_web_push.operators.discover import DiscoverCampaignsOperator
from insider_web_push.operators.fetch import CampaignMetricsOperator
from insider_web_push.operators.plan import PlanFetchOperator
from insider_web_push.operators.publish import PublishDayOperator
from insider_web_push.operators.verify import VerifyDayOperator

__all__ = [
    "CampaignMetricsOperator",
    "DiscoverCampaignsOperator",
    "PlanFetchOperator",
    "PublishDayOperator",
    "VerifyDayOperator",
]
