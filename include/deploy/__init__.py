"""
The deployment of docker-compose.yaml: what its files say, and the secrets that it needs.

    python -m include.deploy        what `make env` runs
"""
