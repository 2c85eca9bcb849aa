"""
The deployment of docker-compose.yaml in real containers: `make test-compose`.

Read in this order: `engine` (the Docker engine that is there, or one from Debian's packages while this runs),
`standins` (images in place of the published ones, where no registry is in reach), `deployment` (compose, under names of
its own), `checks` (what a user would look at), `__main__` (all of it in order, and the table).
`docs/decisions/0024-containers-by-a-test.md` says why.
"""
