"""Thalamic pulses of 10 ms onto layers IV and VI of the microcircuit (Potjans & Diesmann 2014).

Ten pulses of 902 neurons at 120 spikes/s, as in their Figure 10, at a tenth of the network.
"""

model = "microcircuit"

net_params = {
    "N_scaling": 0.1,
    "K_scaling": 0.1,
    "thalamic_input": {"times": [700.0 + 100.0 * _n for _n in range(10)]},
}

sim_params = {"t_sim": 1700.0}

ana_params = {"evoked_response": {"before": 50.0}}
