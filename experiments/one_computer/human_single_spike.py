"""Spike journey of Pronold et al. 2024 on one computer: both states, without and with one spike.

The spike goes into layer IV E of the pericalcarine cortex.
"""

sim_params = {"simulator": "procedural", "t_sim": 2500.0, "master_seed": 2106}

sweep = {"chi": [1.0, 2.5], "single_spike": [{}, {("pericalcarine", "IV", "E"): 2000.0}]}
