"""Measurements, not tests: `make bench` prints the table."""
