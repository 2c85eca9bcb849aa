"""
What a few calls tell of an account's API: where it does otherwise than the rest of this package takes for granted.

    asking      a question, an answer, and what is configured of the account
    report      findings, and how they are kept and shown
    lists       page sizes, totals, which campaigns the list has
    refusals    how the API refuses what cannot be answered
    windows     whether days add up, whether list and detail agree, whose dates an answer shows
    history     the earliest day that is served
    transfer    quota headers, response times, fields that no documentation has
    check       all of them, in an order that does least harm
"""
