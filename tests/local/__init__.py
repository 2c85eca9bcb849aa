"""The local Airflow: settings, processes, what it shows."""
