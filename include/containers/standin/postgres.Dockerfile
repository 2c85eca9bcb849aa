# A stand-in for postgres:*: Debian's server, of the version that Debian has.
FROM insider-standin-base
RUN apt-get update && apt-get install --yes --no-install-recommends postgresql \
    && rm -rf /var/lib/apt/lists/* /var/lib/postgresql/* \
    && install --directory --owner=postgres --group=postgres /var/lib/postgresql /var/run/postgresql \
    && ln --symbolic /usr/lib/postgresql/* /usr/lib/postgresql/current
COPY --chmod=0755 postgres-entrypoint.sh /entrypoint
ENV PATH=/usr/lib/postgresql/current/bin:$PATH
ENTRYPOINT ["/entrypoint"]
