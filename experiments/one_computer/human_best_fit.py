"""The best fit (chi = 2.5) of Pronold et al. 2024 at full scale on one computer.

5.5 s of model time, the first half second of it a transient; published are 12.5 s. A second takes a
quarter of an hour on 2 cores: neurons fire ten times as often as in the base state.
"""

net_params = {"chi": 2.5}

sim_params = {"simulator": "procedural", "t_sim": 5500.0, "master_seed": 2903}
