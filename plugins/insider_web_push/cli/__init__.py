"""
The commands of `python -m insider_web_push`.

    estimate   what a backfill or a refresh will cost
    check      what an account's API really does
"""
