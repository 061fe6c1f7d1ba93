"""The transition of the main scan with five other seeds, full scale; with NEST on a cluster."""

sim_params = {"t_sim": 12500.0}

sweep = {"chi": [1.0, 2.3, 2.4, 2.5, 2.6], "master_seed": [2903, 2107, 2108, 2109, 2110]}
