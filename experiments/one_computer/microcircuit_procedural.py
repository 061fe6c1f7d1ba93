"""The microcircuit of Potjans & Diesmann 2014 at full scale, simulated procedurally."""

model = "microcircuit"

sim_params = {"simulator": "procedural", "t_sim": 15500.0}

ana_params = {}
