"""
The deployment of docker-compose.yaml: what its files say, the secrets that it needs, and its images' digests.

    python -m include.deploy                what `make env` runs
    python -m include.deploy.digests        what `make digests` runs
"""
