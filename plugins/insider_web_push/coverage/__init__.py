"""
The page `Web push coverage`: what is there of each day and account, and what to do about the rest.

    index, keeping       one small object an account, which publish keeps
    grid, day_view       from the index and a manifest to what a page says. Pure
    queue, runs          the budget's present use, the tasks behind it, the runs of a day
    sources, access      the accounts as the API server sees them; who may see which
    addresses            where the pages are
    html, page, mounted  the pages themselves, and how Airflow gets them
"""
