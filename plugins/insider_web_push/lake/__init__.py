"""
What lies in the object storage, and where.

    keys         the names of all objects, made and read here alone
    objects      named bytes in any store
    storage      one account's objects
    raw          what a stored answer holds
    manifest     what a day consists of: the commit
    tombstones   what was removed
    removal      how it is removed
"""
