"""Spike journey, with one spike into pericalcarine IV E at 2000 ms, full scale; needs a cluster."""

net_params = {"single_spike": {("pericalcarine", "IV", "E"): 2000.0}}

sim_params = {"t_sim": 2500.0, "master_seed": 2106}

sweep = {"chi": [1.0, 2.5]}
