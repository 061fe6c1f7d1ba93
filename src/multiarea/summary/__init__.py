"""What is left of a simulation when its spikes are gone: small tables, as text, with their units.

`tables.py` says which there are; `folder.py` writes the folder of one experiment.
"""

FULL_SCALE = "simulated_data/full_scale"
"""Summaries of runs at full scale that come with this software."""
DOWN_SCALED = "simulated_data/down_scaled"
"""Summaries of down-scaled runs, to compare with those."""
SUMMARIES = (FULL_SCALE, DOWN_SCALED)
"""Summaries that come with this software."""
RUN = "run.json"
"""File of a summary with the facts of the run."""
