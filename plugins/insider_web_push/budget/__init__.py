"""The shared budget: 30 requests in any 60 seconds for each account, whoever asks. `slots` is how callers use it."""
