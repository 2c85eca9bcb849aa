"""
What the DAG files compose.

    account_dag   one DAG of one account
    tasks         its tasks, wired
    forms         what a person fills in to trigger it
    pools         how many tasks run at once
    priority      which run goes first
"""
