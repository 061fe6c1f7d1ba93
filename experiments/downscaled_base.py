"""The base state (chi = 1) on a laptop: 20 814 neurons, 21 million synapses, 3 GB, minutes."""

net_params = {"N_scaling": 0.006, "K_scaling": 0.08, "scaling_type": "sqrt"}

sim_params = {"t_sim": 5000.0, "master_seed": 2903}

# The run is short and the network small: take neurons with few spikes, and show many of them.
ana_params = {
    "cv": {"min_spikes": 5},
    "lvr": {"min_spikes": 5},
    "plotRasterArea": {"fraction": 0.5, "low": 4000.0, "high": 5000.0},
}
