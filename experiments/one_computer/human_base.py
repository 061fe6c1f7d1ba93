"""The base state (chi = 1) of Pronold et al. 2024 at full scale on one computer: 12.5 s."""

sim_params = {"simulator": "procedural", "t_sim": 12500.0, "master_seed": 2903}
