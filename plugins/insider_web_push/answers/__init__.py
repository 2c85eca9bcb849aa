"""
What the API's answers say: their documented shapes, and how printed figures are read. No Airflow, no HTTP, no store.

    decoding          bytes to JSON, and the words of a refusal
    shapes            the documented shape of both answers
    printed_numbers   "411,840", "34.08%", "2,480 TRY"
    instants          dates as the API prints them
    day_list          a day's campaigns with their totals, from the pages of the list
    undocumented      what no documentation mentions
"""
