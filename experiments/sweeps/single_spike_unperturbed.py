"""Spike journey, without the extra spike: base state and best fit, full scale; needs a cluster."""

sim_params = {"t_sim": 2500.0, "master_seed": 2106}

sweep = {"chi": [1.0, 2.5]}
