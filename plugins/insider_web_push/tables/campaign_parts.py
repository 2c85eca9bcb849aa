"""
The files of the table `campaign`, which has a row for every campaign that an account ever had. Pure.

Each file has the campaigns from one id on, up to where the next one begins. A file that grows too long is split, so
what a publish touches follows the campaigns of its day: ids count up, and most campaigns of a day are young.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence

from insider_web_push.tables.campaign import CampaignRow, merged

FIRST = 0
"""Where the first file begins. An account with few campaigns has no other."""
MOST_ROWS = 2_000


def file_of(campaign_id: str, begins: Sequence[int]) -> int:
    """
    Tell in which file a campaign stands, by where that one begins.

    Args:
        begins: Where the files begin, in ascending order, `FIRST` first.
    """
    return begins[bisect_right(begins, int(campaign_id)) - 1]


def in_files(rows: Iterable[CampaignRow], begins: Sequence[int]) -> dict[int, list[CampaignRow]]:
    """
    Share rows out to files, and split those that grow too long.

    Returns:
        Rows by where their file begins, sorted by campaign. Whoever writes the last file first and is stopped leaves
        rows of a split file twice, which `all_of` makes one of, and none out.
    """
    of_files: dict[int, list[CampaignRow]] = {}
    for row in sorted(rows, key=lambda row: int(_campaign_id(row))):
        of_files.setdefault(file_of(row["campaign_id"], begins), []).append(row)
    split: dict[int, list[CampaignRow]] = {}
    for begin, found in of_files.items():
        step = len(found) if len(found) <= MOST_ROWS else MOST_ROWS // 2
        for start in range(0, len(found), step):
            rows_of_file = found[start : start + step]
            split[int(rows_of_file[0]["campaign_id"]) if start else begin] = sorted(rows_of_file, key=_campaign_id)
    return split


def all_of(files: Iterable[Iterable[Mapping[str, object]]]) -> list[CampaignRow]:
    """Put the rows of files together: one for each campaign, sorted by its id, also where a split was not finished."""
    return merged([], (row for rows in files for row in rows))


def _campaign_id(row: CampaignRow) -> str:
    return str(row["campaign_id"])
