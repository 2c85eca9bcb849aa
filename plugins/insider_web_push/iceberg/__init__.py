"""Writes published days into an Iceberg catalog, beside the lake: a consumer, which nothing else here needs."""
