-- Runs once, as the server's superuser, when the volume is empty: one database and one owner each for Airflow and for
-- Celery's results. A worker has the second alone.
\getenv airflow_password AIRFLOW_DB_PASSWORD
\getenv celery_password CELERY_DB_PASSWORD

CREATE ROLE airflow LOGIN PASSWORD :'airflow_password';
CREATE DATABASE airflow OWNER airflow;
REVOKE CONNECT, TEMPORARY ON DATABASE airflow FROM PUBLIC;

CREATE ROLE celery LOGIN PASSWORD :'celery_password';
CREATE DATABASE celery OWNER celery;
REVOKE CONNECT, TEMPORARY ON DATABASE celery FROM PUBLIC;
