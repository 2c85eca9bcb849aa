-- Tables for Amazon Athena. Written by `python -m include.data_dictionary` from the schemas in the code.
--
-- Put your own values in:
--   ${storage}    bucket and prefix of the account's storage: my-bucket/insider
--   ${first_day}  the first day that you publish: 2026-01-01. Earlier days are not seen.
-- and leave ${partner_id} and ${day} as they are: those are Athena's own. For instance:
--   sed 's|${storage}|my-bucket/insider|; s|${first_day}|2026-01-01|' docs/athena.sql
-- Athena takes one statement at a time.
--
-- Partitions are projected: no crawler, no MSCK REPAIR, and a new day is there at once. `partner_id` is injected, so
-- each query names it (WHERE partner_id = 'brand'); to query accounts without naming them, make it
--   'projection.partner_id.type' = 'enum', 'projection.partner_id.values' = 'brand,other'
-- `day` is text like '2026-11-22', which sorts as dates do. NOW is UTC's date: nowhere on earth does a day end before
-- UTC has begun it.
--
-- Instants become timestamps without a zone: read them as UTC.
-- https://docs.aws.amazon.com/athena/latest/ug/partition-projection-supported-types.html
-- https://docs.aws.amazon.com/athena/latest/ug/data-types.html

-- A row is one campaign on one day.
CREATE EXTERNAL TABLE IF NOT EXISTS `campaign_day` (
  `campaign_id` string,
  `name` string,
  `type` string,
  `status_name` string,
  `status_code` bigint,
  `working_status` bigint,
  `send_type` bigint,
  `primary_goal` string,
  `alias` string,
  `is_recurring` boolean,
  `personalization_status` string,
  `starts_at` timestamp,
  `ends_at` timestamp,
  `is_ttl_ended` boolean,
  `listed` boolean,
  `detail_status` string,
  `finality` string,
  `targeted` bigint,
  `dropped` bigint,
  `undelivered` bigint,
  `sent` bigint,
  `delivered` bigint,
  `clicks` bigint,
  `conversions` bigint,
  `delivery_rate` double,
  `ctr` double,
  `conversion_rate` double,
  `delivery_rate_reported` double,
  `ctr_reported` double,
  `conversion_rate_reported` double,
  `revenue` decimal(38,9),
  `currency` string,
  `revenue_reported` decimal(38,9),
  `revenue_source` string,
  `preferred_currency` string,
  `failed_checks` array<string>,
  `failed_check_details` array<string>,
  `extra` string,
  `revision` bigint,
  `fetched_at` timestamp,
  `schema_version` int
)
PARTITIONED BY (`partner_id` string, `day` string)
STORED AS PARQUET
LOCATION 's3://${storage}/tables/campaign_day/'
TBLPROPERTIES (
  'projection.enabled' = 'true',
  'projection.partner_id.type' = 'injected',
  'projection.day.type' = 'date',
  'projection.day.format' = 'yyyy-MM-dd',
  'projection.day.range' = '${first_day},NOW',
  'projection.day.interval' = '1',
  'projection.day.interval.unit' = 'DAYS',
  'storage.location.template' = 's3://${storage}/tables/campaign_day/partner_id=${partner_id}/day=${day}/'
);

-- A row is one kind of device of one campaign on one day.
CREATE EXTERNAL TABLE IF NOT EXISTS `campaign_day_device` (
  `campaign_id` string,
  `device` string,
  `sent` bigint,
  `delivered` bigint,
  `clicks` bigint,
  `conversions` bigint,
  `delivery_rate` double,
  `ctr` double,
  `conversion_rate` double,
  `delivery_rate_reported` double,
  `ctr_reported` double,
  `conversion_rate_reported` double,
  `revenue` decimal(38,9),
  `currency` string,
  `revision` bigint,
  `fetched_at` timestamp,
  `schema_version` int
)
PARTITIONED BY (`partner_id` string, `day` string)
STORED AS PARQUET
LOCATION 's3://${storage}/tables/campaign_day_device/'
TBLPROPERTIES (
  'projection.enabled' = 'true',
  'projection.partner_id.type' = 'injected',
  'projection.day.type' = 'date',
  'projection.day.format' = 'yyyy-MM-dd',
  'projection.day.range' = '${first_day},NOW',
  'projection.day.interval' = '1',
  'projection.day.interval.unit' = 'DAYS',
  'storage.location.template' = 's3://${storage}/tables/campaign_day_device/partner_id=${partner_id}/day=${day}/'
);

