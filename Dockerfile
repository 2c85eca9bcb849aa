# The slim image has Airflow and no providers. The full one has about sixty with versions of their own, against which
# the versions that the tests ran would be installed.
FROM apache/airflow:slim-3.3.2-python3.12 AS airflow

# Every version, with its hash: the part of the lock that a deployment needs, apache-airflow==3.3.2 included, so that
# nothing here can move Airflow to another version. It replaces what the image was built with where the two differ.
COPY --chown=airflow:0 deploy/requirements.txt /opt/provider/
RUN pip install --no-cache-dir --require-hashes --requirement /opt/provider/requirements.txt

# Installed, since Airflow finds providers and plugins by their entry points. Its dependencies are there by now.
COPY --chown=airflow:0 pyproject.toml hatch_build.py README.md LICENSE /opt/provider/
COPY --chown=airflow:0 plugins /opt/provider/plugins
COPY --chown=airflow:0 dags /opt/provider/dags
COPY --chown=airflow:0 include/accounts.yaml /opt/provider/include/
RUN pip install --no-cache-dir --no-deps --no-build-isolation /opt/provider

FROM airflow AS simulator
COPY --chown=airflow:0 include/__init__.py /opt/simulator/include/
COPY --chown=airflow:0 include/simulator /opt/simulator/include/simulator
WORKDIR /opt/simulator
# Past the entrypoint of the base image, which would wait for Airflow's database.
ENTRYPOINT ["dumb-init", "--", "python", "-m", "include.simulator"]
