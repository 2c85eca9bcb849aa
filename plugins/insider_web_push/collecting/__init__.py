"""From the API into the storage, verbatim: a day's list, then one campaign's answer after the other."""
