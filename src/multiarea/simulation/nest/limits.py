"""NEST's hard limits. No NEST here."""

MAX_NEURONS = 524_287
"""Most neurons of one virtual process in NEST 3.10."""
MAX_NEURONS_SMALL = 65_000
"""Most neurons of one virtual process whose synapses can be NEST's small ones (`_hpc`), which
address their targets with 16 bits; NEST allows 65 535 nodes."""
MAX_CONNECTIONS = 134_217_726
"""Most connections of one virtual process and synapse model in NEST 3.10."""
FILL = 0.97
"""Share of `MAX_CONNECTIONS` that is used: virtual processes do not get equal shares."""
