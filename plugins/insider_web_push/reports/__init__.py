"""
The weekly report, which people read. From rows to a page; pure.

    due                   whether a week is to be reported
    figures               sums over campaign days
    weekly, weekly_notes  a week against the week before, and what to know about its data
    rankings              which campaigns it names
    weekly_tables         as Parquet
    weekly_view, plots    as words, printed figures and pictures
    weekly_html           as one page
"""
