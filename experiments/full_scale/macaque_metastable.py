"""The metastable state of Schmidt et al. 2018b: chi = 1.9, full scale; with NEST on a cluster."""

model = "macaque"

net_params = {
    "connection_params": {"g": -11.0, "cc_weights_factor": 1.9, "cc_weights_I_factor": 2.0}
}

sim_params = {"t_sim": 100500.0}
