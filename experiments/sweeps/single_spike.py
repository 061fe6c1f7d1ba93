"""Spike journey: both states, without and with one in pericalcarine IV E (NEST: a cluster)."""

sim_params = {"t_sim": 2500.0, "master_seed": 2106}

sweep = {"chi": [1.0, 2.5], "single_spike": [{}, {("pericalcarine", "IV", "E"): 2000.0}]}
