# A stand-in for apache/airflow:slim-*: Debian's Python, and what that image promises to what is built on it (its user,
# folders, PATH and entrypoint). Airflow itself comes by the lock that the project's Dockerfile installs.
FROM insider-standin-base
RUN useradd --uid 50000 --gid 0 --create-home airflow \
    && install --directory --owner=airflow --group=0 --mode=0775 /opt/airflow /opt/airflow/logs
COPY --chmod=0755 airflow-entrypoint.sh /entrypoint
ENV AIRFLOW_HOME=/opt/airflow PATH=/home/airflow/venv/bin:$PATH
USER airflow
WORKDIR /opt/airflow
RUN python3 -m venv /home/airflow/venv && pip install --no-cache-dir --upgrade pip
ENTRYPOINT ["/usr/bin/dumb-init", "--", "/entrypoint"]
