"""What is left of a simulation when its spikes are gone: small tables, as text, with their units.

`tables.py` says which there are and how each is condensed and restored; `folder.py` writes and
reads the folder of one experiment.
"""
