"""The accounts file: which accounts get DAGs, and their settings."""

from insider_web_push.accounts.file import Account, configured_accounts, read_accounts

__all__ = ["Account", "configured_accounts", "read_accounts"]
