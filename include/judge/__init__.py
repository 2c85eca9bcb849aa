"""
What must hold of a lake and of a run's calls, said once more in other words than the package's own.

Read in this order: `evidence` (what the judge looks at), `at_each_commit` (what must hold at any instant), `at_the_end`
(what must hold when a year is over), `simulated` (what is known of an account of the simulator). It judges the years of
`include/year`, and the days that real Airflows publish under `include/chaos`; it imports nothing of them.
"""
