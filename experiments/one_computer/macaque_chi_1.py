"""The ground state (chi = 1) of Schmidt et al. 2018b at full scale on one computer."""

model = "macaque"

net_params = {
    "connection_params": {"g": -11.0, "cc_weights_factor": 1.0, "cc_weights_I_factor": 1.0}
}

sim_params = {"simulator": "procedural", "t_sim": 10500.0}
