"""Benchmarks: `make bench` holds the budget against the plain ways, on the same simulator in one run."""
