"""The commands of `python -m insider_web_push`."""
