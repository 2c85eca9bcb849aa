"""
From what is stored of a day to its next revision.

    revision   what to write. Pure
    commit     writes it: files, manifest, copies
    copies     what plain SQL reads
    event      who sends a revision's event, so that it comes once
"""
