#!/bin/bash
# Runs bash and python as they are, and what else is given as a command of airflow; before it, waits for the database.
set -eu
umask 0002
case "${1:-}" in
    bash | python) exec "$@" ;;
esac
url=${AIRFLOW__DATABASE__SQL_ALCHEMY_CONN:-}
if [ -n "$url" ] && [ "${CONNECTION_CHECK_MAX_COUNT:-20}" != 0 ]; then
    place=${url##*@}
    host=${place%%/*}
    for _ in $(seq "${CONNECTION_CHECK_MAX_COUNT:-20}"); do
        (exec 3<>"/dev/tcp/${host%%:*}/5432") 2>/dev/null && break
        sleep 1
    done
fi
exec airflow "$@"
