"""Pulvinar-like input into several higher visual areas of the macaque at once.

Eight pulses of 200 ms: Poisson spikes onto layer IV, as strong as those of external synapses;
20 648 neurons, minutes.
"""

model = "macaque"

net_params = {
    "N_scaling": 0.005,
    "K_scaling": 0.1,
    "connection_params": {"cc_weights_factor": 1.0, "cc_weights_I_factor": 1.0},
    "stimulation": [
        {
            "areas": ["V4", "MT", "PITv", "LIP"],
            "layers": "IV",
            "populations": "E",
            "rate": 10.0,
            "synapses": 150,
            "times": [(600.0 + 400.0 * _n, 800.0 + 400.0 * _n) for _n in range(8)],
        }
    ],
}

sim_params = {"t_sim": 3800.0}

ana_params = {"evoked_response": {"binsize": 5.0}}
