-- A row is one campaign on one day, with its figures of the day and the campaign's latest attributes: a campaign that was
-- renamed has one name over all its days.
select
    days.partner_id,
    days.day,
    days.campaign_id,
    coalesce(campaigns.name, days.name) as campaign_name,
    coalesce(campaigns.type, days.type) as campaign_type,
    coalesce(campaigns.status_name, days.status_name) as status_name,
    coalesce(campaigns.primary_goal, days.primary_goal) as primary_goal,
    coalesce(campaigns.is_recurring, days.is_recurring) as is_recurring,
    campaigns.tags,
    campaigns.first_day,
    campaigns.last_day,
    days.targeted,
    days.dropped,
    days.sent,
    days.undelivered,
    days.delivered,
    days.clicks,
    days.conversions,
    days.revenue,
    days.currency,
    days.delivery_rate,
    days.ctr,
    days.conversion_rate,
    days.detail_status,
    days.finality,
    days.revision,
    days.fetched_at
from {{ source('insider_web_push', 'campaign_day') }} as days
left join {{ source('insider_web_push', 'campaign') }} as campaigns
    on days.partner_id = campaigns.partner_id and days.campaign_id = campaigns.campaign_id
