"""
What happens to a run when a part of the deployment dies: `make chaos`.

    faults    what is done to the stack or to the API, and undone
    watch     somebody who reads the day all the time
    verdict   what is claimed of every row; pure
    row       one run with one fault
    stacks    what the rows run on
    table     all of them
    disk      the disk that is full, on a stack of its own
    limit     the budget's figures with two workers at the real limit
"""
