"""Slower inhibition, tau_syn_in = 4 ms, full scale; with NEST on a cluster."""

_NEURON = {
    "E_L": -70.0,
    "V_th": -45.0,
    "V_reset": -70.0,
    "tau_m": 10.0,
    "tau_syn_ex": 2.0,
    "tau_syn_in": 4.0,
    "t_ref": 2.0,
}

net_params = {
    "neuron_params_E": {**_NEURON, "C_m": 220.0},
    "neuron_params_I": {**_NEURON, "C_m": 100.0},
}

sim_params = {"t_sim": 12500.0, "master_seed": 2106}

sweep = {"chi": [1.0, 1.25, 1.5, 1.75, 2.0, 2.25, 2.5, 2.75, 3.0, 4.0]}
