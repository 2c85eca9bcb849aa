#!/bin/bash
# Makes the databases at the first start, while nobody can reach the server by TCP; then runs it.
set -eu
data=/var/lib/postgresql/data
if [ ! -s "$data/PG_VERSION" ]; then
    initdb --pgdata="$data" --username=postgres --auth-local=trust --auth-host=scram-sha-256 --encoding=UTF8 \
        --pwfile=<(printf '%s' "$POSTGRES_PASSWORD")
    echo "host all all all scram-sha-256" >>"$data/pg_hba.conf"
    pg_ctl --pgdata="$data" --wait --options="-c listen_addresses=''" start
    for file in /docker-entrypoint-initdb.d/*.sql; do
        psql --username=postgres --set=ON_ERROR_STOP=1 --no-psqlrc --file="$file"
    done
    pg_ctl --pgdata="$data" --wait stop
fi
exec postgres -D "$data" -c listen_addresses='*'
