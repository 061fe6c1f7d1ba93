"""What a down-scaled human model shows of the full-scale one: both scales, states around chi = 2.5.

N_scaling is the share of the neurons, K_scaling that of the synapses per neuron; 5.5 s, the first
half second of it a transient, as in human_chi.
"""

net_params = {"scaling_type": "sqrt"}
sim_params = {"simulator": "procedural", "t_sim": 5500.0, "master_seed": 2106}

sweep = {"N_scaling": [0.01, 0.1], "K_scaling": [0.1, 1.0], "chi": [1.0, 2.0, 2.4, 2.5, 2.6]}
