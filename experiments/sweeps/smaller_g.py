"""Weaker inhibition, g = -2, full scale; with NEST on a cluster."""

net_params = {"connection_params": {"g": -2.0}}

sim_params = {"t_sim": 12500.0, "master_seed": 55}

sweep = {"chi": [0.0, 1.0, 1.25, 1.5, 1.75, 2.0]}
