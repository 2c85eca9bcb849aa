"""
What must hold of a lake and of a run's calls, said once more in other words than the package's own.

Read in this order: `evidence` (what the judge looks at), `at_each_commit` (what must hold at any instant), `at_the_end`
(what must hold when the year is over). The years that it judges are those of `include/year`, of which it imports
nothing: what it needs to see of them, `evidence` says.
"""
