"""
From the API into the storage, verbatim.

    day_list          a day's list of campaigns
    campaign_answer   one campaign's figures of a day
"""
