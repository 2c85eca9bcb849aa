"""
The deployment of docker-compose.yaml as processes of this machine: the same commands and settings, other addresses.

    addresses   what replaces the host names and paths of the containers; pure
    servers     PostgreSQL, Valkey and SeaweedFS, that can be killed and started again
    hostname    what a process calls itself, where all share one machine
    stack       all of it, for as long as a `with` block lasts
"""
