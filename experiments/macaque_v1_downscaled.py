"""V1 of the macaque's ground state alone; the input from the other 31 areas is Poisson spikes.

3959 neurons, 2 million synapses, a minute. Below K_scaling = 0.2 the state of V1 does not survive.
"""

model = "macaque"

net_params = {
    "N_scaling": 0.02,
    "K_scaling": 0.2,
    "areas_simulated": ["V1"],
    "replace_non_simulated_areas": "het_poisson_stat",
    "connection_params": {"cc_weights_factor": 1.0, "cc_weights_I_factor": 1.0},
}

sim_params = {"t_sim": 2500.0}
