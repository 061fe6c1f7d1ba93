"""The macaque's states of Schmidt et al. 2018b, Fig. 4: chi_I = 2, full scale (NEST: a cluster)."""

model = "macaque"

net_params = {"connection_params": {"g": -11.0, "cc_weights_I_factor": 2.0}}

sim_params = {"t_sim": 100500.0}

sweep = {"chi": [1.0, 1.8, 1.9, 2.0, 2.1, 2.5]}
