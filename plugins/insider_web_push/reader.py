"""
Read published days, from another DAG or anywhere else.

    from insider_web_push.reader import DayReader

    table = DayReader("s3://aws_default@lake/insider", partner_id="acme").read(date(2026, 11, 22))

The reader follows the manifest: it gives a whole day at one revision, or an error. It never gives half a day.
"""

from __future__ import annotations

import hashlib
from datetime import date
from io import BytesIO

import pyarrow as pa
import pyarrow.parquet as pq

from insider_web_push.errors import ContractViolation, IncompleteDay, InvalidRequest
from insider_web_push.manifest import Manifest
from insider_web_push.storage import Storage
from insider_web_push.tables import TABLES


class DayReader:
    """
    Reads one account's published days.

    Args:
        storage: Root of the layout, as in the account's `storage`.
        partner_id: The account.
    """

    def __init__(self, storage: str, partner_id: str) -> None:
        self._storage = Storage(storage, partner_id)

    def manifest(self, day: date) -> Manifest:
        """
        Tell what a day consists of.

        Raises:
            IncompleteDay: the day was never published.
        """
        return self._storage.require_manifest(day)

    def read(self, day: date, table: str = "campaign_day") -> pa.Table:
        """
        Read one table of a day, at the revision that is committed now.

        Raises:
            IncompleteDay: the day was never published, or before this table existed.
            InvalidRequest: there is no such table.
            ContractViolation: the file is not the one that was published.
        """
        if table not in TABLES:
            message = f"there is no table {table!r}; there are {', '.join(TABLES)}"
            raise InvalidRequest(message)
        manifest = self.manifest(day)
        file = manifest.files.get(table)
        if file is None:
            message = f"{day} was published before there was a table {table!r}: publish the day again"
            raise IncompleteDay(message)
        try:
            data = self._storage.read(file.key)
        except FileNotFoundError:
            message = f"{self._storage.url(file.key)} is gone, and the manifest names it: publish the day again"
            raise ContractViolation(message) from None
        if hashlib.sha256(data).hexdigest() != file.sha256:
            message = f"{self._storage.url(file.key)} is not the file that was published: publish the day again"
            raise ContractViolation(message)
        return pq.read_table(BytesIO(data))
