"""Insider web push campaign analytics for Apache Airflow: hook, operators, budget, tables, reader."""

__version__ = "0.1.0"
