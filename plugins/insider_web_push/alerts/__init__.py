"""
Who is told, and what, when a run fails or a day is late.

    callbacks    what Airflow calls in a task that failed
    message      what it says
    next_steps   what to do about each kind of failure
"""
