"""What the API's answers say: documented shapes, and how printed figures are read. No Airflow, no HTTP, no store."""
