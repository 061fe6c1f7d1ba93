"""The main scan of Pronold et al. 2024: chi_I = 2 chi, full scale; with NEST on a cluster."""

sim_params = {"t_sim": 12500.0, "master_seed": 2106}

sweep = {
    "chi": [0.0, 1.0, 1.25, 1.5, 1.6, 1.7, 1.8, 1.9, 2.0, 2.1]
    + [2.2, 2.3, 2.4, 2.5, 2.6, 2.7, 2.8, 2.9, 3.0]
}
