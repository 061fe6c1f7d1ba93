"""The microcircuit of Potjans & Diesmann 2014 at full scale; needs 16 GB of memory."""

model = "microcircuit"

sim_params = {"t_sim": 10500.0}

ana_params = {}