-- A row is one reason why messages of one campaign did not arrive on one day.
CREATE EXTERNAL TABLE IF NOT EXISTS `campaign_day_unsuccessful` (
  `campaign_id` string,
  `outcome` string,
  `reason` string,
  `count` bigint,
  `percentage_reported` double,
  `revision` bigint,
  `fetched_at` timestamp,
  `schema_version` int
)
PARTITIONED BY (`partner_id` string, `day` string)
STORED AS PARQUET
LOCATION 's3://${storage}/tables/campaign_day_unsuccessful/'
TBLPROPERTIES (
  'projection.enabled' = 'true',
  'projection.partner_id.type' = 'injected',
  'projection.day.type' = 'date',
  'projection.day.format' = 'yyyy-MM-dd',
  'projection.day.range' = '${first_day},NOW',
  'projection.day.interval' = '1',
  'projection.day.interval.unit' = 'DAYS',
  'storage.location.template' = 's3://${storage}/tables/campaign_day_unsuccessful/partner_id=${partner_id}/day=${day}/'
);

-- A row is one clickable part of one campaign's message on one day; only where the API tells.
CREATE EXTERNAL TABLE IF NOT EXISTS `campaign_day_click` (
  `campaign_id` string,
  `name` string,
  `header` string,
  `clicks` bigint,
  `click_ratio_reported` double,
  `revision` bigint,
  `fetched_at` timestamp,
  `schema_version` int
)
PARTITIONED BY (`partner_id` string, `day` string)
STORED AS PARQUET
LOCATION 's3://${storage}/tables/campaign_day_click/'
TBLPROPERTIES (
  'projection.enabled' = 'true',
  'projection.partner_id.type' = 'injected',
  'projection.day.type' = 'date',
  'projection.day.format' = 'yyyy-MM-dd',
  'projection.day.range' = '${first_day},NOW',
  'projection.day.interval' = '1',
  'projection.day.interval.unit' = 'DAYS',
  'storage.location.template' = 's3://${storage}/tables/campaign_day_click/partner_id=${partner_id}/day=${day}/'
);

-- A row is one goal that a campaign is configured with, as seen on one day.
CREATE EXTERNAL TABLE IF NOT EXISTS `campaign_day_goal` (
  `campaign_id` string,
  `goal` string,
  `label` string,
  `revision` bigint,
  `fetched_at` timestamp,
  `schema_version` int
)
PARTITIONED BY (`partner_id` string, `day` string)
STORED AS PARQUET
LOCATION 's3://${storage}/tables/campaign_day_goal/'
TBLPROPERTIES (
  'projection.enabled' = 'true',
  'projection.partner_id.type' = 'injected',
  'projection.day.type' = 'date',
  'projection.day.format' = 'yyyy-MM-dd',
  'projection.day.range' = '${first_day},NOW',
  'projection.day.interval' = '1',
  'projection.day.interval.unit' = 'DAYS',
  'storage.location.template' = 's3://${storage}/tables/campaign_day_goal/partner_id=${partner_id}/day=${day}/'
);

-- A row is one figure of one campaign that moved in one revision of the day; a file a revision.
CREATE EXTERNAL TABLE IF NOT EXISTS `campaign_day_change` (
  `campaign_id` string,
  `table_name` string,
  `item` string,
  `metric` string,
  `before` string,
  `after` string,
  `delta` decimal(38,9),
  `from_revision` bigint,
  `changed_at` timestamp,
  `revision` bigint,
  `fetched_at` timestamp,
  `schema_version` int
)
PARTITIONED BY (`partner_id` string, `day` string)
STORED AS PARQUET
LOCATION 's3://${storage}/tables/campaign_day_change/'
TBLPROPERTIES (
  'projection.enabled' = 'true',
  'projection.partner_id.type' = 'injected',
  'projection.day.type' = 'date',
  'projection.day.format' = 'yyyy-MM-dd',
  'projection.day.range' = '${first_day},NOW',
  'projection.day.interval' = '1',
  'projection.day.interval.unit' = 'DAYS',
  'storage.location.template' = 's3://${storage}/tables/campaign_day_change/partner_id=${partner_id}/day=${day}/'
);

-- A row is one campaign of the account, with its latest attributes.
CREATE EXTERNAL TABLE IF NOT EXISTS `campaign` (
  `campaign_id` string,
  `name` string,
  `type` string,
  `status` string,
  `status_name` string,
  `primary_goal` string,
  `alias` string,
  `is_recurring` boolean,
  `personalization_status` string,
  `currency` string,
  `tags` array<string>,
  `message_link` string,
  `first_button_link` string,
  `second_button_link` string,
  `send_date` string,
  `start_date` string,
  `end_date` string,
  `first_day` date,
  `last_day` date,
  `detail_day` date,
  `revision` bigint,
  `fetched_at` timestamp,
  `schema_version` int
)
PARTITIONED BY (`partner_id` string)
STORED AS PARQUET
LOCATION 's3://${storage}/tables/campaign/'
TBLPROPERTIES (
  'projection.enabled' = 'true',
  'projection.partner_id.type' = 'injected',
  'storage.location.template' = 's3://${storage}/tables/campaign/partner_id=${partner_id}/'
);
