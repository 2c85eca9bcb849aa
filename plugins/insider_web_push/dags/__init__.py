"""What the DAG files compose: an account's DAG, its tasks, forms, pools, and which run goes first."""
