"""What a process calls itself, for `[core] hostname_callable`: unlike a container, it has no host name of its own."""

import os
import socket

VARIABLE = "SERVICE_HOSTNAME"


def own_name() -> str:
    """Give the name of the service that this process belongs to; the machine's if it belongs to none."""
    return os.environ.get(VARIABLE) or socket.gethostname()
