"""From what is stored of a day to its next revision: what to write, its commit, its copies, its event."""
