"""Benchmarks: ``python -m benchmarks NAME`` measures and writes a table into ``docs/``."""
