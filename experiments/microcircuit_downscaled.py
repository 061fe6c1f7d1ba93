"""The microcircuit at a tenth of its neurons and in-degrees: 7717 neurons, 3 million synapses."""

model = "microcircuit"

net_params = {"N_scaling": 0.1, "K_scaling": 0.1}

sim_params = {"t_sim": 2500.0}

ana_params = {}
