"""The base state of Pronold et al. 2024: chi = 1, full scale; with NEST on a cluster."""

sim_params = {"t_sim": 12500.0, "master_seed": 2903}
