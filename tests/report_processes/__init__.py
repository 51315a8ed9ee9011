"""Processes that are to make a report, and do something else."""
