"""
The accounts file: which accounts get DAGs, and their settings.

    file             reads and checks it
    schedules        times that every day has exactly once
    alert_settings   who is told of what
    yaml_mistakes    where a mistake stands, and what was probably meant
"""

from insider_web_push.accounts.file import Account, configured_accounts, read_accounts

__all__ = ["Account", "configured_accounts", "read_accounts"]
