"""Spikes that other programs wrote, or that were recorded, in place of a simulation.

`stage` writes the spike store from them; `spike_file` reads SONATA, `nwb` NWB and `table` tables;
`members` tells to which population each neuron belongs.
"""
