"""
A year of the whole pipeline in one process: a simulated account, a virtual clock, faults at every step, from one seed.

Read in this order: `events` (what can happen), `virtual_time` (who runs when), `weather` (what goes wrong now), `api`
and `lake` (the world's edges), `account` (what is true), `runs` and `airflow` (what Airflow keeps, and the model of its
scheduler), `people` (who triggers what), `world` (all of it for one seed); then `include/judge` (what must hold).
`__main__` runs many seeds, `shrink` makes a failing one small, and `tests/year/mutants.py` gives them teeth.
`docs/decisions/0021-a-year-in-a-minute.md` says why, and what the model takes for granted of Airflow.
"""
