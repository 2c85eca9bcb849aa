"""One request to the API: what may be asked, how it is sent, and what a refusal means."""
