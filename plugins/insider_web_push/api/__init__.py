"""
One request to the API: what may be asked, where, how it is sent, and what a refusal means.

    connection   an Airflow connection as typed settings
    endpoints    what may be asked
    cutoff       one time limit for a whole request
    transport    one request with a slot of the budget
    refusals     status and body to the error that says what to do
    heard        an answer of which a refusal says as much as a success
"""
