"""The ground state of Schmidt et al. 2018b: stabilised, chi = 1, full scale (NEST: a cluster)."""

model = "macaque"

net_params = {
    "connection_params": {"g": -11.0, "cc_weights_factor": 1.0, "cc_weights_I_factor": 1.0}
}

sim_params = {"t_sim": 10500.0}
