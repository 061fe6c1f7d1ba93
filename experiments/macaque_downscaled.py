"""The macaque's ground state, small enough for a laptop: 20 648 neurons, 12 million synapses."""

model = "macaque"

net_params = {
    "N_scaling": 0.005,
    "K_scaling": 0.1,
    "connection_params": {"cc_weights_factor": 1.0, "cc_weights_I_factor": 1.0},
}

sim_params = {"t_sim": 1500.0}
