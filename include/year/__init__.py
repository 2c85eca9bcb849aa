"""
A year of the whole pipeline in one process: a simulated account, a virtual clock, faults at every step, from one seed.

Read in this order: `events` (what can happen), `virtual_time` (who runs when), `api`, `lake` and `budget` (the world's
three edges), `airflow` (the model of the scheduler), `people` (who triggers what), `world` (all of it for one seed),
`judge` (what must hold). `__main__` runs many seeds; `shrink` makes a failing one small; `mutants` gives it teeth.
`docs/decisions/0021-a-year-in-a-minute.md` says why, and what the model takes for granted of Airflow.
"""
