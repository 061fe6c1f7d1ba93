"""The base state (chi = 1), small enough for a laptop: 13 876 neurons, 8.6 million synapses."""

net_params = {
    "N_scaling": 0.004,
    "K_scaling": 0.05,
    "scaling_type": "sqrt",
}

sim_params = {
    "t_sim": 2500.0,
    "master_seed": 2903,
}

ana_params = {}
