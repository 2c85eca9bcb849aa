-- A row is one figure of one campaign day that moved after it was first published: what it said at first, what it says now,
-- and how often it moved in between. Devices, reasons, clicks and goals are left out: their table is campaign_day_change.
with moved as (
    select
        partner_id,
        day,
        campaign_id,
        metric,
        before,
        after,
        delta,
        revision,
        changed_at,
        row_number() over (partition by partner_id, day, campaign_id, metric order by revision) as from_first,
        row_number() over (partition by partner_id, day, campaign_id, metric order by revision desc) as from_last
    from {{ source('insider_web_push', 'campaign_day_change') }}
    where table_name = 'campaign_day'
)

select
    partner_id,
    day,
    campaign_id,
    metric,
    max(case when from_first = 1 then before end) as first_value,
    max(case when from_last = 1 then after end) as last_value,
    sum(delta) as delta,
    count(*) as times,
    min(changed_at) as first_changed_at,
    max(changed_at) as last_changed_at,
    max(revision) as last_revision
from moved
group by partner_id, day, campaign_id, metric
