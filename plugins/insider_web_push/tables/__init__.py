"""
From answers to typed, checked rows. No Airflow, no HTTP, no store.

    schemas          the tables: columns, types, grain, key
    campaign_day     what is known of a campaign day, to the rows of all its tables
    answer_columns   one answer to columns
    identities       what the figures obey
    failures         what was noted as wrong while reading
    revenue          which of two revenues to believe
    changes          what moved between two revisions
    campaign         the account's campaigns with their latest attributes
"""
