"""Where summaries are."""

FULL_SCALE = "simulated_data/full_scale"
"""Summaries of runs at full scale that come with this software."""
RUN = "run.json"
"""File of a summary with the facts of the run."""
