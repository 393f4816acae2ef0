"""Measurements of ours beside the limit of the machine, in one run: ``python -m benchmarks``."""
