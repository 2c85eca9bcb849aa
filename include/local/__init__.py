"""A real Airflow on this machine, without root and without a container: for the demo, for `make up`, for tests."""
