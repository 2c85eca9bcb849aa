"""From answers to typed, checked rows, and what moved between them. No Airflow, no HTTP, no store."""
