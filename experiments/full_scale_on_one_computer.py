"""The base state (chi = 1) at full scale on one computer: 3.5 million neurons, 43 billion synapses.

4 GB and 5 to 15 minutes on 2 cores: 1 s of model time, the first half of it a transient.
"""

sim_params = {"simulator": "procedural", "t_sim": 1000.0, "master_seed": 2903}

# Half a second of sparse activity: take neurons with few spikes.
ana_params = {"cv": {"min_spikes": 3}, "lvr": {"min_spikes": 3}}
