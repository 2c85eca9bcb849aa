"""What runs beside the package: the local Airflow, the simulator and the accounts file."""
