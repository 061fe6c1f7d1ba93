"""The metastable state (chi = 1.9) of Schmidt et al. 2018b at full scale on one computer.

2.5 s of model time, the first half second of it a transient; published are 100.5 s.
"""

model = "macaque"

net_params = {
    "connection_params": {"g": -11.0, "cc_weights_factor": 1.9, "cc_weights_I_factor": 2.0}
}

sim_params = {"simulator": "procedural", "t_sim": 2500.0}
